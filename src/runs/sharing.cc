#include "runs/sharing.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/workers.h"
#include "sync/each_key.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_listed = 10'000;
constexpr std::uint64_t seed_of_values = 23;

constexpr std::size_t index(TableId table) { return static_cast<std::size_t>(table); }

bool has(std::vector<bool> const& keys, std::uint32_t key) { return key < keys.size() && keys[key]; }

void put(std::vector<bool>& keys, std::uint32_t key, bool value = true) {
  if (key >= keys.size()) keys.resize(std::max<std::size_t>(key + 1u, 2 * keys.size()));
  keys[key] = value;
}

bool is_decided_before(TableId table) { return table == TableId::Orgs || table == TableId::AcademicSessions || table == TableId::Users; }

std::string name_of_column(TableId table, std::size_t field) {
  return std::string(table_of(table).name) + "." + std::string(table_of(table).fields[field].name);
}

}  // namespace

Sharing::Sharing(Shared const& shared, RowsInForce const& rows, IdsOfTables& ids, std::int32_t day, unsigned workers)
    : shared_(shared), rows_(rows), ids_(ids), day_(day), workers_(std::max(1u, workers)) {
  for (auto const* table : all_tables) columns_[index(table->id)] = places_of(table->id);
}

Sharing::Places Sharing::places_of(TableId table) const {
  auto const at = [&](std::string_view name) { return stored_index(table, name); };
  Places places{at("schoolSourcedId"), at("role"), at("orgSourcedId"), at("enabledUser"), at("grades"), at("endDate"), {}};
  auto const& columns = stored_columns(table);
  for (std::size_t column = 0; column < columns.size(); ++column) {
    auto const& field = table_of(table).fields[columns[column].field];
    if (field.refers_to == TableId::None || !is_in(field.in, shared_.policy.version) || !is_required(field.need, shared_.policy.version)) continue;
    places.required.push_back({column, columns[column].field, columns[column].as, field.refers_to});
  }
  return places;
}

std::optional<Trouble> Sharing::begin() {
  if (auto trouble = choose_orgs()) return trouble;
  choose_sessions();
  choose_people();
  for (auto const* table : all_tables)
    if (shared_.policy.has(table->id) && shared_.policy.of(table->id, 0) == store::Treatment::Pseudonym) take_pseudonyms(*table);
  return std::nullopt;
}

void Sharing::take_pseudonyms(Table const& table) {
  auto& ids = ids_[index(table.id)];
  run_workers(workers_, [&](unsigned worker) {
    for (std::size_t key = worker; key < ids.size(); key += workers_)
      if (auto& id = ids[key]; !id.empty()) id = shared_.pseudonyms.of(table.name, std::to_string(key));
  });
}

// The schools asked for, and what stands above them.
std::optional<Trouble> Sharing::choose_orgs() {
  std::map<std::uint32_t, std::uint32_t> parent;
  auto const column = stored_index(TableId::Orgs, "parentSourcedId");
  rows_.each(TableId::Orgs, [&](std::uint32_t key, StoredRow const& row, std::int64_t) {
    if (!row.is_null(column)) parent[key] = static_cast<std::uint32_t>(row.number(column));
    if (shared_.policy.schools.empty()) put(places_, key), put(included_[index(TableId::Orgs)], key);
  });
  auto const& ids = ids_[index(TableId::Orgs)];
  for (auto const& id : shared_.policy.schools) {
    auto const at = std::find(ids.begin(), ids.end(), id);
    if (at == ids.end()) return Trouble{"There is no organization \"" + id + "\" in the roster."};
    auto key = static_cast<std::uint32_t>(at - ids.begin());
    put(places_, key);
    for (std::set<std::uint32_t> seen; seen.insert(key).second;) {
      put(included_[index(TableId::Orgs)], key);
      if (auto const up = parent.find(key); up != parent.end()) key = up->second;
    }
  }
  if (shared_.policy.below_district)
    if (auto trouble = look_for_district(parent)) return trouble;
  decide(TableId::Orgs);
  return std::nullopt;
}

// As the rule LPF001 asks for it.
std::optional<Trouble> Sharing::look_for_district(std::map<std::uint32_t, std::uint32_t> const& parent) {
  auto const column = stored_index(TableId::Orgs, "type");
  std::map<std::uint32_t, std::string> types;
  rows_.each(TableId::Orgs, [&](std::uint32_t key, StoredRow const& row, std::int64_t) { types[key] = row.is_null(column) ? "" : row.text(column); });
  bool any = false;
  for (auto const& [key, type] : types) {
    any |= type == "district" && runs::has(included_[index(TableId::Orgs)], key);
    if (type == "local" || type == "state" || type == "national") continue;
    std::set<std::uint32_t> seen;
    for (auto at = key; types[at] != "district"; at = parent.at(at))
      if (!seen.insert(at).second || parent.count(at) == 0) {
        lost_.insert(key);
        break;
      }
  }
  if (any) return std::nullopt;
  return Trouble{
      "The receiver refuses a roster in which no organization of type district stands above the schools (LPF001), and there is none in what would go to it. "
      "Send one with the roster, or choose another profile."};
}

// Those asked for, and those below them.
void Sharing::choose_sessions() {
  auto const table = TableId::AcademicSessions;
  auto const column = stored_index(table, "parentSourcedId");
  std::map<std::uint32_t, std::uint32_t> parent;
  rows_.each(table, [&](std::uint32_t key, StoredRow const& row, std::int64_t) {
    put(included_[index(table)], key, shared_.policy.sessions.empty());
    if (!row.is_null(column)) parent[key] = static_cast<std::uint32_t>(row.number(column));
  });
  auto const& ids = ids_[index(table)];
  if (!shared_.policy.sessions.empty())
    for (std::uint32_t key = 0; key < ids.size(); ++key) {
      std::set<std::uint32_t> seen;
      for (auto above = key; seen.insert(above).second; above = parent.at(above)) {
        if (above < ids.size() && shared_.policy.sessions.count(ids[above]) > 0) put(included_[index(table)], key);
        if (parent.count(above) == 0) break;
      }
    }
  decide(table);
}

void Sharing::choose_people() {
  auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId"),
             role = stored_index(TableId::Roles, "role");
  rows_.each(TableId::Roles, [&](std::uint32_t, StoredRow const& row, std::int64_t) {
    if (row.is_null(user) || row.is_null(org) || !passes_filters(TableId::Roles, row)) return;
    if (takes_role(static_cast<std::uint32_t>(row.number(org)), row.is_null(role) ? "" : row.text(role)))
      put(placed_, static_cast<std::uint32_t>(row.number(user)));
  });
  decide(TableId::Users);
}

bool Sharing::takes_role(std::uint32_t org, std::string_view role) const {
  auto const& roles = shared_.policy.roles;
  return runs::has(places_, org) && is_included(TableId::Orgs, org) && (roles.empty() || roles.count(role) > 0);
}

// Whether somebody has, here, what they are shared as: by rows of roles or by their own row, whose role is forgotten when it is none of these.
bool Sharing::has_place(std::uint32_t key, StoredRow& row) const {
  static auto const role = stored_index(TableId::Users, "role"), orgs = stored_index(TableId::Users, "orgSourcedIds");
  auto const& policy = shared_.policy;
  bool own = false;
  if (!row.is_null(role) && !row.is_null(orgs)) each_key(row, orgs, Stored::Keys, [&](std::uint32_t org) { own |= takes_role(org, row.text(role)); });
  if (!own) row.set_null(role), row.set_null(orgs);
  bool const demanded = policy.version == Version::V11 || !policy.schools.empty() || !policy.roles.empty();
  return own || runs::has(placed_, key) || !demanded;
}

bool Sharing::is_included(TableId table, std::uint32_t key) const {
  return shared_.policy.has(table) && key < ids_[index(table)].size() && !ids_[index(table)][key].empty() && runs::has(included_[index(table)], key);
}

void Sharing::exclude(TableId table, std::uint32_t key) { put(included_[index(table)], key, false); }

bool Sharing::passes_filters(TableId table, StoredRow const& row) const {
  auto const& policy = shared_.policy;
  auto const& columns = columns_[index(table)];
  auto const number = [&](std::size_t column) { return column == npos || row.is_null(column) ? std::optional<std::int64_t>() : row.number(column); };
  auto const text = [&](std::size_t column) { return column == npos || row.is_null(column) ? std::string_view() : row.text(column); };
  if (!policy.schools.empty() && (table == TableId::Classes || table == TableId::Enrollments))
    if (auto const school = number(columns.school); school && !runs::has(places_, static_cast<std::uint32_t>(*school))) return false;
  if (!policy.roles.empty() && (table == TableId::Roles || table == TableId::Enrollments) && policy.roles.count(text(columns.role)) == 0) return false;
  if (table == TableId::Roles)
    if (auto const org = number(columns.org); org && !runs::has(places_, static_cast<std::uint32_t>(*org))) return false;
  if (table == TableId::Users) {
    if (policy.active_only && number(columns.enabled).value_or(1) == 0) return false;
    if (auto const grades = text(columns.grades); !policy.grades.empty() && !grades.empty()) {
      auto const all = split(grades, ',');
      if (std::none_of(all.begin(), all.end(), [&](std::string const& grade) { return policy.grades.count(grade) > 0; })) return false;
    }
  }
  if (policy.active_only && (table == TableId::Enrollments || table == TableId::Roles))
    if (auto const end = number(columns.end); end && *end <= day_) return false;  // the day behind the last
  return true;
}

// What a row cannot be without has to be there too.
Sharing::Verdict Sharing::look_at_references(TableId table, StoredRow const& row, Why& why) const {
  for (auto const& [column, field, as, to] : columns_[index(table)].required) {
    if (row.is_null(column)) continue;
    bool any = false;
    each_key(row, column, as, [&, field = field, to = to](std::uint32_t key) {
      any |= is_included(to, key);
      if (runs::has(broken_[index(to)], key)) why = {field, false, to, key};
    });
    if (!any) return why.to == TableId::None ? Verdict::Filtered : Verdict::Broken;
    why = {};
  }
  return Verdict::Goes;
}

Sharing::Verdict Sharing::look(TableId table, std::uint32_t key, StoredRow& row, Why& why, bool repeats) const {
  if (is_decided_before(table) && table != TableId::Users && !runs::has(included_[index(table)], key)) return Verdict::Filtered;
  if (!passes_filters(table, row)) return Verdict::Filtered;
  if (table == TableId::Orgs && lost_.count(key) > 0) return why.no_district = true, Verdict::Broken;
  auto const references = look_at_references(table, row, why);
  if (table == TableId::Users) {
    if (!has_place(key, row))
      return references == Verdict::Broken ? references : Verdict::Filtered;  // where their organization is left out by a rule, so are they
    why = {};                                                                 // rows of roles may know another organization
  } else if (references != Verdict::Goes) {
    return references;
  }
  auto const& policy = shared_.policy;
  for (auto const field : policy.require[index(table)])
    if (auto const column = stored_index(table, table_of(table).fields[field].name); column != npos && row.is_null(column))
      return why = {field, false}, Verdict::Broken;
  if (repeats)
    for (auto const field : policy.unique[index(table)])
      if (auto const hash = hash_of_value(table, field, row);
          hash != 0 && std::binary_search(repeated_[index(table)].begin(), repeated_[index(table)].end(), hash))
        return why = {field, true}, Verdict::Broken;
  return Verdict::Goes;
}

// 0 of a blank one.
std::uint64_t Sharing::hash_of_value(TableId table, std::size_t field, StoredRow const& row) const {
  auto const column = stored_index(table, table_of(table).fields[field].name);
  if (column == npos || row.is_null(column)) return 0;
  auto const value = stored_columns(table)[column].as == Stored::Text ? lower(row.text(column)) : written(table, column, row, ids_);
  return hash_of(value, seed_of_values + field) | 1u;
}

// Values that more than one row has, of those that would go.
void Sharing::learn_repeats(TableId table) {
  auto const& fields = shared_.policy.unique[index(table)];
  if (fields.empty() || !shared_.policy.has(table)) return;
  std::vector<std::uint64_t> all;
  rows_.each(table, [&](std::uint32_t key, StoredRow& row, std::int64_t) {
    Why why;
    if (look(table, key, row, why, false) != Verdict::Goes) return;
    for (auto const field : fields)
      if (auto const hash = hash_of_value(table, field, row); hash != 0) all.push_back(hash);
  });
  std::sort(all.begin(), all.end());
  auto& repeated = repeated_[index(table)];
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i] == all[i - 1] && (repeated.empty() || repeated.back() != all[i])) repeated.push_back(all[i]);
}

void Sharing::decide(TableId table) {
  learn_repeats(table);
  rows_.each(table, [&](std::uint32_t key, StoredRow& row, std::int64_t since) {
    Why why;
    auto const verdict = look(table, key, row, why, true);
    settle(table, key, verdict, why, since);
  });
}

bool Sharing::settle(TableId table, std::uint32_t key, Verdict verdict, Why const& why, std::int64_t since) {
  put(included_[index(table)], key, verdict == Verdict::Goes);
  if (verdict == Verdict::Goes && since > shared_.since) put(changed_[index(table)], key);
  if (verdict != Verdict::Broken) return verdict == Verdict::Goes;
  put(broken_[index(table)], key);
  ++left_out_;
  if (listed_.size() < most_listed) listed_.push_back({table, key, why});
  return false;
}

void Sharing::begin_table(TableId table) {
  if (!is_decided_before(table)) learn_repeats(table);
}

bool Sharing::takes(TableId table, std::uint32_t key, StoredRow& row, std::int64_t since) {
  if (is_decided_before(table)) {
    if (!is_included(table, key)) return false;
    return table != TableId::Users || has_place(key, row);
  }
  Why why;
  auto const verdict = look(table, key, row, why, true);
  return settle(table, key, verdict, why, since);
}

std::vector<Field const*> Sharing::columns(Table const& table) const {
  std::vector<Field const*> all;
  for (auto const field : shared_.policy.columns(table)) all.push_back(&table.fields[field]);
  return all;
}

bool Sharing::is_blank(TableId table, Field const& field) const {
  auto const as = shared_.policy.of(table, static_cast<std::size_t>(&field - table_of(table).fields.data()));
  return as == store::Treatment::LeftOut || as == store::Treatment::AgeBand;
}

void Sharing::treat(TableId table, Field const& field, std::string& cell) const {
  if (cell.empty() || shared_.policy.of(table, static_cast<std::size_t>(&field - table_of(table).fields.data())) != store::Treatment::Pseudonym) return;
  cell = shared_.pseudonyms.of(std::string(table_of(table).name) + "." + std::string(field.name), cell);
  if (field.name == "email") cell += "@pseudonym.invalid";
}

// As receivers have to tell them apart by law: children, those who may agree themselves, adults.
std::string Sharing::age_band(StoredRow const& row) const {
  static auto const column = stored_index(TableId::Demographics, "birthDate");
  if (row.is_null(column)) return "";
  auto const age = (day_ - row.number(column)) / 10000;  // of two days yyyymmdd: whole years
  return age < 13 ? "under 13" : age < 16 ? "13-15" : age < 18 ? "16-17" : "18 or over";
}

void Sharing::finish(store::Database& roster, Exported& out) {
  out.included = std::move(included_);
  out.changed = std::move(changed_);
  out.left_out_total = left_out_;
  for (std::size_t table = 0; table < table_count; ++table)
    out.broken[table] = static_cast<std::uint64_t>(std::count(broken_[table].begin(), broken_[table].end(), true));
  for (auto const& one : listed_) {
    store::LeftOutRow row{static_cast<std::int64_t>(out.left_out.size()), one.table, id_of(roster, one.table, one.key), ""};
    auto const column = one.why.field == npos ? "" : name_of_column(one.table, one.why.field);
    if (one.why.to != TableId::None)
      row.why = "It belongs to the " + std::string(table_of(one.why.to).one) + " " + id_of(roster, one.why.to, one.why.key) + ", which is left out.";
    else if (one.why.no_district) row.why = "No organization of type district stands above it, and without one the receiver refuses the roster (LPF001).";
    else row.why = one.why.repeated ? column + " is not unique." : column + " is blank.";
    out.left_out.push_back(std::move(row));
  }
  for (std::size_t table = 0; table < table_count; ++table)
    if (!writes(static_cast<TableId>(table))) out.included[table].clear(), out.changed[table].clear();
}

}  // namespace rollbook::runs
