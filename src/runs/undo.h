// Taking back what a run changed.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

// Makes a run of it. With `force` also where later runs or people changed something since.
Result<Answer> undo(Hub& hub, store::District const& district, std::int64_t run, bool force, bool dry_run);

// Executes it.
Result<Answer> undo_run(Hub& hub, store::District const& district, store::Run const& run, bool force);

}  // namespace rollbook::runs
