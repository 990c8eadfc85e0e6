// Ends what a source says of some records, within the transaction of a revision.
#pragma once

#include <span>

#include "store/stored_said.h"

namespace rollbook::runs {

// `said`: what it says of them, and of everything else; `rows` are some of these. What is replaced is kept for undo.
void end_say(store::Database& roster, store::StoredSaid& said, std::int64_t source, TableId table, std::span<PackedRow const> rows, std::int64_t revision);

}  // namespace rollbook::runs
