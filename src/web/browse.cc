// Data Browsing: people, classes, courses, organizations and sessions, found by name, id or e-mail.
#include "web/browse.h"

#include <algorithm>
#include <charconv>

#include "report/words.h"
#include "runs/found_by.h"
#include "runs/look.h"
#include "views/related.h"
#include "web/address.h"
#include "web/chosen_school.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/record_scope.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t rows_of_a_page = 50, most_not_found = 200;

// Where a record is: the school of a class, the organizations of a person.
std::string place_of(TableId table, StoredRow const& row, views::Labels& labels, RecordScope& scope) {
  std::string all;
  for (auto const* const field : {"orgSourcedIds", "schoolSourcedId", "orgSourcedId", "parentSourcedId"}) {
    auto const at = stored_index(table, field);
    if (at == npos || row.is_null(at) || table == TableId::AcademicSessions) continue;
    for (auto const org : keys_in(row, at, stored_columns(table)[at].as)) {
      if (!scope.may_see(TableId::Orgs, org)) continue;
      auto const& name = labels.name(TableId::Orgs, org);
      all.append(all.empty() ? "" : ", ").append(name.empty() ? labels.id(TableId::Orgs, org) : name);
    }
    break;
  }
  return all;
}

std::string count_text(runs::FoundIn const& found) {
  return found.more ? (found.keys.empty() ? std::string("many") : "more than " + with_separators(found.keys.size())) : with_separators(found.keys.size());
}

struct Shown {
  std::string id, name, detail, place, to;
  std::string by;  // "Middle name: Brand", when nothing of the above has the words that were asked for
};

std::string found_by(runs::SearchResult const& result, TableId table, StoredRow const& row, Shown const& shown) {
  std::string all;
  std::string const texts[] = {shown.id, shown.name, shown.detail};
  for (auto const column : runs::found_by(result, table, row, texts))
    all.append(all.empty() ? "" : ", ")
        .append(field_in_words(table_of(table).fields[stored_columns(table)[column].field].name))
        .append(": ")
        .append(row.text(column));
  return all;
}

std::vector<Shown> shown(Visit const& visit, store::Database& roster, RecordScope& scope, runs::SearchResult const& result, runs::FoundIn const& found,
                         std::size_t from, std::size_t to) {
  views::Labels labels(roster, {}, visit.hub.today);
  std::vector<Shown> rows;
  for (auto i = from; i < std::min(to, found.keys.size()); ++i) {
    auto const key = found.keys[i];
    auto const row = scope.may_see(found.table, key) ? labels.row(found.table, key) : std::nullopt;
    if (!row) continue;
    auto const& id = labels.id(found.table, key);
    rows.push_back({id, labels.name(found.table, *row), views::detail_of(found.table, *row), place_of(found.table, *row, labels, scope),
                    record_address(visit, found.table, id, key), ""});
    rows.back().by = found_by(result, found.table, *row, rows.back());
  }
  return rows;
}

}  // namespace

std::string record_address(Visit const& visit, TableId table, std::string const& sourced_id, std::optional<std::uint32_t> key) {
  return address(visit.in_district("browse/record"),
                 {{"table", std::string(table_of(table).name)}, {"id", sourced_id}, {"key", key ? std::to_string(*key) : ""}});
}

std::optional<TableId> table_called(std::string_view name) {
  for (auto const* table : all_tables)
    if (table->name == name) return table->id;
  return std::nullopt;
}

std::optional<TableId> table_of_file(std::string_view file) { return file.ends_with(".csv") ? table_called(file.substr(0, file.size() - 4)) : std::nullopt; }

bool has_record(store::Database& roster, TableId table, std::string const& sourced_id, std::uint32_t key) {
  auto row = roster.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND id = ?");
  return row->with(static_cast<int>(table), key, sourced_id).step();
}

Answer browse(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const text = std::string(visit.query["q"]);
  RecordScope scope(visit, **roster);
  auto const result = runs::search(**roster, text, scope.search());
  auto kind = table_called(visit.query["kind"]);
  runs::FoundIn const* chosen = nullptr;
  for (auto const& found : result.tables)
    if (kind ? found.table == *kind : chosen == nullptr || (chosen->keys.empty() && !found.keys.empty())) chosen = &found;
  if (chosen == nullptr) return Refusal{404};
  std::size_t from = 0;
  auto const asked_from = visit.query["from"];
  std::from_chars(asked_from.data(), asked_from.data() + asked_from.size(), from);

  auto const here = visit.in_district("browse");
  std::string const table(table_of(chosen->table).name);
  Model tabs = Model::List(), rows = Model::List(), missing = Model::List();
  for (auto const& found : result.tables) {
    std::string const name(table_of(found.table).name);
    tabs.add({{"title", table_in_words(name)},
              {"count", count_text(found)},
              {"found", found.keys.size()},
              {"more", found.more},
              {"to", address(here, {{"q", text}, {"kind", name}})},
              {"current", found.table == chosen->table}});
  }
  bool const csv = visit.format == "csv";
  auto const page = shown(visit, **roster, scope, result, *chosen, csv ? 0 : from, csv ? runs::most_found : from + rows_of_a_page);
  if (!csv)
    for (auto const& row : page) rows.add({{"id", row.id}, {"name", row.name}, {"detail", row.detail}, {"place", row.place}, {"to", row.to}, {"by", row.by}});
  for (std::size_t i = 0; i < std::min(result.not_found.size(), most_not_found); ++i) missing.add({{"text", result.not_found[i]}});
  if ((*roster)->trouble()) return Refusal{503};

  View view{"browse", "Data Browsing"};
  auto& model = view.model;
  model["here"] = here;
  model["q"] = text;
  auto in_a_line = text;
  std::erase(in_a_line, '\r');
  std::replace(in_a_line.begin(), in_a_line.end(), '\n', ',');  // which a field of one line would lose
  model["q_line"] = in_a_line;
  model["kind"] = kind ? table : "";
  model["asked"] = result.asked > 0;
  model["table"] = table;
  model["title"] = table_in_words(table);
  model["tabs"] = std::move(tabs);
  model["has_rows"] = !page.empty();
  model["rows"] = std::move(rows);
  model["count"] = count_text(*chosen);
  model["more"] = chosen->more;
  model["gave_up"] = chosen->gave_up;
  model["first"] = with_separators(from + 1);
  model["last"] = with_separators(from + page.size());
  auto const with = [&](std::size_t at) { return address(here, {{"q", text}, {"kind", table}, {"from", at == 0 ? "" : std::to_string(at)}}); };
  model["newer"] = from > 0 ? with(from - std::min(from, rows_of_a_page)) : "";
  model["older"] = from + rows_of_a_page < chosen->keys.size() ? with(from + rows_of_a_page) : "";
  model["csv"] = address(here + ".csv", {{"q", text}, {"kind", table}});
  model["of_list"] = result.of_list;
  model["list_asked"] = with_separators(result.asked);
  model["has_missing"] = !result.not_found.empty();
  model["missing_count"] = with_separators(result.not_found.size());
  model["missing_more"] = result.not_found.size() > most_not_found;
  model["missing"] = std::move(missing);
  model["left"] = result.left.empty() ? "" : with_separators(result.left.size());
  model["known"] = result.state.known;
  model["newest"] = result.state.newest;
  model["behind"] = result.state.is_behind();
  model["only_mine"] = !scope.all();
  if (csv) {
    view.sheet = Sheet{"found-" + table, {"sourcedId", "name", "about", "organization", "found by"}, {}};
    view.sheet->noted = "records downloaded";
    view.sheet->about = std::to_string(page.size()) + " found " + table;
    for (auto const& row : page) view.sheet->rows.push_back({row.id, row.name, row.detail, row.place, row.by});
  }
  return view;
}

}  // namespace rollbook::web
