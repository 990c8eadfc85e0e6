// How far a run has come, in words: the same for a page and for the stream that keeps it fresh.
#pragma once

#include <optional>

#include "runs/progress.h"
#include "store/runs.h"
#include "web/page.h"

namespace rollbook::web {

// Names: run, state, stage, done, all, running, percent (-1: unknown), title, detail, step, steps, cancel_by. `nearer`: what a worker of this process said
// last. `found`: what the check has found so far, or false; who does not see the findings of the whole district is told numbers of it, and no rules and places.
Model progress_of(store::Standing const& run, std::optional<runs::Progress> const& nearer = {}, bool sees_findings = false);

// {{#progress}}{{>progress}}{{/progress}}: a run that is not over, with its stream, its cancel, and "Look again" for whoever has no script. False when the run
// is over: then there is nothing to look on.
Model progress_part(Visit& visit, store::Standing const& run);

}  // namespace rollbook::web
