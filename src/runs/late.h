// Deliveries that should have come and have not. A source may say by when one has to be there; the window of a deadline begins with the one before it.
//
// Late is: nothing came, or what came is not in force, because it cannot be read, because it is held for something wrong with it, or because the server failed.
// A delivery that waits for its schedule, for an approval that each of its source needs, or for the end of a pause has come in time.
#pragma once

#include "base/schedule.h"
#include "runs/work.h"
#include "store/source_clocks.h"

namespace rollbook::runs {

// Raises what is late by the clock of the district, says whose move it is, and ends what has come, or is not expected any more: sources that are deactivated or
// paused and districts that are suspended expect nothing, and deadlines that passed meanwhile are not made up for. Trouble is the database's.
std::optional<Trouble> look_for_late(Hub& hub, store::District const& district, WallClock const& clock, std::int64_t now);

// In words: what is missing since when, and who can do what about it.
struct LateInWords {
  std::string what, whose, run;
};
LateInWords in_words(store::Late const& late, store::Source const& source);

}  // namespace rollbook::runs
