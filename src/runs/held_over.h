// Removals that deltas asked for while nothing might be removed. They are remembered with what else is set aside, and wait in one run of their source.
#pragma once

#include "runs/look.h"

namespace rollbook::runs {

bool has_held_over(Plan const& plan);
bool has_held_over(store::Database& roster, std::int64_t run);

// Within the transaction of the run that held them over.
void remember_held_over(store::Database& roster, store::Source const& source, Plan const& plan, std::int64_t run);

// The run that does them when the time has come; one that waits already looks again.
void queue_held_over(store::Database& operations, store::Run const& because);

// All that is held over for a source, as changes.
Result<std::unique_ptr<Looked>> look_at_held_over(Hub& hub, store::District const& district, store::Source const& source);

}  // namespace rollbook::runs
