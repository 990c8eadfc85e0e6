#include "csv/batch.h"

#include <algorithm>

#include "csv/utf8.h"

namespace rollbook::csv {
namespace {

// Builds the grid row by row; the structure's own buffer is the grid, because rows only ever move down in it.
class GridBuilder {
 public:
  explicit GridBuilder(Batch& batch) : b_(batch) {}

  // The rows that stage one found since `first_row`; `start` is where the first of them begins.
  void take(std::uint32_t first_row, std::uint32_t start) {
    auto* ends = b_.structure.cell_ends.data();
    auto const* row_ends = b_.structure.row_ends.data();
    auto cell = first_row == 0 ? 0 : row_ends[first_row - 1];
    for (auto row = first_row; row < b_.structure.rows; ++row) {
      auto const count = row_ends[row] - cell;
      auto& last = ends[row_ends[row] - 1];
      auto const next = last + 1;
      if (last > start && b_.text[last - 1] == '\r' && (count == 1 || last - 1 > ends[row_ends[row] - 2])) --last;
      bool const hollow =
          last - start < 4 * count && std::string_view(b_.text.data() + start, last - start).find_first_not_of(",\" \t") == std::string_view::npos;
      if (count == b_.columns && !hollow && last - start <= max_line) [[likely]] {
        auto* to = ends + std::size_t{b_.rows} * b_.columns;
        if (to != ends + cell) std::copy(ends + cell, ends + cell + count, to);
        add_row(start);
      } else {
        odd_row(start, last, count);
      }
      ++b_.lines;
      cell = row_ends[row];
      start = next;
    }
  }

  void add_row(std::uint32_t start) {
    b_.row_start[b_.rows] = start;
    b_.row_line[b_.rows] = b_.lines;
    b_.row_record[b_.rows] = b_.records++;
    ++b_.rows;
  }

  // A record for the careful reader.
  std::uint32_t take_record(std::uint32_t start) {
    read_record(b_.text, start, b_.columns, record_);
    bool const readable = record_.size() == b_.columns && std::all_of(record_.spots.begin(), record_.spots.end(), [](Spot spot) {
                            return spot.damage == Damage::LineBreak || spot.damage == Damage::StrayQuote || spot.damage == Damage::ControlCharacter;
                          });
    if (blank(record_)) {
      note_blank();
    } else {
      if (!record_.spots.empty()) set_aside(readable);
      if (readable) {
        std::copy(record_.ends.begin(), record_.ends.end(), b_.structure.cell_ends.data() + std::size_t{b_.rows} * b_.columns);
        add_row(start);
      } else {
        ++b_.records;
      }
    }
    b_.lines += record_.lines;
    return record_.next;
  }

  // Nothing but separators, quotes and spaces; a few of them, not a cell full.
  bool blank(Record const& record) const {
    bool const odd = std::any_of(record.spots.begin(), record.spots.end(), [](Spot s) { return s.damage != Damage::CellCount; });
    if (odd || record.ends.empty()) return false;
    auto const line = b_.text.substr(record.start, record.ends.back() - record.start);
    return (line.size() < 4 * record.size() || (record.size() == 1 && b_.columns != 1)) && line.find_first_not_of(",\" \t") == std::string_view::npos;
  }

  void note_blank() {
    if (b_.blank_lines++ == 0) b_.first_blank = b_.lines;
  }

  // Rows of the grid with bytes that no text should have: the careful reader says which, and whether the row can stay.
  void set_bad_bytes_aside() {
    std::uint32_t kept = 0;
    std::vector<Aside> found;
    found.swap(b_.aside);
    auto const rows = b_.rows;
    for (std::uint32_t row = 0; row < rows; ++row) {
      auto const start = b_.row_start[row], end = b_.structure.cell_ends[std::size_t{row + 1} * b_.columns - 1];
      auto const bytes = b_.text.substr(start, end - start);
      bool bad = first_invalid_utf8(bytes) != std::string_view::npos || bytes.find('\0') != std::string_view::npos;
      for (std::size_t i = 0; !bad && i < bytes.size(); ++i) bad = static_cast<unsigned char>(bytes[i]) < 0x20;
      auto const at = std::lower_bound(found.begin(), found.end(), b_.row_record[row], [](Aside const& a, std::uint32_t record) { return a.record < record; });
      bool const known = at != found.end() && at->record == b_.row_record[row];
      bool stays = true;
      if (bad && !known) {
        read_record(b_.text, start, b_.columns, record_);
        stays = record_.spots.empty() || std::all_of(record_.spots.begin(), record_.spots.end(),
                                                     [](Spot spot) { return spot.damage == Damage::ControlCharacter || spot.damage == Damage::LineBreak; });
        auto const records = b_.records, lines = b_.lines;
        b_.records = b_.row_record[row], b_.lines = b_.row_line[row];
        if (!record_.spots.empty()) set_aside(stays);
        b_.records = records, b_.lines = lines;
      }
      if (stays) move_row(row, kept++);
    }
    b_.rows = kept;
    b_.aside.insert(b_.aside.end(), found.begin(), found.end());
    std::sort(b_.aside.begin(), b_.aside.end(), [](Aside const& a, Aside const& b) { return a.record < b.record; });
  }

 private:
  void move_row(std::uint32_t from, std::uint32_t to) {
    if (from == to) return;
    auto* ends = b_.structure.cell_ends.data();
    std::copy(ends + std::size_t{from} * b_.columns, ends + std::size_t{from + 1} * b_.columns, ends + std::size_t{to} * b_.columns);
    b_.row_start[to] = b_.row_start[from], b_.row_line[to] = b_.row_line[from], b_.row_record[to] = b_.row_record[from];
  }

  void odd_row(std::uint32_t start, std::uint32_t end, std::uint32_t count) {
    // Nothing but commas, empty quotes and spaces, or nothing at all.
    if (b_.text.substr(start, end - start).find_first_not_of(",\" \t") == std::string_view::npos && (end - start < 4 * count || count == 1))
      return note_blank();
    auto const lines = b_.lines;
    take_record(start);
    b_.lines = lines;  // the caller counts this line
  }

  void set_aside(bool in_grid) {
    auto first = record_.ends.empty() ? std::string_view{} : raw_cell(b_.text, record_, 0).substr(0, 256);
    if (!first.empty() && first.front() == '"') first.remove_prefix(1);
    first = first.substr(0, first.find('"'));
    b_.aside.push_back({b_.records, b_.lines, record_.start, record_.next, record_.lines, in_grid, record_.spots, first});
  }

  Batch& b_;
  Record record_;
};

}  // namespace

std::uint32_t read_batch(std::string_view text, std::uint32_t from, std::uint32_t to, std::uint32_t columns, Kernel kernel, Batch& batch) {
  // Only the last line can be over-long, because every line here starts within one chunk. It never enters the grid.
  auto scan_to = to;
  if (to - from > max_line) {
    auto const line = text.substr(0, to - 1).rfind('\n');
    auto const start = line == std::string_view::npos ? from : std::max<std::uint32_t>(from, static_cast<std::uint32_t>(line) + 1);
    if (to - start > max_line) scan_to = start;
  }
  auto const room = scan_to > from ? scan_to - from : 0;
  batch.text = text;
  batch.columns = columns;
  batch.rows = batch.records = batch.lines = batch.blank_lines = 0;
  batch.aside.clear();
  batch.structure.cells = batch.structure.rows = 0;
  batch.structure.seen = {};
  // A record over several lines may reach behind `to` and needs room for its cells there.
  batch.structure.reserve_for(std::size_t{room} + columns + padding);
  auto const most_rows = room / std::max<std::uint32_t>(2, columns) + 2;
  if (batch.row_start.size() < most_rows)
    for (auto* array : {&batch.row_start, &batch.row_line, &batch.row_record}) *array = LargeArray<std::uint32_t>(most_rows);

  GridBuilder grid(batch);
  // Grid and structure share a buffer: after a careful record the structure starts again behind the grid.
  auto at = from;
  while (at < to) {
    auto& s = batch.structure;
    auto const grid_cells = batch.rows * columns;
    s.cells = grid_cells;
    s.rows = batch.rows == 0 ? 0 : 1;
    if (s.rows == 1) s.row_ends[0] = grid_cells;
    auto const first_row = s.rows;
    auto const start = at;
    at = scan(kernel, text.data(), at, std::max(at, scan_to), s);
    grid.take(first_row, start);
    if (at < to) at = grid.take_record(at);
  }
  batch.seen = batch.structure.seen;
  if (batch.seen.control || (batch.seen.non_ascii && first_invalid_utf8(text.substr(from, room)) != std::string_view::npos)) grid.set_bad_bytes_aside();
  return std::max(at, to);
}

}  // namespace rollbook::csv
