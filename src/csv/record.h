// The careful reader: one record at a time, byte by byte, for lines that stage one leaves alone, for headers and for reports.
// It always moves on: damage in one record never swallows the rows behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook::csv {

// What can be wrong with the shape of a record.
enum class Damage : std::uint8_t {
  UnclosedQuote,   // a quote opens and never closes in a believable place
  TextAfterQuote,  // "abc"def
  StrayQuote,      // a quote inside a cell that does not begin with one; read literally
  LineBreak,       // a quoted cell goes over several lines; read as meant
  NulByte,
  InvalidUtf8,
  ControlCharacter,
  CellCount,  // more or fewer cells than the header has
  TooLong,    // the line is longer than max_line
};

inline constexpr std::size_t max_line = std::size_t{1} << 20;

struct Spot {
  Damage damage;
  std::uint32_t cell;  // place of the cell in the record, from 0
};

struct Record {
  std::vector<std::uint32_t> ends;  // offset of the byte behind each cell (its comma, CR, LF or the end)
  std::vector<Spot> spots;
  std::uint32_t start = 0;
  std::uint32_t next = 0;   // start of the next record
  std::uint32_t lines = 1;  // physical lines it covers

  std::size_t size() const { return ends.size(); }
};

// Reads the record that starts at `start`. `cells` is the number of cells the header promises, 0 for the header itself.
// A quoted cell may go on over line breaks when it closes properly, the record then has the promised number of cells, and no
// line inside it looks like a record of its own; otherwise the record ends with its first line and the quote is called unclosed.
void read_record(std::string_view text, std::uint32_t start, std::uint32_t cells, Record& out);

// The text between two separators, as written.
inline std::string_view raw_cell(std::string_view text, Record const& record, std::size_t cell) {
  auto const begin = cell == 0 ? record.start : record.ends[cell - 1] + 1;
  return text.substr(begin, record.ends[cell] - begin);
}

// The value of a cell: quotes taken off, doubled quotes made single. `buffer` holds the value when it has to be rewritten.
std::string_view cell_value(std::string_view raw, std::string& buffer);

}  // namespace rollbook::csv
