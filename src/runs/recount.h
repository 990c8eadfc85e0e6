// How many rows of a source are at which school, counted from the rows themselves.
#pragma once

#include <optional>

#include "base/result.h"
#include "store/database.h"

namespace rollbook::runs {

// For sources whose rows an earlier Rollbook has counted at other schools; nearly always there is none.
std::optional<Trouble> recount_where_due(store::Database& roster);

}  // namespace rollbook::runs
