#include "rules/facts.h"

#include <algorithm>
#include <string>

#include "base/hash.h"
#include "rules/row.h"

namespace rollbook {
namespace {

template <class T>
void move_to(std::vector<T>& to, std::vector<T>& from) {
  if (to.empty()) to.swap(from);
  else to.insert(to.end(), from.begin(), from.end());
}

// Letters in lower case, zeros at the front taken off: what a person reads as the same identifier.
std::uint64_t folded_hash(std::string_view text, std::uint64_t seed) {
  auto bare = text.substr(std::min(text.find_first_not_of('0'), text.size() - (text.empty() ? 0 : 1)));
  return hash_of(lower(bare), seed);
}

void gather_people(csv::Batch const& batch, std::uint32_t chunk, Values const& values, Roster const& roster, Facts& facts) {
  for (std::uint32_t r = 0; r < batch.rows; ++r) {
    Row<users> const row(batch, values, r, roster);
    auto const place = csv::Place::of(chunk, batch.row_record[r]);
    if (roster.version == Version::V12)
      if (auto const org = row[column<users, "primaryOrgSourcedId">])
        facts.primary_orgs.push_back({static_cast<std::uint64_t>(static_cast<std::uint32_t>(*org)), place});
    if (!facts.wanted.texts) continue;
    if (auto const email = row.text(column<users, "email">); !email.empty()) facts.emails.emplace_back(hash_of(lower(email), facts.wanted.seed), place);
    if (auto const id = row.text(column<users, "identifier">); !id.empty()) {
      facts.identifiers.emplace_back(hash_of(id, facts.wanted.seed), place);
      facts.folded_identifiers.push_back(folded_hash(id, facts.wanted.seed));
    }
  }
}

void gather_roles(csv::Batch const& batch, std::uint32_t chunk, Values const& values, Roster const& roster, Facts& facts) {
  for (std::uint32_t r = 0; r < batch.rows; ++r) {
    Row<roles> const row(batch, values, r, roster);
    auto const user = row[column<roles, "userSourcedId">], org = row[column<roles, "orgSourcedId">], role = row[column<roles, "role">];
    if (!user) continue;
    facts.roles_of.emplace_back(*user, role && *role < 15 ? static_cast<RoleBits>(1u << *role) : ext_role);
    if (!org) continue;
    auto const pair = pair_of(*user, *org);
    facts.roles_held.push_back(pair);
    if (row[column<roles, "roleType">].value == word<words::designation, "primary">)
      facts.primary_roles.push_back({pair, csv::Place::of(chunk, batch.row_record[r])});
  }
}

void gather_enrollments(csv::Batch const& batch, std::uint32_t chunk, Values const& values, Roster const& roster, Facts& facts) {
  constexpr auto teacher = word<words::enrollment_role, "teacher">, student = word<words::enrollment_role, "student">;
  for (std::uint32_t r = 0; r < batch.rows; ++r) {
    Row<enrollments> const row(batch, values, r, roster);
    auto const role = row[column<enrollments, "role">].value;
    auto const in_class = row[column<enrollments, "classSourcedId">];
    if (!in_class || (!values.deleted.empty() && values.deleted[r])) continue;
    if (role == teacher && row[column<enrollments, "primary">].value == 1)
      facts.primary_teachers.push_back({*in_class, row[column<enrollments, "userSourcedId">].value, row[column<enrollments, "beginDate">].value,
                                        row[column<enrollments, "endDate">].value, csv::Place::of(chunk, batch.row_record[r])});
    auto const user = row[column<enrollments, "userSourcedId">];
    if (facts.wanted.classes && role == teacher) facts.teachers.push_back(pair_of(*in_class, user.value));
    if (facts.wanted.classes && role == student) facts.students.push_back(pair_of(*in_class, user.value));
    if (facts.wanted.enrolled && user) facts.enrolled.push_back({pair_of(*in_class, *user), {}});
  }
}

void gather_results(csv::Batch const& batch, std::uint32_t chunk, Values const& values, Roster const& roster, Facts& facts) {
  for (std::uint32_t r = 0; r < batch.rows; ++r) {
    Row<results> const row(batch, values, r, roster);
    auto const in_class = row.of(row[column<results, "lineItemSourcedId">], column<line_items, "classSourcedId">);
    auto const student = row[column<results, "studentSourcedId">];
    if (in_class && student) facts.results.push_back({pair_of(*in_class, *student), csv::Place::of(chunk, batch.row_record[r])});
  }
}

}  // namespace

void Facts::append(Facts&& other) {
  move_to(primary_teachers, other.primary_teachers);
  move_to(primary_roles, other.primary_roles);
  move_to(primary_orgs, other.primary_orgs);
  move_to(roles_held, other.roles_held);
  move_to(roles_of, other.roles_of);
  move_to(enrolled, other.enrolled);
  move_to(results, other.results);
  move_to(emails, other.emails);
  move_to(identifiers, other.identifiers);
  move_to(folded_identifiers, other.folded_identifiers);
  move_to(students, other.students);
  move_to(teachers, other.teachers);
  move_to(agents, other.agents);
}

void Facts::forget(std::vector<csv::Place> const& places) {
  if (places.empty()) return;
  auto const repeats = [&](csv::Place place) { return std::binary_search(places.begin(), places.end(), place); };
  std::erase_if(primary_teachers, [&](auto const& t) { return repeats(t.place); });
  std::erase_if(primary_roles, [&](auto const& p) { return repeats(p.place); });
  std::erase_if(primary_orgs, [&](auto const& p) { return repeats(p.place); });
  std::erase_if(results, [&](auto const& p) { return repeats(p.place); });
  std::erase_if(emails, [&](auto const& e) { return repeats(e.second); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < identifiers.size(); ++i)
    if (!repeats(identifiers[i].second)) identifiers[kept] = identifiers[i], folded_identifiers[kept++] = folded_identifiers[i];
  identifiers.resize(kept);
  folded_identifiers.resize(kept);
}

void gather(TableId table, csv::Batch const& batch, std::uint32_t chunk, Values const& values, Roster const& roster, Facts& facts) {
  if (table == TableId::Users) gather_people(batch, chunk, values, roster, facts);
  if (table == TableId::Roles) gather_roles(batch, chunk, values, roster, facts);
  if (table == TableId::Enrollments) gather_enrollments(batch, chunk, values, roster, facts);
  if (table == TableId::Results) gather_results(batch, chunk, values, roster, facts);
}

void derive(TableId table, Facts const& facts, Roster& roster) {
  if (table == TableId::Classes) {
    auto const& kept = roster[TableId::Classes].kept;
    auto const& sessions = roster[TableId::AcademicSessions].kept;
    constexpr auto terms = column<classes, "termSourcedIds">.index;
    constexpr auto starts = column<academic_sessions, "startDate">.index, ends = column<academic_sessions, "endDate">.index;
    auto const rows = kept.item_ends[terms].size();
    roster.class_begin.assign(rows, blank);
    roster.class_end.assign(rows, blank);
    std::uint32_t item = 0;
    for (std::size_t row = 0; row < rows; ++row)
      for (; item < kept.item_ends[terms][row]; ++item) {
        auto const session = kept.items[terms][item];
        auto const begin = sessions.at(starts, session), end = sessions.at(ends, session);
        auto& first = roster.class_begin[row];
        auto& last = roster.class_end[row];
        if (has_value(begin)) first = has_value(first) ? std::min(first, begin) : begin;
        if (has_value(end)) last = std::max(last, end);
      }
  }
  if (table == TableId::Users && roster.version == Version::V11) {
    auto const& role = roster[TableId::Users].kept.column[column<users, "role">.index];
    roster.user_roles.assign(role.size(), 0);
    for (std::size_t row = 0; row < role.size(); ++row)
      if (has_value(role[row])) roster.user_roles[row] = role[row] < 15 ? static_cast<RoleBits>(1u << role[row]) : ext_role;
  }
  if (table == TableId::Roles) {
    roster.user_roles.assign(roster[TableId::Users].rows, 0);
    for (auto const& [user, bits] : facts.roles_of) roster.user_roles[static_cast<std::size_t>(user)] |= bits;
  }
}

}  // namespace rollbook
