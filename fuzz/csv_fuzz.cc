// Any bytes as CSV. The kernels must agree with each other, with the careful reader going record by record, and with themselves
// when the text is read in two pieces. The first byte is the number of columns, the second where two texts begin to differ.
#include <algorithm>
#include <string>
#include <vector>

#include "csv/batch.h"
#include "csv/stretch.h"
#include "csv/utf8.h"
#include "fuzz.h"

namespace rollbook::csv {
namespace {

using fuzz::promise;

void promise_same_seen(Seen const& a, Seen const& b) {
  promise(a.escaped_quote == b.escaped_quote && a.non_ascii == b.non_ascii && a.control == b.control && a.beyond_ids == b.beyond_ids);
}

void promise_same_aside(Aside const& a, Aside const& b) {
  promise(a.record == b.record && a.line == b.line && a.start == b.start && a.next == b.next && a.lines == b.lines && a.in_grid == b.in_grid);
  promise(a.first_cell == b.first_cell);
  promise(std::equal(a.spots.begin(), a.spots.end(), b.spots.begin(), b.spots.end(), [](Spot x, Spot y) { return x.damage == y.damage && x.cell == y.cell; }));
}

// One row of the grid, copied out of its batch.
struct Row {
  std::uint32_t start, line, record;
  std::vector<std::string_view> cells;
  friend bool operator==(Row const&, Row const&) = default;
};

Row row_of(Batch const& batch, std::uint32_t row) {
  Row out{batch.row_start[row], batch.row_line[row], batch.row_record[row], {}};
  for (std::uint32_t c = 0; c < batch.columns; ++c) out.cells.push_back(batch.raw(row, c));
  return out;
}

// All that a reader tells, in an order that does not depend on how it was found.
struct Told {
  std::vector<Row> rows;
  std::vector<Aside> aside;
  std::uint32_t records = 0, lines = 0, blank_lines = 0, first_blank = 0;

  // What a batch told of the bytes behind those that were told of before.
  void add(Batch const& batch) {
    for (std::uint32_t r = 0; r < batch.rows; ++r) {
      rows.push_back(row_of(batch, r));
      rows.back().line += lines, rows.back().record += records;
    }
    for (auto a : batch.aside) {
      a.line += lines, a.record += records;
      aside.push_back(a);
    }
    if (blank_lines == 0 && batch.blank_lines > 0) first_blank = lines + batch.first_blank;
    records += batch.records, lines += batch.lines, blank_lines += batch.blank_lines;
  }
};

void promise_same(Told const& a, Told const& b) {
  promise(a.records == b.records && a.lines == b.lines && a.blank_lines == b.blank_lines && a.first_blank == b.first_blank);
  promise(a.rows == b.rows);
  promise(a.aside.size() == b.aside.size());
  for (std::size_t i = 0; i < a.aside.size(); ++i) promise_same_aside(a.aside[i], b.aside[i]);
}

bool has(Record const& record, std::initializer_list<Damage> any) {
  return std::any_of(record.spots.begin(), record.spots.end(), [&](Spot spot) { return std::find(any.begin(), any.end(), spot.damage) != any.end(); });
}

// The same by the careful reader alone; also gives the starts of all records.
Told read_one_by_one(std::string_view text, std::uint32_t columns, std::vector<std::uint32_t>& starts) {
  Told told;
  Record record;
  for (std::uint32_t at = 0; at < text.size(); at = record.next) {
    starts.push_back(at);
    read_record(text, at, columns, record);
    promise(record.start == at && record.next > at && record.next <= text.size() && record.lines >= 1 && !record.ends.empty());
    promise(std::is_sorted(record.ends.begin(), record.ends.end()) && record.ends.front() >= at && record.ends.back() <= record.next);
    auto const count = static_cast<std::uint32_t>(record.size());
    auto const whole = text.substr(at, record.ends.back() - at);
    bool const odd_quotes = has(record, {Damage::UnclosedQuote, Damage::TextAfterQuote, Damage::StrayQuote, Damage::LineBreak, Damage::TooLong});
    bool const hollow =
        !odd_quotes && whole.find_first_not_of(",\" \t") == std::string_view::npos && (whole.size() < 4 * count || (count == 1 && columns != 1));
    if (hollow) {
      if (told.blank_lines++ == 0) told.first_blank = told.lines;
    } else {
      bool const in_grid =
          count == columns && !has(record, {Damage::UnclosedQuote, Damage::TextAfterQuote, Damage::NulByte, Damage::InvalidUtf8, Damage::TooLong});
      if (!record.spots.empty()) {
        auto first = raw_cell(text, record, 0).substr(0, 256);
        if (!first.empty() && first.front() == '"') first.remove_prefix(1);
        first = first.substr(0, first.find('"'));
        told.aside.push_back({told.records, told.lines, at, record.next, record.lines, in_grid, record.spots, first});
      }
      if (in_grid) {
        Row row{at, told.lines, told.records, {}};
        for (std::uint32_t c = 0; c < columns; ++c) row.cells.push_back(raw_cell(text, record, c));
        told.rows.push_back(std::move(row));
      }
      ++told.records;
    }
    told.lines += record.lines;
  }
  return told;
}

void try_reading(std::string_view bytes, std::uint32_t columns) {
  fuzz::Padded const padded(bytes), other(bytes, '\n');
  auto const text = padded.text();
  auto const size = static_cast<std::uint32_t>(text.size());
  std::vector<std::uint32_t> starts;
  auto const careful = read_one_by_one(text, columns, starts);

  Batch first;
  promise(read_batch(text, 0, size, columns, Kernel::Scalar, first) == size);
  Told told;
  told.add(first);
  promise_same(told, careful);

  Batch batch;  // used again and again, as the workers do
  for (auto const kernel : usable_kernels()) {
    promise(read_batch(text, 0, size, columns, kernel, batch) == size);
    promise_same_seen(batch.seen, first.seen);
    Told again;
    again.add(batch);
    promise_same(again, told);
    // What stands behind the text changes nothing.
    promise(read_batch(other.text(), 0, size, columns, kernel, batch) == size);
    promise_same_seen(batch.seen, first.seen);
    promise(batch.rows == first.rows && batch.records == first.records && batch.lines == first.lines && batch.aside.size() == first.aside.size());
  }

  // In two pieces, cut before any record: a few of them, spread over the text.
  auto const step = std::max<std::size_t>(1, starts.size() / 16);
  for (std::size_t i = 0; i < starts.size(); i += step) {
    auto const cut = starts[i];
    Told pieces;
    promise(read_batch(text, 0, cut, columns, best_kernel(), batch) == cut);
    pieces.add(batch);
    promise(read_batch(text, cut, size, columns, best_kernel(), batch) == size);
    pieces.add(batch);
    promise_same(pieces, told);
  }
}

// Written by hand from its description, one byte after the other.
Stretch same_stretch_slowly(std::string_view a, std::string_view b) {
  Stretch stretch;
  bool at_start = true, quoted = false, lone_carriage = false;
  for (std::uint64_t i = 0, lines = 0; i < a.size() && a[i] == b[i]; ++i) {
    if (a[i] == '"') quoted = !quoted;
    if (a[i] == '\n') {
      if (at_start || lone_carriage || quoted) stretch.plain = false;
      stretch.bytes = i + 1, stretch.lines = ++lines;
    }
    if (a[i] == ',' && at_start) stretch.plain = false;
    lone_carriage = at_start && a[i] == '\r';
    at_start = a[i] == '\n';
  }
  return stretch;
}

void try_stretches(std::string_view bytes, std::size_t differs_at) {
  std::string changed(bytes);
  if (differs_at < changed.size()) changed[differs_at] = static_cast<char>(changed[differs_at] ^ 1);
  fuzz::Padded const a(bytes, 'x', 0), b(changed, 'x', 0);  // no padding: only `size` bytes may be read
  auto const slow = same_stretch_slowly(a.text(), b.text());
  for (auto const kernel : usable_kernels()) {
    auto const stretch = same_stretch(kernel, a.text().data(), b.text().data(), bytes.size());
    promise(stretch.plain == slow.plain);
    promise(!slow.plain || (stretch.bytes == slow.bytes && stretch.lines == slow.lines));
  }
}

}  // namespace
}  // namespace rollbook::csv

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  auto text = rollbook::fuzz::as_text(bytes, length);
  auto const columns = 1 + rollbook::fuzz::take_byte(text) % 8u;
  auto const differs_at = std::size_t{rollbook::fuzz::take_byte(text)} * 3;
  rollbook::csv::try_reading(text, columns);
  rollbook::csv::try_stretches(text, differs_at);

  std::string buffer;
  auto const encoding = rollbook::csv::sniff_encoding(text);
  rollbook::fuzz::promise((encoding == rollbook::csv::Encoding::Empty) == text.empty());
  rollbook::fuzz::promise(!rollbook::csv::guess_legacy_encoding(text).empty());
  rollbook::fuzz::promise(rollbook::csv::cell_value(text, buffer).size() <= text.size());
  return 0;
}
