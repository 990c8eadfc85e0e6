// A delivery's run: looked at, judged, applied or held.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

// Carries out a run whose bytes are at hand.
Result<Answer> run_delivery(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, delivery::Delivery delivery);

// After a delta was refused or discarded only a full delivery helps.
void set_needs_full(store::Database& operations, std::int64_t source, bool needs);

}  // namespace rollbook::runs
