// Organizations that a source's map ignores: they are left out with all that cannot do without them, as if by a filter.
#pragma once

#include "sync/compare_delivery.h"
#include "translate/translation.h"

namespace rollbook::runs {

// Empty when none is ignored. `bundle` as it was received.
RowJudge judge_of_ignored(Bundle const& bundle, Translation const& translation, csv::Kernel kernel);

}  // namespace rollbook::runs
