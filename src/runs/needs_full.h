// After a delta was refused or discarded nobody knows what it would have said: of its tables a full file has to come before the next delta.
#pragma once

#include <string>
#include <vector>

#include "store/database.h"

namespace rollbook::runs {

// `modes`: what a delivery states and how, like users=bulk,classes=delta.
void note_missed_deltas(store::Database& operations, std::int64_t source, std::string const& modes);
void note_full_files(store::Database& operations, std::int64_t source, std::string const& modes);

// Tables that still need one when this delivery, with the full files that it has, is taken.
std::vector<std::string> needs_full_after(store::Database& operations, std::int64_t source, std::string const& modes);

}  // namespace rollbook::runs
