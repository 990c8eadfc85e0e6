// A stretch of a CSV file as rows and cells: what the two stages make of one chunk of bytes.
//
// Rows of the right shape stand in a regular grid; the few that are damaged stand aside with their damage. Values are views
// into the bytes, never copies.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "csv/record.h"
#include "csv/scan.h"

namespace rollbook::csv {

// Files are read in chunks of this many bytes. With a record of at least two bytes (a letter and a line feed) no chunk holds
// more than 2^17 records, so chunk and record fit into 32 bits for files up to 8 GiB.
inline constexpr std::uint32_t chunk_bytes = 256u << 10;
inline constexpr unsigned record_bits = 17;

// Where a record is in its file: number of the chunk, and of the record in it.
struct Place {
  std::uint32_t packed = 0;
  static Place of(std::uint32_t chunk, std::uint32_t record) { return {chunk << record_bits | record}; }
  std::uint32_t chunk() const { return packed >> record_bits; }
  std::uint32_t record() const { return packed & ((1u << record_bits) - 1); }
  friend bool operator==(Place, Place) = default;
  friend auto operator<=>(Place, Place) = default;
};

// A record that is not part of the grid.
struct Aside {
  std::uint32_t record, line, start, next;  // ordinal and first line in the batch; offsets in the text
  std::uint32_t lines;                      // physical lines it covers
  bool in_grid;                             // its damage could be read past: it is a row of the grid too
  std::vector<Spot> spots;
  std::string_view first_cell;  // its value, when it could be read: it may name the record it would have been
};

struct Batch {
  std::string_view text;     // the bytes of the chunk, with csv::padding readable bytes behind it
  std::uint64_t offset = 0;  // of text in its file
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;     // rows of the grid
  std::uint32_t records = 0;  // all records, also those aside; blank lines are none
  std::uint32_t lines = 0;    // physical lines
  std::uint32_t blank_lines = 0;
  std::uint32_t first_blank = 0;  // line of the first blank one in the batch
  Seen seen;
  LargeArray<std::uint32_t> row_start, row_line, row_record;  // per row of the grid
  std::vector<Aside> aside;

  // Text between the separators, as written.
  std::string_view raw(std::uint32_t row, std::uint32_t column) const {
    auto const* ends = structure.cell_ends.data() + std::size_t{row} * columns;
    auto const begin = column == 0 ? row_start[row] : ends[column - 1] + 1;
    return {text.data() + begin, ends[column] - begin};
  }
  std::uint32_t row_end(std::uint32_t row) const { return structure.cell_ends[std::size_t{row + 1} * columns - 1]; }

  Structure structure;  // cell_ends is rows × columns
};

// Reads all records that start in text[from, to) into the batch, where `from` is the start of a record. Returns the start of the
// next record behind them, which lies beyond `to` when the last one goes over line breaks.
std::uint32_t read_batch(std::string_view text, std::uint32_t from, std::uint32_t to, std::uint32_t columns, Kernel kernel, Batch& batch);

}  // namespace rollbook::csv
