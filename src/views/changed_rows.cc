#include "views/changed_rows.h"

#include <algorithm>
#include <map>

#include "base/day.h"
#include "base/text.h"
#include "runs/look.h"
#include "runs/overlay.h"
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
        text_(lower(asked.text)),
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
        auto seen = see(entry);
        if (!seen) return seen.trouble();
        if (all || is_meant(seen->row)) page.rows.push_back(told(std::move(*seen)));
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
    if (applied() || !comes()) return std::nullopt;
    auto opened = KeptRows::open(hub_, district_, roster_, run_.id, asked_.table);
    if (!opened) return opened.trouble();
    kept_ = std::move(*opened);
    return std::nullopt;
  }

  // A row, read and named; what it says is told of those only that are asked for.
  struct Seen {
    ChangedRow row;
    std::uint32_t why = 0;                     // of a removed one
    bool was = false, is = false;              // before and after are there
    StoredRow before, after;                   // as they are in the roster
    KeptRows::Row const* delivered = nullptr;  // as it is in the delivery; until the next row is looked at
  };

  Result<Seen> see(runs::ChangeListReader::Entry const& entry) {
    auto const key = entry.change.key;
    Seen seen;
    seen.why = entry.change.number;
    seen.row.key = key;
    seen.row.school = school_of(entry.school);
    seen.row.sourced_id = labels_.id(asked_.table, key);
    seen.was = find_before(key, seen.before);
    if (seen.was) seen.row.name = labels_.name(asked_.table, seen.before);
    if (!comes()) return seen;
    if (!applied()) {
      if (auto trouble = look_into_delivery(entry.change.number, seen)) return *trouble;
    } else if ((seen.is = select_.at(key, source(), *run_.revision, seen.after))) {
      seen.row.line = seen.after.line;
      seen.row.name = labels_.name(asked_.table, seen.after);
    }
    return seen;
  }

  bool comes() const { return asked_.kind == ChangeKind::Created || asked_.kind == ChangeKind::Updated; }
  std::int64_t source() const { return run_.source.value_or(0); }

  // What the source of the run said; where it said nothing, of parts that other sources brought and of records that it takes over, what was in force. Of a
  // record that is new to the source there is nothing before, whoever else has it.
  bool find_before(std::uint32_t key, StoredRow& before) {
    auto const newest = applied() ? *run_.revision - 1 : 0;
    if (applied() ? select_.at(key, source(), newest, before) : select_.current(key, source(), before)) return true;
    if (asked_.kind == ChangeKind::Created || (applied() && newest == 0)) return false;
    auto const base = runs::base_of(roster_, asked_.table, key);
    auto const* in_force = runs::in_force(base, newest);
    if (in_force != nullptr) before = in_force->row;
    return in_force != nullptr;
  }

  std::optional<Trouble> look_into_delivery(std::uint32_t number, Seen& seen) {
    seen.row.kept = kept_ != nullptr;
    if (!kept_) return std::nullopt;
    auto const found = kept_->row(number);
    if (!found) return found.trouble();
    seen.delivered = *found;
    seen.row.kept = seen.delivered != nullptr;
    if (!seen.row.kept) return std::nullopt;
    seen.row.line = seen.delivered->line;
    seen.row.sourced_id = kept_->cell(*seen.delivered, 0);
    if (auto name = name_in_delivery(seen); !name.empty()) seen.row.name = std::move(name);
    return std::nullopt;
  }

  bool is_meant(ChangedRow const& row) const {
    return lower(row.sourced_id).find(text_) != std::string::npos || lower(row.name).find(text_) != std::string::npos;
  }

  ChangedRow told(Seen seen) {
    if (asked_.kind == ChangeKind::Removed) {
      constexpr std::string_view whys[] = {"The delivery does not list it.", "The delivery says it is to be deleted.", "It belongs to a record that goes."};
      seen.row.why = whys[std::min<std::uint32_t>(seen.why, 2)];
    }
    if (asked_.kind != ChangeKind::Excluded && !hides_fields())
      set_fields(seen.row, seen.was ? texts_of(seen.before) : Texts(),
                 seen.delivered != nullptr ? texts_in_delivery(seen)
                 : seen.is                 ? texts_of(seen.after)
                                           : Texts());
    return std::move(seen.row);
  }

  Texts texts_of(StoredRow const& row) {
    Texts texts;
    auto const& columns = stored_columns(asked_.table);
    for (std::size_t i = 0; i < columns.size(); ++i) texts.emplace_back(table_.fields[columns[i].field].name, labels_.text(asked_.table, i, row));
    for (auto& one : metadata_of(row.metadata)) texts.push_back(std::move(one));
    return texts;
  }

  // A column that the file does not have says nothing: what was there stays.
  std::string text_in_delivery(Seen const& seen, std::size_t column) {
    auto const& stored = stored_columns(asked_.table)[column];
    if (kept_->layout().column_of[stored.field] == no_column) return seen.was ? labels_.text(asked_.table, column, seen.before) : "";
    return normalised(table_.fields[stored.field], stored.as, kept_->cell(*seen.delivered, stored.field));
  }

  Texts texts_in_delivery(Seen const& seen) {
    Texts texts;
    auto const& columns = stored_columns(asked_.table);
    for (std::size_t i = 0; i < columns.size(); ++i) texts.emplace_back(table_.fields[columns[i].field].name, text_in_delivery(seen, i));
    auto const& names = kept_->layout().columns;
    auto const& cells = seen.delivered->cells;
    for (std::size_t c = 0; c < names.size() && c < cells.size(); ++c)
      if (names[c].starts_with("metadata.") && !cells[c].empty()) texts.emplace_back(names[c], cells[c]);
    return texts;
  }

  std::string name_in_delivery(Seen const& seen) {
    return own_name(asked_.table, [&](std::string_view field) {
      auto const column = stored_index(asked_.table, field);
      return column == npos ? std::string() : text_in_delivery(seen, column);
    });
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
  std::string const text_;
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
