#include "runs/duplicates.h"

#include <algorithm>

#include "base/hash.h"
#include "runs/apply.h"
#include "runs/rows_in_force.h"
#include "runs/search_terms.h"

namespace rollbook::runs {
namespace {

constexpr std::uint64_t seed = 0x6475706c;        // they are compared with each other, and not kept
constexpr std::size_t most_people_of_group = 50;  // an address that hundreds have is one for all

struct One {
  std::uint64_t hash = 0;
  std::uint32_t key = 0;
};

struct People {
  std::vector<One> emails, names;
};

// By key of the person: 0 where none is known.
std::vector<std::int32_t> birth_dates(RowsInForce const& rows) {
  static auto const person = stored_index(TableId::Demographics, "sourcedId"), born = stored_index(TableId::Demographics, "birthDate");
  std::vector<std::int32_t> all;
  rows.each(TableId::Demographics, [&](std::uint32_t, StoredRow& row, std::int64_t) {
    if (row.is_null(person) || row.is_null(born)) return;
    auto const key = static_cast<std::size_t>(row.number(person));
    if (key >= all.size()) all.resize(key + 1);
    all[key] = static_cast<std::int32_t>(row.number(born));
  });
  return all;
}

People read_people(RowsInForce const& rows) {
  static auto const email = stored_index(TableId::Users, "email"), given = stored_index(TableId::Users, "givenName"),
                    family = stored_index(TableId::Users, "familyName");
  auto const born = birth_dates(rows);
  People people;
  rows.each(TableId::Users, [&](std::uint32_t key, StoredRow& row, std::int64_t) {
    if (!row.is_null(email))
      if (auto const text = folded(row.text(email)); !text.empty()) people.emails.push_back({hash_of(text, seed), key});
    if (key >= born.size() || born[key] == 0 || row.is_null(given) || row.is_null(family)) return;
    people.names.push_back({hash_of(folded(row.text(given)) + '\n' + folded(row.text(family)) + '\n' + std::to_string(born[key]), seed), key});
  });
  return people;
}

// Groups of more than one, in the order of their first person.
std::vector<std::vector<std::uint32_t>> groups_of(std::vector<One>& all) {
  std::sort(all.begin(), all.end(), [](One const& a, One const& b) { return std::tuple(a.hash, a.key) < std::tuple(b.hash, b.key); });
  std::vector<std::vector<std::uint32_t>> groups;
  for (std::size_t i = 0; i < all.size();) {
    auto j = i;
    std::vector<std::uint32_t> group;
    for (; j < all.size() && all[j].hash == all[i].hash; ++j)
      if (group.size() < most_people_of_group) group.push_back(all[j].key);
    if (j - i > 1) groups.push_back(std::move(group));
    i = j;
  }
  std::sort(groups.begin(), groups.end());
  return groups;
}

void save(store::Database& roster, Alike alike, std::vector<std::vector<std::uint32_t>> const& groups) {
  auto put = roster.prepare("INSERT INTO duplicates(alike, grp, key) VALUES(?, ?, ?)");
  for (std::size_t g = 0; g < std::min(groups.size(), most_groups); ++g)
    for (auto const key : groups[g]) put->run(static_cast<int>(alike), static_cast<std::int64_t>(g + 1), key);
}

}  // namespace

DuplicatesState duplicates_state(store::Database& roster) {
  DuplicatesState state;
  auto row = roster.prepare("SELECT known, emails, people FROM duplicates_state");
  if (row->step())
    state.known = row->integer(0), state.emails = static_cast<std::uint64_t>(row->integer(1)), state.people = static_cast<std::uint64_t>(row->integer(2));
  row->reset();
  state.newest = last_revision(roster);
  return state;
}

Result<bool> look_for_duplicates(store::Database& roster, std::int32_t today, std::function<bool()> const& stops) {
  auto const state = duplicates_state(roster);
  if (roster.trouble()) return *roster.trouble();
  if (state.known == state.newest) return false;
  RowsInForce rows(roster, state.newest, today);
  rows.stops = stops;
  auto people = read_people(rows);
  if (roster.trouble()) return *roster.trouble();
  if (stops && stops()) return false;
  auto const emails = groups_of(people.emails), names = groups_of(people.names);
  auto const trouble = roster.transaction([&] {
    roster.run("DELETE FROM duplicates");
    roster.run("DELETE FROM duplicates_state");
    save(roster, Alike::Email, emails);
    save(roster, Alike::NameAndBirthDate, names);
    roster.run("INSERT INTO duplicates_state(known, emails, people) VALUES(?, ?, ?)", state.newest, emails.size(), names.size());
    return true;
  });
  if (trouble) return *trouble;
  return true;
}

std::vector<Duplicates> list_duplicates(store::Database& roster, Alike alike, std::int64_t after, std::size_t how_many) {
  std::vector<Duplicates> all;
  auto rows = roster.prepare("SELECT grp, key FROM duplicates WHERE alike = ? AND grp > ? AND grp <= ? ORDER BY grp, key");
  for (rows->with(static_cast<int>(alike), after, after + static_cast<std::int64_t>(how_many)); rows->step();) {
    if (all.empty() || all.back().group != rows->integer(0)) all.push_back({rows->integer(0), {}});
    all.back().people.push_back(static_cast<std::uint32_t>(rows->integer(1)));
  }
  return all;
}

}  // namespace rollbook::runs
