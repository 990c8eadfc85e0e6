#include "runs/quality.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "roster/cells.h"
#include "rules/source_rules.h"
#include "runs/accepted.h"
#include "runs/judge.h"
#include "runs/look.h"
#include "runs/stored_schools.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

using Orgs = std::vector<std::int64_t>;

std::size_t reference_to(Table const& table, TableId target) {
  for (std::size_t f = 3; f < table.fields.size(); ++f)
    if (table.fields[f].refers_to == target && table.fields[f].type == Type::Ref) return f;
  return npos;
}

// Where the rows of a table are, by what stands in them: docs/semantics.md, section 5. What a delivery says of a class or a person counts, and where it says
// nothing, what is stored.
class RowsAtSchools {
 public:
  struct Row {
    std::uint32_t row = 0;
    std::uint64_t id = 0;  // 0: it cannot be read
    std::uint64_t of = 0;  // the class, line item, result or person that says where it is
    bool of_class = false;
    Orgs schools;
  };

  RowsAtSchools(Looked const& looked, store::Source const& source, std::uint64_t seed)
      : roster_(looked.comparison->checked.roster), comparison_(*looked.comparison), database_(*looked.roster), source_(source), seed_(seed) {}

  std::vector<Row> of(TableId table, std::vector<std::uint32_t> const& rows) {
    auto const& data = roster_[table];
    auto const class_ = table == TableId::UserResources ? npos : reference_to(*data.table, TableId::Classes);
    auto const person = reference_to(*data.table, TableId::Users);
    auto const whole = whole_of(*data.table);
    auto const of_whole = whole == TableId::None ? npos : reference_to(*data.table, whole);
    auto const org = table == TableId::Classes || table == TableId::Roles ? reference_to(*data.table, TableId::Orgs) : npos;
    bool const of_class = class_ != npos && org == npos;
    bool const of_person = !of_class && of_whole == npos && org == npos && (person != npos || table == TableId::Users || table == TableId::Demographics);
    std::vector<Row> all;
    all.reserve(rows.size());
    for_rows(data, rows, comparison_.keys, csv::best_kernel(),
             [&](std::uint32_t row, std::uint32_t, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
               auto const id = reader.id(batch, at);
               Row one{row, id.empty() ? 0 : hash_of_id(id, seed_), 0, false, {}};
               if (org != npos) add_org(one.schools, cell(data, batch, at, org));
               else if (of_class && (one.of = hash_in(data, batch, at, class_)) != 0) one.of_class = true;
               else if (of_whole != npos) one.of = hash_in(data, batch, at, of_whole);
               else if (table == TableId::Users) one.of = one.id, add_orgs(one.schools, data, batch, at);
               else if (table == TableId::Demographics) one.of = one.id;
               else if (of_person) one.of = hash_in(data, batch, at, person);
               else if (table == TableId::Orgs && lower(std::string(cell(data, batch, at, type_of_org))) == "school") add_hash(one.schools, one.id);
               while (all.size() < rows.size() && rows[all.size()] != row) all.push_back({rows[all.size()], 0, 0, false, {}});  // damaged: nobody knows whose it is
               all.push_back(std::move(one));
             });
    while (all.size() < rows.size()) all.push_back({rows[all.size()], 0, 0, false, {}});
    if (of_class) look_up(all, true, [&](auto const& wanted) { return classes(wanted); });
    if (of_whole != npos) look_up(all, false, [&](auto const& wanted) { return wholes(whole, wanted); });
    if (of_person) look_up(all, false, [&](auto const& wanted) { return people(wanted); });
    for (auto& row : all) {
      std::sort(row.schools.begin(), row.schools.end());
      row.schools.erase(std::unique(row.schools.begin(), row.schools.end()), row.schools.end());
      if (row.schools.empty()) row.schools.push_back(0);
    }
    return all;
  }

 private:
  static constexpr auto type_of_org = field_index(orgs, "type");
  using Wanted = std::vector<std::uint64_t>;  // hashes of ids, sorted
  using Found = std::unordered_map<std::uint64_t, Orgs>;

  std::string_view cell(TableData const& data, csv::Batch const& batch, std::uint32_t at, std::size_t field) {
    auto const column = data.layout.column_of[field];
    return column == no_column ? std::string_view() : csv::cell_value(batch.raw(at, static_cast<std::uint32_t>(column)), buffer_);
  }
  std::uint64_t hash_in(TableData const& data, csv::Batch const& batch, std::uint32_t at, std::size_t field) {
    auto const value = cell(data, batch, at, field);
    return value.empty() ? 0 : hash_of_id(value, seed_);
  }
  void add_hash(Orgs& schools, std::uint64_t org) const {
    if (auto const key = org == 0 ? no_key : comparison_.keys.find(TableId::Orgs, org); key != no_key) schools.push_back(std::int64_t{key} + 1);
  }
  void add_org(Orgs& schools, std::string_view id) const {
    if (!id.empty()) add_hash(schools, hash_of_id(id, seed_));
  }
  void add_orgs(Orgs& schools, TableData const& data, csv::Batch const& batch, std::uint32_t at) {
    static constexpr auto many = field_index(users, "orgSourcedIds"), primary = field_index(users, "primaryOrgSourcedId");
    cells::for_items(cell(data, batch, at, many), [&](std::string_view item, bool) { add_org(schools, item); });
    add_org(schools, cell(data, batch, at, primary));
  }

  template <class Ask>
  static void look_up(std::vector<Row>& rows, bool of_class, Ask const& ask) {
    Wanted wanted;
    for (auto const& row : rows)
      if (row.of != 0 && row.of_class == of_class) wanted.push_back(row.of);
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    auto const found = ask(wanted);
    for (auto& row : rows)
      if (auto const at = found.find(row.of); row.of_class == of_class && at != found.end()) row.schools.insert(row.schools.end(), at->second.begin(), at->second.end());
  }

  // The rows of this delivery that have these ids, ascending, each with its id.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> delivered(TableId table, Wanted const& wanted) const {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> rows;
    auto const& data = roster_[table];
    if (!data.is_read() || data.index.empty()) return rows;
    for (auto const id : wanted)
      if (auto const row = data.index.find(id); row != no_row) rows.emplace_back(row, id);
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  template <class F>
  void read(TableId table, std::vector<std::pair<std::uint32_t, std::uint64_t>> const& rows, F const& f) {
    std::vector<std::uint32_t> numbers;
    for (auto const& [row, id] : rows) numbers.push_back(row);
    std::size_t i = 0;
    for_rows(roster_[table], numbers, comparison_.keys, csv::best_kernel(),
             [&](std::uint32_t row, std::uint32_t, RowReader&, csv::Batch const& batch, std::uint32_t at) {
               while (rows[i].first != row) ++i;
               f(rows[i].second, batch, at);
             });
  }

  Found classes(Wanted const& wanted) {
    Found found;
    static constexpr auto school = field_index(rollbook::classes, "schoolSourcedId");
    read(TableId::Classes, delivered(TableId::Classes, wanted), [&](std::uint64_t id, csv::Batch const& batch, std::uint32_t at) {
      Orgs schools;
      add_org(schools, cell(roster_[TableId::Classes], batch, at, school));
      if (!schools.empty()) found[id] = std::move(schools);
    });
    auto stored = database_.prepare("SELECT \"schoolSourcedId\" FROM \"classes\" WHERE row_key = ? AND row_until IS NULL");
    for (auto const id : wanted) {
      if (found.count(id) > 0) continue;
      auto const key = comparison_.keys.find(TableId::Classes, id);
      if (key == no_key) continue;
      if (stored->with(key).step() && !stored->is_null(0)) found[id] = {stored->integer(0) + 1};
      stored->reset();
    }
    return found;
  }

  // What says where a row is that names no class.
  static TableId whole_of(Table const& table) {
    for (auto const whole : {TableId::LineItems, TableId::Results})
      if (reference_to(table, whole) != npos) return whole;
    return TableId::None;
  }

  // Line items or results, by the schools of their classes.
  Found wholes(TableId table, Wanted const& wanted) {
    std::unordered_map<std::uint64_t, Orgs> found;
    auto const rows = delivered(table, wanted);
    std::vector<std::uint32_t> numbers;
    for (auto const& [row, id] : rows) numbers.push_back(row);
    auto const placed = of(table, numbers);
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (placed[i].schools != Orgs{0}) found[rows[i].second] = placed[i].schools;
    StoredSchools stored(database_, source_.id);
    for (auto const id : wanted)
      if (auto const key = comparison_.keys.find(table, id); key != no_key && found.count(id) == 0)
        for (auto const school : stored.of(table, key))
          if (school != 0) found[id].push_back(school);
    return found;
  }

  Found people(Wanted const& wanted) {
    Found found;
    auto const rows = delivered(TableId::Users, wanted);
    read(TableId::Users, rows, [&](std::uint64_t id, csv::Batch const& batch, std::uint32_t at) { add_orgs(found[id], roster_[TableId::Users], batch, at); });
    auto const& said = comparison_.tables[static_cast<std::size_t>(TableId::Roles)];
    if (!said.roles.empty()) {
      std::unordered_map<std::uint32_t, std::uint64_t> ids(rows.begin(), rows.end());
      auto const* keys = comparison_.keys.keys(TableId::Orgs);
      for (auto const& [person, org] : said.roles)
        if (auto const at = ids.find(person); at != ids.end() && keys != nullptr && (*keys)[org] < stranger_key)
          found[at->second].push_back(std::int64_t{(*keys)[org]} + 1);
    }
    std::unordered_map<std::uint32_t, std::uint64_t> others;  // who is stored, and whom this delivery does not place
    for (auto const id : wanted)
      if (auto const at = found.find(id); at == found.end() || at->second.empty())
        if (auto const key = comparison_.keys.find(TableId::Users, id); key != no_key) others.emplace(key, id);
    if (!others.empty()) stored_people(others, found);
    return found;
  }

  void stored_people(std::unordered_map<std::uint32_t, std::uint64_t> const& people, Found& found) {
    static auto const many = stored_index(TableId::Users, "orgSourcedIds"), primary = stored_index(TableId::Users, "primaryOrgSourcedId");
    static auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId");
    StoredRow row;
    store::RowSelect select(database_, TableId::Users);
    for (auto const& [key, id] : people) {
      if (!select.current(key, source_.id, row)) continue;
      for (auto const at : keys_in(row, many, Stored::Keys)) found[id].push_back(std::int64_t{at} + 1);
      for (auto const at : keys_in(row, primary, Stored::Key)) found[id].push_back(std::int64_t{at} + 1);
    }
    store::RowSelect(database_, TableId::Roles).each_current(source_.id, [&](store::RowVersion const& version) {
      if (version.row.is_null(user) || version.row.is_null(org)) return true;
      if (auto const at = people.find(static_cast<std::uint32_t>(version.row.number(user))); at != people.end())
        found[at->second].push_back(version.row.number(org) + 1);
      return true;
    });
  }

  Roster const& roster_;
  Comparison const& comparison_;
  store::Database& database_;
  store::Source const& source_;
  std::uint64_t seed_;
  std::string buffer_;
};

class Gathering {
 public:
  Gathering(Looked const& looked, store::Source const& source, std::uint64_t seed)
      : looked_(looked), source_(source), seed_(seed), places_(looked, source, seed) {}

  Quality run() {
    out_.taken = true;
    out_.whole = looked_.marks->whole();
    auto const unique = unique_of(source_.settings);
    auto const required = source_.settings.pairs("require");
    for (auto const* table : all_tables) {
      auto const& data = looked_.comparison->checked.roster[table->id];
      if (!data.is_read() || data.states_nothing) continue;
      out_.stated[table->id] = data.mode == Mode::Bulk;
      std::vector<Found> found;
      for (auto const& mark : looked_.marks->of[static_cast<std::size_t>(table->id)]) {
        auto const& info = *all_rules()[mark.rule].info;
        found.push_back({mark.row, rule(table->id, info.code), mark.severity, mark.severity >= Severity::Error && !info.dependent});
      }
      auto const& now = looked_.comparison->tables[static_cast<std::size_t>(table->id)];
      for (auto const& [row, number] : now.missed) {
        bool const skips = required[number].second == "skip";
        found.push_back({row, rule(table->id, required_value_is_blank.code, required[number].first), skips ? Severity::Error : Severity::Warning, skips});
      }
      for (auto const& [row, number] : now.shared)
        found.push_back({row, rule(table->id, value_is_shared.code, std::string(table->name) + "." + std::string(table->fields[unique[number].second].name)),
                         Severity::Error, true});
      if (!found.empty()) add(data, found);
    }
    of_the_package();
    return std::move(out_);
  }

 private:
  struct Found {
    std::uint32_t row;
    Quality::Rows* of;
    Severity severity;
    bool own_error;
  };

  Quality::Rows* rule(TableId table, std::string_view code, std::string field = {}) { return &out_.rules[{table, std::string(code), std::move(field)}]; }

  void add(TableData const& data, std::vector<Found>& found) {
    std::stable_sort(found.begin(), found.end(), [](Found const& a, Found const& b) { return std::tuple(a.row, a.of) < std::tuple(b.row, b.of); });
    std::vector<std::uint32_t> numbers;
    for (auto const& one : found)
      if (numbers.empty() || numbers.back() != one.row) numbers.push_back(one.row);
    auto const rows = places_.of(data.table->id, numbers);
    auto const& keys = looked_.comparison->tables[static_cast<std::size_t>(data.table->id)].key_of_row;
    std::unordered_map<std::uint64_t, std::uint64_t> met;  // rows that have the same id are told apart by their order
    std::size_t i = 0;
    for (auto const& row : rows) {
      auto const hash = hash_of_row(row.id, row.id == 0 ? row.row : met[row.id]++, seed_);
      bool wrong = false;
      Quality::Rows const* last = nullptr;
      for (; i < found.size() && found[i].row == row.row; ++i) {
        auto& rule = *found[i].of;
        rule.severity = std::max(rule.severity, found[i].severity);
        wrong |= found[i].own_error;
        if (&rule == last) continue;  // the same of several columns is one row
        last = &rule;
        rule.of_school[all_schools].push_back(hash);
        for (auto const school : row.schools) rule.of_school[school].push_back(hash);
      }
      if (!wrong) continue;
      bool const stored = row.row < keys.size() && keys[row.row] < stranger_key;
      for (auto const school : row.schools) ++out_.schools[school].wrong, out_.schools[school].unstored += !stored;
    }
  }

  // Files and headers are no rows: each finding counts as one, of the district.
  void of_the_package() {
    std::map<std::string, std::uint64_t> met;
    for (auto const& finding : looked_.comparison->checked.package_findings) {
      auto table = TableId::None;
      for (auto const* each : all_tables)
        if (finding.spot.file == file_name(each->id)) table = each->id;
      auto& of = *rule(table, all_rules()[finding.rule].info->code);
      of.severity = std::max(of.severity, finding.severity);
      auto name = finding.spot.file + "\n" + finding.spot.column;
      name += "\n" + std::to_string(met[std::string(all_rules()[finding.rule].info->code) + name]++);
      for (auto const school : {all_schools, std::int64_t{0}}) of.of_school[school].push_back(hash_of(name, seed_));
    }
    for (auto const& found : looked_.translated.found) {
      auto& of = *rule(found.table, found.rule->code);
      of.severity = Severity::Error;
      of.uncounted += found.rows;
    }
  }

  Looked const& looked_;
  store::Source const& source_;
  std::uint64_t seed_;
  RowsAtSchools places_;
  Quality out_;
};

}  // namespace

std::vector<CheckReport::Finding> findings_of_requirements(Looked const& looked, store::Source const& source, std::size_t most) {
  std::vector<CheckReport::Finding> all;
  auto const required = source.settings.pairs("require");
  auto const unique = unique_of(source.settings);
  auto const take = [&](Table const& table, std::vector<std::uint32_t> rows, RuleInfo const& rule, Severity severity, std::string const& column) {
    rows.resize(std::min(rows.size(), most));
    auto const& data = looked.comparison->checked.roster[table.id];
    for_rows(data, rows, looked.comparison->keys, csv::best_kernel(),
             [&](std::uint32_t, std::uint32_t chunk, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
               CheckReport::Finding finding;
               finding.rule = &rule, finding.severity = severity, finding.file = file_name(table.id);
               finding.line = data.chunks[chunk].first_line + batch.row_line[at] + 1;
               finding.column = column;
               finding.sourced_id = reader.id(batch, at);
               finding.message = rule.message;
               if (auto const place = finding.message.find("{column}"); place != std::string::npos) finding.message.replace(place, 8, column);
               finding.why = rule.why, finding.fix = rule.fix;
               all.push_back(std::move(finding));
             });
  };
  for (auto const& found : looked.translated.found) {
    auto const& data = looked.comparison->checked.roster[found.table];
    if (!data.is_read() || data.index.empty()) continue;
    std::vector<std::uint32_t> rows;
    for (auto const& id : found.ids)
      if (auto const row = data.index.find(looked.comparison->keys.hash(id)); row != no_row) rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    take(table_of(found.table), std::move(rows), *found.rule, Severity::Error, "");
  }
  for (auto const* table : all_tables) {
    auto const& now = looked.comparison->tables[static_cast<std::size_t>(table->id)];
    std::map<std::uint16_t, std::vector<std::uint32_t>> missed, shared;
    for (auto const& [row, number] : now.missed) missed[number].push_back(row);
    for (auto const& [row, number] : now.shared) shared[number].push_back(row);
    for (auto& [number, rows] : missed) {
      auto const& [column, action] = required[number];
      take(*table, rows, required_value_is_blank, action == "skip" ? Severity::Error : Severity::Warning, column.substr(column.find('.') + 1));
    }
    for (auto& [number, rows] : shared) {
      std::sort(rows.begin(), rows.end());
      take(*table, rows, value_is_shared, Severity::Error, std::string(table->fields[unique[number].second].name));
    }
  }
  return all;
}

Quality quality_of(Looked const& looked, store::Source const& source, std::uint64_t seed) { return Gathering(looked, source, seed).run(); }

}  // namespace rollbook::runs
