// Stage one of reading CSV: finds the structure of many lines at once, 64 bytes at a time.
//
// One algorithm (scan_algorithm.h), thin kernels per processor. The scalar kernel is the truth; the others are fuzzed against it.
// Lines stand on their own: a line whose quotes do not add up is left to the careful reader in record.h, so damage in one
// line never changes how the next one is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/large_array.h"

namespace rollbook::csv {

// Bytes that must be readable behind any text given to a scanner or a column reader. Their values do not matter.
inline constexpr std::size_t padding = 64;

// What stage one saw in passing; tells which careful looks can be skipped.
struct Seen {
  bool escaped_quote = false;  // "" inside a quoted cell
  bool non_ascii = false;      // bytes from 0x80
  bool control = false;        // bytes below 0x20 other than LF, or CR before LF
  bool beyond_ids = false;     // bytes that no sourcedId may have, other than commas, quotes and line ends
};

struct Structure {
  // Ends of cells: offsets of commas outside quotes and of line ends, ascending. `row_ends[r]` counts the cell ends up to and
  // including the last of row r. Both are buffers that keep their size, far larger than what is mostly used of them, so not even cleared; `rows` and `cells`
  // say how much of them is filled.
  LargeArray<std::uint32_t> cell_ends, row_ends;
  std::uint32_t cells = 0, rows = 0;
  Seen seen;

  void reserve_for(std::size_t bytes) {
    if (cell_ends.size() < bytes + 2 * padding) {
      cell_ends = LargeArray<std::uint32_t>(bytes + 2 * padding);
      row_ends = LargeArray<std::uint32_t>(bytes + 2 * padding);
    }
  }
};

enum class Kernel { Scalar, Avx2, Avx512 };

// The fastest kernel that this processor can run; all that it can run, the slowest first.
Kernel best_kernel();
std::vector<Kernel> usable_kernels();

// Appends the structure of the lines in text[from, to) to `out`, which must have room for to - from more cells and rows.
// `from` is the start of a line; `to` stands behind a line feed or is the end of the file (a missing last line feed is supplied).
// Returns `to`, or the start of the first line that the careful reader must look at; nothing of that line is in `out`.
std::uint32_t scan(Kernel kernel, char const* text, std::uint32_t from, std::uint32_t to, Structure& out);

}  // namespace rollbook::csv
