// A delivery's run: looked at, judged, applied or held.
#pragma once

#include "runs/outcome.h"
#include "runs/work.h"

namespace rollbook::runs {

// The source is set so that nothing is ever removed.
bool only_adds(store::Source const& source);
// What a delivery does not list stays: its source only adds, or whoever confirmed what it is has said so. It takes the place of no other.
bool is_additive(Work const& work, store::Source const& source);

// Carries out a run whose bytes are at hand.
Result<Answer> run_delivery(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, delivery::Delivery delivery);

// Notes what came of it, and what follows: waiting runs that it takes the place of, a source that is live now, what was left out. All of it, or nothing;
// whoever finds the mark of a worker that died does the same.
std::optional<Trouble> note_delivery(Hub& hub, store::District const& district, store::Run& run, Answer& answer);

}  // namespace rollbook::runs
