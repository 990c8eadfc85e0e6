// What an undo does to one record.
#pragma once

#include "diff/packed.h"
#include "store/rows.h"

namespace rollbook::runs {

// One record of one source, back to what it was before the revision.
struct Back {
  std::uint64_t id = 0;  // hash
  std::uint32_t key = 0;
  Digest before;          // all zero: it was not there
  bool now = false;       // there is a current row
  bool then = false;      // there was one
  bool conflict = false;  // somebody changed it since
};

// Whether a source spoke of a record before that revision. The digest of a record that says nothing, or nothing in the columns that the revision knew, is that
// of none.
inline bool was_there(store::Database& roster, TableId table, std::uint32_t key, std::int64_t source, std::int64_t revision) {
  StoredRow row;
  return store::RowSelect(roster, table).at(key, source, revision - 1, row);
}

}  // namespace rollbook::runs
