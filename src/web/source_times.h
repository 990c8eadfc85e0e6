// When a source takes what comes by itself, what waits for that, and what should have come and has not.
#pragma once

#include "store/source_clocks.h"
#include "web/page.h"
#include "web/sources.h"

namespace rollbook::web {

// "today at 18:00 CDT", "Thu 2026-09-03 18:00 CDT"; "" without a schedule.
std::string next_time_in_words(Visit const& visit, store::Source const& source);

// What of it should have come and has not; nothing when all is well.
std::optional<store::Late> late_of(Visit const& visit, store::Source const& source);
// The same as sentences: what, expected by when, whose move.
std::string late_in_words(Visit const& visit, store::Source const& source, store::Late const& late);

// {{#times}}…: the schedule, its next three times, what waits, the last time, the deadline and the button *Sync now*.
Model times_model(Visit const& visit, store::Source const& source);

}  // namespace rollbook::web
