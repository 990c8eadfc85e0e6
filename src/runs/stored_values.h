// What stored records have in columns whose values must be unique, and which rows of a delivery would take it from them.
#pragma once

#include "runs/look.h"

namespace rollbook::runs {

// Of the roster as it is at a revision, with edits as on that day. Only of columns that are kept as texts.
StoredValues stored_values(store::Database& roster, std::int64_t source, std::int64_t revision, std::int32_t day);

// Names the rows that are left out, and whose value it is.
void tell_taken(Answer& answer, Looked const& looked, store::Source const& source);

}  // namespace rollbook::runs
