// How a roster lies in its database: which columns of OneRoster are kept, and as what.
//
// One model for both versions, that of 1.2: what only 1.1 has is converted on the way in (decision 9). Every table has the same columns in
// front: row_key (of the record), row_source (whose statement it is), row_since and row_until (revisions; no until: current), row_line (of the
// delivery), row_modified (dateLastModified of a delta), row_metadata (the metadata.* columns as a JSON object, names in order).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/catalogue.h"
#include "store/migrations.h"

namespace rollbook::store {

enum class Stored : std::uint8_t {
  Key,     // of the record referred to
  Keys,    // of several, with spaces between
  Number,  // booleans 0 and 1, dates yyyymmdd
  Text,    // as received
};

struct StoredColumn {
  std::uint8_t field = 0;  // of the declaration
  Stored as = Stored::Text;
};

// The columns of a table behind those that all have, in the order of the declaration. Not among them: sourcedId (ids stand in a table of
// their own), status and dateLastModified, secrets, and what only 1.1 has.
std::vector<StoredColumn> const& stored_columns(TableId table);

// The steps of a roster database.
std::span<Migration const> roster_migrations();

}  // namespace rollbook::store
