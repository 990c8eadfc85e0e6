// What a person has looked at and lets be for now: a rule at a school, or on one record, with a reason and the day on which it is shown again. It changes no
// verdict, no guard and no delivery: it is counted apart, nothing more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runs/work.h"

namespace rollbook::runs {

struct Accepted {
  std::int64_t id = 0;
  std::int64_t table = 0;    // of TableId
  std::string rule, field;   // as Quality::Rule has them
  std::int64_t school = -1;  // key + 1, or all of them
  std::string reason;
  std::int32_t until = 0;  // the day on which it is shown again
  std::string who, at;
  std::string record = {};  // its sourcedId; "": whichever
  std::uint64_t hash = 0;   // of its row, as Quality has it
};

// By which Quality knows an affected row: `nth` of those with the same id.
std::uint64_t hash_of_row(std::uint64_t id, std::uint64_t nth, std::uint64_t seed);

// Those that hold on this day, or all that nobody has withdrawn.
std::vector<Accepted> accepted_on(store::Database& roster, std::int32_t day);

// Trouble when there is no reason, or the day is not behind today or more than two years away.
std::optional<Trouble> accept(Hub& hub, store::District const& district, store::Database& roster, Accepted what);
// False: there is none of this number that holds.
Result<bool> withdraw_accepted(Hub& hub, store::District const& district, store::Database& roster, std::int64_t id);

}  // namespace rollbook::runs
