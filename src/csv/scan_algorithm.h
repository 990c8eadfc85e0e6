// The algorithm of stage one, over any kernel that can turn 64 bytes into bit masks.
//
// Quotes: a running xor over the quote bits gives "inside quotes" for 64 bytes at once. It is right as long as quotes stand
// only where RFC 4180 allows them: opening at the start of a cell, closing at its end, doubled inside. Each of these is one
// mask operation, and the first bit that breaks them names the line for the careful reader.
//
// A kernel has: masks(block), ids(block) (letters, digits and . - _ / @), equal(block, byte), prefix_xor(bits), append(bits, at, out).
#pragma once

#include <bit>
#include <cstdint>

#include "csv/scan.h"

namespace rollbook::csv {

struct Masks {
  std::uint64_t comma, quote, newline, control, non_ascii;  // control: below 0x20, line feeds and carriage returns included
};

// Where stage one writes, in registers while it runs: through the vectors every store might change every pointer.
struct Writer {
  std::uint32_t* cell_ends;
  std::uint32_t* row_ends;
  std::uint32_t cells, rows;
};

// Writes the places of the set bits. Eight at a time, the surplus is overwritten by the next block: few blocks have more, and a
// branch that is nearly never taken beats an exact loop.
inline void append_each_bit(std::uint64_t bits, std::uint32_t at, Writer& out) {
  auto* to = out.cell_ends + out.cells;
  out.cells += static_cast<std::uint32_t>(std::popcount(bits));
  do {
    for (int i = 0; i < 8; ++i) {
      to[i] = at + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
    to += 8;
  } while (bits != 0);
}

namespace detail {

inline void append_rows(std::uint64_t newlines, std::uint64_t separators, std::uint32_t cells_before, Writer& out) {
  while (newlines != 0) {
    auto const up_to = newlines ^ (newlines - 1);  // the lowest newline and everything below it
    out.row_ends[out.rows++] = cells_before + static_cast<std::uint32_t>(std::popcount(separators & up_to));
    newlines &= newlines - 1;
  }
}

// Takes back the cells of the row that is not finished and says where that row starts.
inline std::uint32_t give_up_row(std::uint32_t from, Writer& out, std::uint32_t rows_before) {
  out.cells = out.rows == 0 ? 0 : out.row_ends[out.rows - 1];
  return out.rows == rows_before ? from : out.cell_ends[out.cells - 1] + 1;
}

}  // namespace detail

template <class K>
std::uint32_t scan_with(char const* text, std::uint32_t from, std::uint32_t to, Structure& structure) {
  Writer out{structure.cell_ends.data(), structure.row_ends.data(), structure.cells, structure.rows};
  auto const rows_before = out.rows;
  std::uint64_t inside = 0;         // all ones while the block before ended inside quotes
  std::uint64_t after_break = 1;    // bit 0: the byte before this block ended a cell or closed a quote
  std::uint64_t after_closing = 0;  // bit 0: the byte before this block closed a quote
  std::uint64_t after_carriage = 0;
  std::uint64_t non_ascii = 0, beyond_ids = 0;
  std::uint64_t control = 0, escaped_quote = 0;
  auto const leave = [&](std::uint32_t at) {
    structure.cells = out.cells;
    structure.rows = out.rows;
    structure.seen.non_ascii |= non_ascii != 0;
    structure.seen.beyond_ids |= beyond_ids != 0;
    structure.seen.control |= control != 0;
    structure.seen.escaped_quote |= escaped_quote != 0;
    return at;
  };
  for (std::uint32_t at = from; at < to; at += 64) {
    auto m = K::masks(text + at);
    if (to - at < 64) {
      auto const valid = (std::uint64_t{1} << (to - at)) - 1;
      m.comma &= valid, m.quote &= valid, m.newline &= valid, m.control &= valid, m.non_ascii &= valid;
    }
    non_ascii |= m.non_ascii;
    if (beyond_ids == 0) {  // one is enough
      beyond_ids = ~(K::ids(text + at) | m.comma | m.quote | m.control);
      if (to - at < 64) beyond_ids &= (std::uint64_t{1} << (to - at)) - 1;
    }
    std::uint64_t carriage = 0;
    if ((m.control ^ m.newline) != 0 || after_carriage != 0) {
      // A carriage return is harmless before a line feed, and only there.
      carriage = K::equal(text + at, '\r') & m.control;
      auto const lone_carriage = ((carriage << 1) | after_carriage) & ~m.newline;
      control |= (m.control ^ m.newline ^ carriage) | lone_carriage;
      after_carriage = carriage >> 63;
    }

    auto separators = m.comma | m.newline;
    if ((m.quote | inside | after_closing) != 0) {
      auto const in = K::prefix_xor(m.quote) ^ inside;
      separators &= ~in;
      auto const opening = m.quote & in, closing = m.quote & ~in;
      auto const behind_closing = (closing << 1) | after_closing;
      auto bad = (opening & ~(((separators | closing) << 1) | after_break)) | (behind_closing & ~(separators | opening | carriage)) | (m.newline & in);
      if (to - at < 64) bad &= (std::uint64_t{1} << (to - at)) - 1;  // the end of the file ends a cell too
      if (bad != 0) {
        auto const before = (std::uint64_t{1} << std::countr_zero(bad)) - 1;  // everything below the first broken place
        auto const newlines = m.newline & ~in & before;
        auto const cells_before = out.cells;
        K::append(separators & before, at, out);
        detail::append_rows(newlines, separators, cells_before, out);
        return leave(detail::give_up_row(from, out, rows_before));
      }
      escaped_quote |= opening & behind_closing;
      inside = std::uint64_t{0} - (in >> 63);
      after_closing = closing >> 63;
      after_break = (separators | closing) >> 63;
    } else {
      after_break = separators >> 63;
    }
    auto const cells_before = out.cells;
    K::append(separators, at, out);
    detail::append_rows(m.newline, separators, cells_before, out);
  }
  if (to > from && text[to - 1] != '\n') {  // the end of the file ends its last line
    if (inside != 0) return leave(detail::give_up_row(from, out, rows_before));
    out.cell_ends[out.cells++] = to;
    out.row_ends[out.rows++] = out.cells;
  }
  return leave(to);
}

}  // namespace rollbook::csv
