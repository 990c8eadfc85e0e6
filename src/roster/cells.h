// Walking down a column of a batch, and the small questions that every kind of cell asks. Internal to the readers of values.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "csv/batch.h"
#include "roster/values.h"

namespace rollbook::cells {

// Calls f(row, value) for each row of the grid, quotes taken off. The eight bytes behind a value can be read, whatever they are:
// behind the text there is padding, and a rewritten value stands in a roomy buffer.
template <class F>
void for_each(csv::Batch const& batch, std::uint32_t column, F&& f) {
  std::string buffer;
  buffer.reserve(512);
  auto const* text = batch.text.data();
  auto const* ends = batch.structure.cell_ends.data() + column;
  auto const step = batch.columns;
  for (std::uint32_t row = 0; row < batch.rows; ++row, ends += step) {
    auto const begin = column == 0 ? batch.row_start[row] : ends[-1] + 1;
    std::string_view value(text + begin, *ends - begin);
    if (!value.empty() && value.front() == '"') [[unlikely]] {
      if (buffer.capacity() < value.size() + 64) buffer.reserve(2 * value.size() + 64);  // before it is written: views stay where they are
      value = csv::cell_value(value, buffer);
    }
    f(row, value);
  }
}

// True when the column is blank in every row: many columns are, and then there is nothing to read.
inline bool all_blank(csv::Batch const& batch, std::uint32_t column) {
  if (column == 0) return false;
  auto const* ends = batch.structure.cell_ends.data() + column;
  for (std::uint32_t row = 0; row < batch.rows; ++row, ends += batch.columns)
    if (ends[0] - ends[-1] != 1) return false;
  return true;
}

inline std::uint64_t load8(char const* at) {
  std::uint64_t eight;
  std::memcpy(&eight, at, 8);
  return eight;
}

// The first bytes of a short value as a number, zeros behind it; needs eight readable bytes.
inline std::uint64_t first8(std::string_view value) {
  auto const eight = load8(value.data());
  return value.size() >= 8 ? eight : eight & ((std::uint64_t{1} << (8 * value.size())) - 1);
}

// Equal but for the case of ASCII letters.
inline bool same_folded(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto const fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (fold(a[i]) != fold(b[i])) return false;
  }
  return true;
}

inline bool is_space(char c) { return c == ' ' || c == '\t'; }

inline bool only_spaces(std::string_view value) { return std::all_of(value.begin(), value.end(), is_space); }

// Equality of texts of the same length, without a call for the common lengths of ids.
inline bool same_text(char const* a, char const* b, std::size_t size) {
  if (size < 8) return std::memcmp(a, b, size) == 0;
  for (std::size_t i = 0; i + 8 < size; i += 8)
    if (load8(a + i) != load8(b + i)) return false;
  return load8(a + size - 8) == load8(b + size - 8);
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What a spreadsheet writes when a formula went wrong.
inline bool is_excel_error(std::string_view value) {
  if (value.size() < 4 || value[0] != '#') return false;
  for (std::string_view known : {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!"})
    if (value == known) return true;
  return value.find_first_not_of('#') == std::string_view::npos;  // "########": a column that was too narrow
}

// 1.23E+05: what a spreadsheet makes of a long number.
inline bool is_scientific(std::string_view value) {
  std::size_t e = 0;
  while (e < value.size() && value[e] != 'E' && value[e] != 'e') ++e;
  if (e == 0 || e + 2 >= value.size() || (value[e + 1] != '+' && value[e + 1] != '-')) return false;
  auto const digits = [](std::string_view text, bool point) {
    bool any = false;
    for (auto c : text) {
      if (is_digit(c)) any = true;
      else if (point && c == '.') point = false;
      else return false;
    }
    return any;
  };
  return digits(value.substr(0, e), true) && digits(value.substr(e + 2), false);
}

// Splits a list cell at its commas and calls f(item, trimmed) for each item.
template <class F>
void for_items(std::string_view list, F&& f) {
  for (std::size_t at = 0;;) {
    auto end = at;
    while (end < list.size() && list[end] != ',') ++end;
    auto const item = list.substr(at, end - at);
    auto const bare = trimmed(item);
    f(bare, bare.size() != item.size());
    if (end == list.size()) return;
    at = end + 1;
  }
}

struct Column {
  csv::Batch const& batch;
  std::uint32_t chunk;
  std::uint32_t column;
  std::uint8_t field;
  Field const& declared;
  Reading const& reading;
  Values& out;
  Flaw if_blank;            // Count_: may be blank
  bool tells_blank = true;  // false: another reader of this column tells it

  void flaw(std::uint32_t row, Flaw what, std::uint64_t aux = 0) const { out.flaws.push_back({row, field, what, aux}); }
  csv::Place place(std::uint32_t row) const { return csv::Place::of(chunk, batch.row_record[row]); }
  // A blank cell; rows that a delta removes need only their id.
  void no_value(std::uint32_t row) const {
    bool const needed = if_blank == Flaw::BlankInDelta || field == 0 || out.deleted.empty() || out.deleted[row] == 0;
    if (tells_blank && if_blank != Flaw::Count_ && needed) flaw(row, if_blank);
  }
};

void tell(Column const& column, std::uint32_t row, std::string_view cell, Flaw flaw);
void read_ids(Column const& column, Widths& widths);
void read_reference(Column const& column);
void read_reference_list(Column const& column);
void read_words(Column const& column);
void read_booleans(Column const& column);
void read_dates(Column const& column);
void read_timestamps(Column const& column);
void read_years(Column const& column);
void read_whole_numbers(Column const& column);
void read_numbers(Column const& column);
void read_strings(Column const& column, Widths* widths);
void read_lists(Column const& column);
void note_digits(Widths& widths, std::string_view value, csv::Place place, std::size_t kept);
inline void note_width(Widths& widths, std::string_view value, csv::Place place, std::size_t kept) {
  if (value.empty()) return;
  if (value.size() >= Widths::most || !is_digit(value.front()) || !is_digit(value.back())) ++widths.others;
  else note_digits(widths, value, place, kept);
}

}  // namespace rollbook::cells
