#include "views/changed_rows.h"

#include <algorithm>
#include <map>

#include "base/day.h"
#include "base/text.h"
#include "runs/look.h"
#include "store/rows.h"
#include "views/kept_rows.h"
#include "views/labels.h"

namespace rollbook::views {
namespace {

using runs::ChangeKind;

constexpr std::size_t at_once = 200;       // rows asked of a list at a time, when a text is looked for
constexpr std::size_t most_looked = 1000;  // and at most on one page

// The fields of a row as OneRoster writes them, in the order of the declaration; metadata behind them.
using Texts = std::vector<std::pair<std::string, std::string>>;

class Page {
 public:
  Page(runs::Hub& hub, store::District const& district, store::Run const& run, AskedRows const& asked, store::Database& roster)
      : hub_(hub),
        district_(district),
        run_(run),
        asked_(asked),
        roster_(roster),
        table_(table_of(asked.table)),
        labels_(roster, run.revision),
        select_(roster, asked.table) {}

  Result<ChangedRows> read(std::uint64_t from, std::size_t how_many) {
    std::optional<School> school;
    if (asked_.school) {
      school = school_called(*asked_.school);
      if (!school) return Trouble{"Nothing of run " + std::to_string(run_.id) + " concerns a school \"" + *asked_.school + "\"."};
    }
    runs::ChangeListReader list(roster_, run_.id, asked_.table, asked_.kind, school);
    ChangedRows page;
    page.all = list.size();
    if (auto trouble = open_kept()) return *trouble;
    bool const all = asked_.text.empty();
    std::size_t looked = 0;
    auto at = from;
    while (at < list.size() && page.rows.size() < how_many && (all || looked < most_looked)) {
      for (auto const& entry : list.read(at, all ? how_many : at_once)) {
        if (page.rows.size() == how_many) break;
        ++at, ++looked;
        auto row = row_of(entry);
        if (!row) return row.trouble();
        if (all || is_meant(*row)) page.rows.push_back(std::move(*row));
      }
      if (roster_.trouble()) return *roster_.trouble();
    }
    if (at < list.size()) page.next = at;
    return page;
  }

 private:
  bool applied() const { return run_.revision.has_value(); }
  bool hides_fields() const { return asked_.table == TableId::Demographics && !asked_.sees_demographics; }

  std::optional<School> school_called(std::string const& id) {
    if (id.empty()) return School{0};
    auto row = roster_.prepare("SELECT school FROM run_schools WHERE run = ? AND id = ?");
    return row->with(run_.id, id).step() ? std::optional(static_cast<School>(row->integer(0))) : std::nullopt;
  }

  ChangedRow::School const& school_of(School school) {
    auto const [at, fresh] = schools_.try_emplace(school);
    if (!fresh || school == 0) return at->second;
    auto row = roster_.prepare("SELECT id, name FROM run_schools WHERE run = ? AND school = ?");
    if (row->with(run_.id, school).step()) at->second = {std::string(row->text(0)), std::string(row->text(1))};
    return at->second;
  }

  std::optional<Trouble> open_kept() {
    if (applied() || (asked_.kind != ChangeKind::Created && asked_.kind != ChangeKind::Updated)) return std::nullopt;
    auto opened = KeptRows::open(hub_, district_, roster_, run_.id, asked_.table);
    if (!opened) return opened.trouble();
    kept_ = std::move(*opened);
    return std::nullopt;
  }

  bool is_meant(ChangedRow const& row) const {
    auto const text = lower(asked_.text);
    return lower(row.sourced_id).find(text) != std::string::npos || lower(row.name).find(text) != std::string::npos;
  }

  Result<ChangedRow> row_of(runs::ChangeListReader::Entry const& entry) {
    ChangedRow row;
    row.school = school_of(entry.school);
    auto const& change = entry.change;
    row.sourced_id = labels_.id(asked_.table, change.key);
    StoredRow before, after;
    auto const source = run_.source.value_or(0);
    bool const was = applied() ? select_.at(change.key, source, *run_.revision - 1, before) : select_.current(change.key, source, before);
    if (asked_.kind == ChangeKind::Removed) {
      constexpr std::string_view whys[] = {"The delivery does not list it.", "The delivery says it is to be deleted.", "It belongs to a record that goes."};
      row.why = whys[std::min<std::uint32_t>(change.number, 2)];
    }
    if (was) row.name = labels_.name(asked_.table, before);
    Texts was_texts = was ? texts_of(before) : Texts();
    Texts is_texts;
    if (asked_.kind == ChangeKind::Created || asked_.kind == ChangeKind::Updated) {
      if (applied()) {
        if (select_.at(change.key, source, *run_.revision, after)) {
          row.line = after.line;
          row.name = labels_.name(asked_.table, after);
          is_texts = texts_of(after);
        }
      } else if (auto trouble = look_into_delivery(change, row, was_texts, is_texts)) {
        return *trouble;
      }
    }
    if (asked_.kind != ChangeKind::Excluded && !hides_fields()) set_fields(row, was_texts, is_texts);
    return row;
  }

  std::optional<Trouble> look_into_delivery(runs::ListedChange const& change, ChangedRow& row, Texts const& before, Texts& after) {
    row.kept = kept_ != nullptr;
    if (!kept_) return std::nullopt;
    auto const found = kept_->row(change.number);
    if (!found) return found.trouble();
    row.kept = *found != nullptr;
    if (!row.kept) return std::nullopt;
    auto const& now = **found;
    row.line = now.line;
    row.sourced_id = kept_->cell(now, 0);
    after = texts_of(now, before);
    auto const name = name_in(after);
    if (!name.empty()) row.name = name;
    return std::nullopt;
  }

  Texts texts_of(StoredRow const& row) {
    Texts texts;
    auto const& columns = stored_columns(asked_.table);
    for (std::size_t i = 0; i < columns.size(); ++i) texts.emplace_back(table_.fields[columns[i].field].name, labels_.text(asked_.table, i, row));
    for (auto& one : metadata_of(row.metadata)) texts.push_back(std::move(one));
    return texts;
  }

  // A column that the file does not have says nothing: what was there stays.
  Texts texts_of(KeptRows::Row const& row, Texts const& before) {
    Texts texts;
    auto const& columns = stored_columns(asked_.table);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto const& field = table_.fields[columns[i].field];
      std::string text;
      if (kept_->layout().column_of[columns[i].field] == no_column) text = i < before.size() ? before[i].second : "";
      else text = normalised(field, columns[i].as, kept_->cell(row, columns[i].field));
      texts.emplace_back(field.name, std::move(text));
    }
    auto const& names = kept_->layout().columns;
    for (std::size_t c = 0; c < names.size() && c < row.cells.size(); ++c)
      if (names[c].starts_with("metadata.") && !row.cells[c].empty()) texts.emplace_back(names[c], row.cells[c]);
    return texts;
  }

  static std::string normalised(Field const& field, Stored as, std::string const& cell) {
    StoredRow one;
    one.begin();
    if (as == Stored::Keys) {
      std::string list;
      for (auto const& item : split(cell, ','))
        if (auto const id = trimmed(item); !id.empty()) list.append(list.empty() ? "" : ",").append(id);
      return list;
    }
    if (as == Stored::Key) return std::string(trimmed(cell));
    normalise(field, cell, one);
    if (one.is_null(0)) return "";
    if (one.kind(0) == StoredRow::Kind::Text) return std::string(one.text(0));
    if (field.type == Type::Boolean) return one.number(0) != 0 ? "true" : "false";
    return day_text(one.number(0));
  }

  std::string name_in(Texts const& texts) const {
    auto const of = [&](std::string_view name) {
      for (auto const& [field, text] : texts)
        if (field == name) return text;
      return std::string();
    };
    if (asked_.table != TableId::Users) return of("name").empty() ? of("title") : of("name");
    auto const given = of("givenName"), family = of("familyName");
    return given + (given.empty() || family.empty() ? "" : " ") + family;
  }

  static void set_fields(ChangedRow& row, Texts const& before, Texts const& after) {
    std::map<std::string, std::size_t> places;
    auto const field = [&](std::string const& name) -> ChangedRow::Field& {
      auto const [at, fresh] = places.try_emplace(name, row.fields.size());
      if (fresh) row.fields.push_back({name, "", ""});
      return row.fields[at->second];
    };
    for (auto const& [name, text] : before) field(name).before = text;
    for (auto const& [name, text] : after) field(name).after = text;
    std::erase_if(row.fields, [](auto const& f) { return f.before == f.after; });
  }

  runs::Hub& hub_;
  store::District const& district_;
  store::Run const& run_;
  AskedRows const& asked_;
  store::Database& roster_;
  Table const& table_;
  Labels labels_;
  store::RowSelect select_;
  std::map<School, ChangedRow::School> schools_;
  std::unique_ptr<KeptRows> kept_;
};

}  // namespace

Result<ChangedRows> changed_rows(runs::Hub& hub, store::District const& district, store::Run const& run, AskedRows const& asked, std::uint64_t from,
                                 std::size_t how_many) {
  auto roster = runs::open_roster(hub, district);
  if (!roster) return roster.trouble();
  return Page(hub, district, run, asked, **roster).read(from, how_many);
}

}  // namespace rollbook::views
