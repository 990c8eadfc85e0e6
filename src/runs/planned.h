// What a district has planned for today, as far as a source is concerned; and what happens when a plan ends.
#pragma once

#include "runs/guards.h"
#include "runs/work.h"

namespace rollbook::runs {

struct Planned {
  std::vector<Held> waits;  // paused, suspended: nothing is applied, whoever approves
  std::string no_removals;  // "no removals until 2026-08-31"; "" when records may go
};

// Thresholds of ranges that hold today replace the source's own. Trouble stays in the database of operations.
Planned planned_for_today(Hub& hub, store::District const& district, store::Source& source);

// Why nobody changes anything by hand or by Batch Upload today; "" when they may: a suspension stops that only where it was planned so.
std::string why_no_edits(Hub& hub, store::District const& district);

// It is held because of a pause or a suspension.
bool waited_for_a_pause(store::Run const& run);

// Puts back into the queue what only waited for a pause, a suspension or a range without removals that is over: the newest full delivery and
// everything after it; older ones are superseded. Returns the numbers of those that will be taken.
Result<std::vector<std::int64_t>> release_what_waited(Hub& hub, store::District const& district);

// Ends the pause of a source, or without one the suspension of the district, and puts what has come meanwhile into the queue. Returns the numbers of the runs.
Result<std::vector<std::int64_t>> end_pause(Hub& hub, store::District const& district, std::optional<store::Source> const& source);
// The same, and works it off. Returns what came of it, run by run.
Result<std::vector<Answer>> resume(Hub& hub, store::District const& district, std::optional<store::Source> const& source);

// A full delivery takes the place of older ones of the same files that still wait; when nothing is wrong with it, of deltas too.
bool covers(std::string const& modes_now, std::string const& modes_before, bool deltas_too);
void mark_superseded(store::Database& operations, store::Run& run, std::int64_t by);
// For one that nobody has looked at yet, and that ends here: why, in sentences. Within the caller's transaction.
void end_unread(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, std::string const& decision,
                std::vector<std::string> reasons, std::optional<std::int64_t> by = {});
void supersede_unread(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, std::int64_t by);

}  // namespace rollbook::runs
