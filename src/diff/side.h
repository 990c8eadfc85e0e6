// One side of a comparison: a table of one delivery, read into keys and digests.
#pragma once

#include "diff/diff.h"
#include "diff/keys.h"
#include "diff/same_lines.h"
#include "roster/roster.h"

namespace rollbook {

// A column that both sides have: its place in each file, and how its values may be spelled.
struct Compared {
  std::string name;              // for people
  std::uint32_t at[2];           // column of the old and of the new file
  Field const* field = nullptr;  // null: a metadata column
};

struct Side {
  TableData data;                  // member, layout, chunks; no columns are kept
  std::vector<KeyCollector> keys;  // one per worker
  std::uint64_t unreadable = 0;
  std::vector<LeftOver> left_over;  // when only these rows were read: Keyed::place counts in here
};

// Opens the header of a table. False when it cannot be read.
bool open_side(TableId table, Bundle const& bundle, Side& side);

// Columns to compare.
std::vector<Compared> compared_columns(Side const& before, Side const& after, bool delta);

// Reads all rows of a side (0: old, 1: new).
void read_side(Side& side, int which, std::vector<Compared> const& columns, unsigned partition_bits, DiffOptions const& options);

// Reads only the rows that the quick way left over.
void read_left_over(Side& side, int which, std::vector<Compared> const& columns, DiffOptions const& options);

// A value as it is compared: words, booleans and lists in their one spelling.
std::string normalised(std::string_view value, Field const* field, Version version);

}  // namespace rollbook
