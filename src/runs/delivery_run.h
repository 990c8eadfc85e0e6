// A delivery's run: looked at, judged, applied or held.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

// Carries out a run whose bytes are at hand.
Result<Answer> run_delivery(Hub& hub, store::District const& district, store::Source const& source, store::Run& run, delivery::Delivery delivery);

// Notes what came of it, and what follows: waiting runs that it takes the place of, a source that is live now, what was left out. All of it, or nothing;
// whoever finds the mark of a worker that died does the same.
std::optional<Trouble> note_delivery(Hub& hub, store::District const& district, store::Run& run, Answer& answer);

}  // namespace rollbook::runs
