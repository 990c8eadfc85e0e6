// The quick way through two files that are nearly the same: lines that stand in both, in the same order, need no reading at all.
//
// Two fingers move down the files. Where the bytes are equal they move at memory speed, counting lines; where they differ, the next
// few lines of both sides are aligned by their first cell, and what does not pair up exactly is left over for the real comparison
// by key. Whenever something is not plain (blank lines, rows without an id, quotes that do not add up, too little in common), the
// whole attempt is given up: it is an optimisation, never another answer.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "roster/chunk_reader.h"

namespace rollbook {

// Starts of the records that did not pair up, with their lines in the file.
struct LeftOver {
  std::uint64_t offset, line;
};

struct SameLines {
  bool usable = false;
  std::uint64_t same = 0;  // rows that stand in both files, byte for byte
  std::vector<LeftOver> old_rows, new_rows;
};

// `before` and `after` are files, their records beginning at the given offsets, which stand on `line` (counted from 0).
SameLines match_lines(std::string_view before, std::uint64_t before_start, std::string_view after, std::uint64_t after_start, std::uint64_t line,
                      unsigned workers, csv::Kernel kernel, WillRead const& will_read);

// Ids of rows that have no partner among the left-over rows of the other side: new ones, or gone ones, unless the id stands twice.
// True when one of them begins a line of `file` that was not left over.
bool stands_elsewhere(std::string_view file, std::uint64_t start, std::vector<std::string> ids, std::vector<LeftOver> const& left_over, unsigned workers);

}  // namespace rollbook
