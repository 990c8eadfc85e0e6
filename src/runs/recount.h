// How many rows of a source are at which school, counted from the rows themselves.
#pragma once

#include <optional>

#include "base/result.h"
#include "store/database.h"

namespace rollbook::runs {

// Before the next look: rows were moved without being written, or an earlier Rollbook has counted them elsewhere. Within a transaction.
void count_anew(store::Database& roster, std::int64_t source);
// Those that are to be counted anew; nearly always there is none.
std::optional<Trouble> recount_where_due(store::Database& roster);

}  // namespace rollbook::runs
