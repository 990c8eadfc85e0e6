// Facts that rules need beyond one row, gathered while rows go by, each worker for itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "roster/roster.h"

namespace rollbook {

// A text that should be unique, by hash. `folded` ignores case and leading zeros.
struct TextSeen {
  std::uint64_t exact, folded;
  std::uint32_t row;
};

struct PrimaryTeacher {
  std::int32_t class_row, user, begin, end;
  csv::Place place;
};

// A pair of rows elsewhere, such as person and organization, and where it stands.
struct PairSeen {
  std::uint64_t pair;
  csv::Place place;
};

struct Wanted {
  bool texts = false;     // e-mails and identifiers, for receivers that want them unique
  bool classes = false;   // how many students and teachers each class has
  bool enrolled = false;  // who is enrolled where, for results
  std::uint64_t seed = 0;
};

struct Facts {
  Wanted wanted;
  std::vector<PrimaryTeacher> primary_teachers;
  std::vector<PairSeen> primary_roles;                                    // person and organization
  std::vector<PairSeen> primary_orgs;                                     // person's own idea of the main organization
  std::vector<std::uint64_t> roles_held;                                  // pairs person and organization of all roles
  std::vector<std::pair<std::int32_t, RoleBits>> roles_of;                // person and one role
  std::vector<PairSeen> enrolled;                                         // class and person
  std::vector<PairSeen> results;                                          // class and person of a result
  std::vector<std::pair<std::uint64_t, csv::Place>> emails, identifiers;  // hash; place
  std::vector<std::uint64_t> folded_identifiers;                          // parallel to identifiers
  std::vector<std::uint64_t> students, teachers;                          // pairs of class and person

  std::vector<std::pair<std::int32_t, std::int32_t>> agents;  // person and agent

  void append(Facts&& other);

  // Drops what rows said that only repeat another row; `places` is sorted.
  void forget(std::vector<csv::Place> const& places);
};

constexpr std::uint64_t pair_of(std::int32_t a, std::int32_t b) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(a)) << 32 | static_cast<std::uint32_t>(b);
}

// Looks at one batch of a table.
void gather(TableId table, csv::Batch const& batch, std::uint32_t chunk, Values const& values, Roster const& roster, Facts& facts);

// What follows for later tables once a table is read: the span of each class, the roles of each person.
void derive(TableId table, Facts const& facts, Roster& roster);

}  // namespace rollbook
