// Schedules of sources: what came by itself waits for its time, or for a person who says "now".
#pragma once

#include "base/schedule.h"
#include "runs/queue.h"

namespace rollbook::runs {

// Lands a delivery and leaves it there, as a door does: it waits for the schedule of its source, or for a worker. A full one takes the place of full ones of
// the same files that still wait for the schedule.
Result<Queued> leave(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery);

// Takes what waits for the schedule of a source, oldest first. Returns the numbers of these runs; none when nothing new has come.
Result<std::vector<std::int64_t>> sync_now(Hub& hub, store::District const& district, store::Source const& source);

// For sources of a district whose time has come by the clock there: what waits goes into the queue, however many times have passed since somebody looked. That
// nothing waited is noted, and nothing is done. What waits for a schedule that is no more goes, too. `now`: seconds since 1970. Trouble is the database's.
std::optional<Trouble> take_due(Hub& hub, store::District const& district, WallClock const& clock, std::int64_t now);

// When a source takes what waits for it, from `now` on; nothing when it has no schedule.
std::optional<std::int64_t> next_time(store::Source const& source, WallClock const& clock, std::int64_t now);

// Districts with sources that have a schedule or a deadline, or with deliveries that wait.
std::vector<std::int64_t> districts_with_clocks(store::Database& operations);

}  // namespace rollbook::runs
