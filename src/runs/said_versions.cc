#include "runs/said_versions.h"

#include <limits>

namespace rollbook::runs {
namespace {

std::optional<std::pair<std::int64_t, std::string>> last_before(store::Database& roster, std::int64_t source, std::int64_t revision) {
  auto row = roster.prepare("SELECT since, version FROM said_versions WHERE source = ? AND since < ? ORDER BY since DESC");
  if (!row->with(source, revision).step()) return std::nullopt;
  return std::pair(row->integer(0), std::string(row->text(1)));
}

void put(store::Database& roster, std::int64_t source, std::int64_t revision, std::string const& version) {
  roster.run("INSERT INTO said_versions(source, since, version) VALUES(?, ?, ?)", source, revision, version);
}

bool says_roles(Plan const& plan, std::optional<Version> version) { return version && plan[*version == Version::V11 ? TableId::Users : TableId::Roles].stated; }

}  // namespace

std::optional<Version> moved_from(store::Database& roster, Plan const& plan, std::int64_t source, std::optional<Version> version) {
  if (!says_roles(plan, version)) return std::nullopt;
  auto const all = versions_at(roster, std::numeric_limits<std::int64_t>::max());
  auto const before = all.find(source);
  return before == all.end() || before->second == *version ? std::nullopt : std::optional(before->second);
}

void note_version(store::Database& roster, Plan const& plan, std::int64_t source, std::optional<Version> version, std::int64_t revision) {
  if (!says_roles(plan, version)) return;
  std::string const name(name_of(*version));
  auto const before = last_before(roster, source, revision);
  if (!before || before->second != name) put(roster, source, revision, name);
}

bool take_back_version(store::Database& roster, std::int64_t source, std::int64_t undone, std::int64_t revision) {
  auto const now = last_before(roster, source, revision), before = last_before(roster, source, undone);
  if (!now || now->first != undone || !before) return false;
  put(roster, source, revision, before->second);
  return true;
}

void hand_over_version(store::Database& roster, std::int64_t from, std::int64_t to, std::int64_t revision) {
  auto const before = last_before(roster, from, revision);
  if (before && !last_before(roster, to, revision)) put(roster, to, revision, before->second);
}

std::map<std::int64_t, Version> versions_at(store::Database& roster, std::int64_t revision) {
  std::map<std::int64_t, Version> all;
  auto rows = roster.prepare("SELECT source, version FROM said_versions WHERE since <= ? ORDER BY source, since");
  for (rows->with(revision); rows->step();) all[rows->integer(0)] = rows->text(1) == name_of(Version::V11) ? Version::V11 : Version::V12;
  return all;
}

bool says_roles_here(std::map<std::int64_t, Version> const& spoken, TableId table, std::int64_t source, StoredRow& row) {
  static auto const role = stored_index(TableId::Users, "role"), orgs = stored_index(TableId::Users, "orgSourcedIds");
  if (table != TableId::Users && table != TableId::Roles) return true;
  auto const at = spoken.find(source);
  if (at == spoken.end()) return true;
  if (table == TableId::Roles) return at->second == Version::V12;
  if (at->second == Version::V12) row.set_null(role), row.set_null(orgs);
  return true;
}

}  // namespace rollbook::runs
