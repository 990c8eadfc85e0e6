#include "web/record_scope.h"

#include <algorithm>

#include "runs/stored_schools.h"

namespace rollbook::web {
namespace {

std::optional<std::uint32_t> key_in(TableId table, std::string_view field, StoredRow const& row) {
  auto const at = stored_index(table, field);
  return at == npos || row.is_null(at) ? std::nullopt : std::optional(static_cast<std::uint32_t>(row.number(at)));
}

}  // namespace

RecordScope::RecordScope(Visit& visit, store::Database& roster, access::Right right)
    : roster_(roster),
      rows_(roster, 0, visit.hub.today),
      seen_(right == access::Right::SeePeople ? Seen::by(visit, right) : Seen::by_standing(visit, right)),
      demographics_(right == access::Right::SeePeople ? Seen::by(visit, access::Right::SeeDemographics)
                                                      : Seen::by_standing(visit, access::Right::SeeDemographics)),
      has_grant_(visit.standing.may(access::Right::SeeDemographics, visit.district->id)) {}

bool RecordScope::may_see(TableId table, std::uint32_t key) {
  if (table == TableId::Demographics && !has_grant_) return false;
  if (all() && table != TableId::Demographics) return true;
  auto const [at, fresh] = known_.try_emplace({table, key}, false);
  if (!fresh) return at->second;
  auto const row = row_of(table, key);
  bool const theirs = row && is_theirs(table, key, *row);
  known_[{table, key}] = theirs;
  return theirs;
}

bool RecordScope::may_change(TableId table, std::uint32_t key) {
  if (!all() && (table == TableId::AcademicSessions || table == TableId::Categories)) return false;
  if (!all() && table == TableId::Courses)
    if (auto const row = row_of(table, key); !row || !key_in(table, "orgSourcedId", *row)) return false;
  return may_see(table, key);
}

bool RecordScope::sees_demographics(std::uint32_t user) {
  if (!has_grant_) return false;
  if (demographics_.all()) return true;
  auto const row = row_of(TableId::Users, user);
  return row && is_person_of(demographics_, user, *row);
}

bool RecordScope::is_person_of(Seen const& seen, std::uint32_t user, StoredRow const& row) {
  for (auto const* field : {"orgSourcedIds", "primaryOrgSourcedId"}) {
    auto const at = stored_index(TableId::Users, field);
    for (auto const org : keys_in(row, at, stored_columns(TableId::Users)[at].as))
      if (seen.sees_org(org)) return true;
  }
  auto const orgs = runs::orgs_of_roles(roster_, user);
  return std::any_of(orgs.begin(), orgs.end(), [&](auto const org) { return seen.sees_org(org); });
}

std::optional<StoredRow> RecordScope::row_of(TableId table, std::uint32_t key) {
  auto found = rows_.row(table, key);
  if (!found) return std::nullopt;
  return std::move(found->cells);
}

runs::SearchScope RecordScope::search() {
  runs::SearchScope scope;
  if (auto const schools = seen_.schools()) {
    scope.may_see = filter();
    scope.orgs.emplace();
    for (auto const number : *schools) scope.orgs->push_back(static_cast<std::uint32_t>(number - 1));
  }
  return scope;
}

runs::MaySee RecordScope::filter() {
  if (all() && has_grant_ && demographics_.all()) return {};
  return [this](TableId table, std::uint32_t key) { return may_see(table, key); };
}

bool RecordScope::is_at_theirs(TableId table, std::string_view field, StoredRow const& row, bool when_blank) const {
  auto const org = key_in(table, field, row);
  return org ? seen_.sees_org(*org) : when_blank;
}

bool RecordScope::is_theirs(TableId table, std::uint32_t key, StoredRow const& row) {
  switch (table) {
    case TableId::Orgs:
      return seen_.sees_org(key);
    case TableId::AcademicSessions:
    case TableId::Categories:
      return true;
    case TableId::Courses:
      return is_at_theirs(table, "orgSourcedId", row, true);
    case TableId::Classes:
      return is_at_theirs(table, "schoolSourcedId", row, false);
    case TableId::Users:
      return is_person_of(seen_, key, row);
    case TableId::Roles:
      return is_at_theirs(table, "orgSourcedId", row, false);
    case TableId::Demographics: {
      auto const user = key_in(table, "sourcedId", row);
      return user && may_see(TableId::Users, *user) && sees_demographics(*user);
    }
    case TableId::UserProfiles: {
      auto const user = key_in(table, "userSourcedId", row);
      return user && may_see(TableId::Users, *user);
    }
    case TableId::Enrollments: {
      if (key_in(table, "schoolSourcedId", row)) return is_at_theirs(table, "schoolSourcedId", row, false);
      auto const class_ = key_in(table, "classSourcedId", row);
      return class_ && may_see(TableId::Classes, *class_);
    }
    default:  // of grades and resources nothing says whose they are without going through others
      return false;
  }
}

}  // namespace rollbook::web
