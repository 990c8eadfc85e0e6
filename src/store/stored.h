// The tables of a roster database, derived from the declarations.
//
// Every table has the same columns in front: row_key (of the record), row_source (whose statement it is), row_since and row_until (revisions;
// no until: current), row_line (of the delivery), row_modified (dateLastModified of a delta), row_metadata (the metadata.* columns as a JSON
// object, names in order); then those of schema/stored_columns.h.
#pragma once

#include <span>

#include "schema/stored_columns.h"
#include "store/migrations.h"

namespace rollbook::store {

// The steps of a roster database.
std::span<Migration const> roster_migrations();

}  // namespace rollbook::store
