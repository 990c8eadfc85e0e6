// Measures a district, for pages and metrics that read it later: how large it is, which shape its roster has, how far the search index is.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

std::optional<Trouble> measure(Hub& hub, store::District const& district);

}  // namespace rollbook::runs
