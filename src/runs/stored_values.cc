#include "runs/stored_values.h"

#include <algorithm>
#include <map>

#include "report/words.h"
#include "runs/judge.h"
#include "runs/names.h"
#include "runs/rows_in_force.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_told = 20;

std::string quoted_id(std::string_view id) { return "\"" + visible(std::string(id), 255) + "\""; }

void tell_of(Table const& table, std::vector<TakenValue> taken, std::vector<std::pair<TableId, std::uint8_t>> const& unique, Looked const& looked,
             std::vector<std::string>& told) {
  std::sort(taken.begin(), taken.end(), [](TakenValue const& a, TakenValue const& b) { return a.row < b.row; });
  auto const all = taken.size();
  taken.resize(std::min(all, most_told));
  std::vector<std::uint32_t> rows;
  for (auto const& one : taken) rows.push_back(one.row);
  auto one = taken.begin();
  for_rows(looked.comparison->checked.roster[table.id], rows, looked.comparison->keys, csv::best_kernel(),
           [&](std::uint32_t, std::uint32_t, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
             told.push_back(file_name(table.id) + ": " + quoted_id(reader.id(batch, at)) + " has the " +
                            std::string(table.fields[unique[one->column].second].name) + " of " + quoted_id(id_of(*looked.roster, table.id, one->key)) +
                            ", and this district wants it to be unique: the row is left out.");
             ++one;
           });
  if (all > most_told) told.push_back(file_name(table.id) + ": so are " + std::to_string(all - most_told) + " more.");
}

}  // namespace

StoredValues stored_values(store::Database& roster, std::int64_t source, std::int64_t revision, std::int32_t day) {
  return [&roster, source, revision, day](TableId table, std::uint8_t field, std::function<void(StoredValue const&)> const& f) {
    auto const& columns = stored_columns(table);
    auto const column = std::find_if(columns.begin(), columns.end(), [&](StoredColumn const& one) { return one.field == field; });
    if (column == columns.end() || column->as != Stored::Text) return;
    auto const i = static_cast<std::size_t>(column - columns.begin());
    RowsInForce(roster, revision, day).each_base(table, [&](store::RowVersion const& version, std::vector<Edit> const* edits) {
      if (edits != nullptr)
        for (auto const& edit : *edits)
          if (edit.column == i) {
            if (edit.value && !edit.value->empty()) f({version.key, false, *edit.value});
            return;
          }
      if (!version.row.is_null(i) && !version.row.text(i).empty()) f({version.key, version.source == source, version.row.text(i)});
    });
  };
}

void tell_taken(Answer& answer, Looked const& looked, store::Source const& source) {
  auto const unique = unique_of(source.settings);
  for (auto const* table : all_tables)
    if (auto const& taken = looked.comparison->tables[static_cast<std::size_t>(table->id)].taken; !taken.empty())
      tell_of(*table, taken, unique, looked, answer.reasons);
}

}  // namespace rollbook::runs
