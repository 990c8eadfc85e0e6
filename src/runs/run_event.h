// The event that a run makes when its outcome is noted: numbers and the words for causes, no sentence of its answer, for these may name records.
#pragma once

#include <optional>

#include "runs/answer.h"
#include "store/events.h"
#include "store/runs.h"

namespace rollbook::runs {

// A hold that ends by itself: of a pause, of a suspension, behind another run.
bool waits_for_nobody(std::vector<std::string> const& held_because);

// Nothing when nobody has to know: no changes, what waits by itself, and what people do by hand unless it fails or is held.
std::optional<store::Event> event_of(store::Run const& run, Answer const& answer);

}  // namespace rollbook::runs
