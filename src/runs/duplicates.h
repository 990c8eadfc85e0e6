// People who may be there twice: several who have the same e-mail address, or the same name and birth date. Derived from the roster as it holds, apart from any
// delivery: a revision is applied without it, and whoever works for the district looks for them afterwards. Nobody is left out because of it.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

enum class Alike : std::uint8_t { Email, NameAndBirthDate };

struct DuplicatesState {
  std::int64_t known = 0;  // the revision that was looked at; 0: none yet
  std::int64_t newest = 0;
  std::uint64_t emails = 0, people = 0;  // groups in all, of each kind
};
DuplicatesState duplicates_state(store::Database& roster);

// Groups that are kept of each kind: beyond that somebody's export is broken, and a list helps nobody.
inline constexpr std::size_t most_groups = 10'000;

// Walks through the people of the roster, unless nothing was applied since it was last done. False: there is nothing to do, or it was told to stop.
Result<bool> look_for_duplicates(store::Database& roster, std::int32_t today, std::function<bool()> const& stops = {});

struct Duplicates {
  std::int64_t group = 0;
  std::vector<std::uint32_t> people;  // keys, ascending
};
// Groups behind number `after`, at most so many.
std::vector<Duplicates> list_duplicates(store::Database& roster, Alike alike, std::int64_t after, std::size_t how_many);

}  // namespace rollbook::runs
