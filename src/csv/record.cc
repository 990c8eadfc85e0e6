#include "csv/record.h"

#include <algorithm>
#include <cstring>

#include "csv/utf8.h"

namespace rollbook::csv {
namespace {

std::uint32_t line_end(std::string_view text, std::size_t from) {
  auto const* found = static_cast<char const*>(std::memchr(text.data() + from, '\n', text.size() - from));
  return static_cast<std::uint32_t>(found ? found - text.data() : static_cast<std::ptrdiff_t>(text.size()));
}

// One cell, from `at`. Returns the offset behind it, never beyond `limit` (a line end or the end of the text).
struct Cell {
  std::uint32_t end;
  bool unclosed = false, text_after = false, stray = false;
};

Cell read_cell(std::string_view text, std::uint32_t at, std::uint32_t limit) {
  Cell cell{};
  if (at < limit && text[at] == '"') {
    auto i = at + 1;
    for (;; ++i) {
      while (i < limit && text[i] != '"') ++i;
      if (i >= limit) {
        cell.unclosed = true;
        // Nothing closes it: what follows is read as if the quote were a letter, so that the other cells keep their places.
        i = at + 1;
        while (i < limit && text[i] != ',') ++i;
        cell.end = i;
        return cell;
      }
      if (i + 1 < limit && text[i + 1] == '"') ++i;
      else break;
    }
    ++i;
    if (i < limit && text[i] != ',' && !(text[i] == '\r' && i + 1 >= limit)) cell.text_after = true;
    while (i < limit && text[i] != ',') ++i;
    cell.end = i;
    return cell;
  }
  auto i = at;
  for (; i < limit && text[i] != ','; ++i) cell.stray |= text[i] == '"';
  cell.end = i;
  return cell;
}

// Splits text[out.start, limit) into cells.
void read_cells(std::string_view text, std::uint32_t limit, Record& out) {
  out.ends.clear();
  out.spots.clear();
  for (auto at = out.start;;) {
    auto const cell = read_cell(text, at, limit);
    auto const index = static_cast<std::uint32_t>(out.ends.size());
    if (cell.unclosed) out.spots.push_back({Damage::UnclosedQuote, index});
    if (cell.text_after) out.spots.push_back({Damage::TextAfterQuote, index});
    if (cell.stray) out.spots.push_back({Damage::StrayQuote, index});
    out.ends.push_back(cell.end);
    if (cell.end >= limit) break;
    at = cell.end + 1;
  }
  if (out.ends.back() > out.start && out.ends.back() <= text.size() && text[out.ends.back() - 1] == '\r' &&
      (out.ends.size() == 1 || out.ends.back() - 1 > out.ends[out.ends.size() - 2]))
    --out.ends.back();
}

bool has(Record const& record, Damage damage) {
  return std::any_of(record.spots.begin(), record.spots.end(), [&](Spot spot) { return spot.damage == damage; });
}

std::uint32_t commas(std::string_view line) { return static_cast<std::uint32_t>(std::count(line.begin(), line.end(), ',')); }

// A line inside a cell that has as many commas as a whole record, and more than a sentence would, is a record of its own.
bool looks_like_a_record(std::string_view line, std::uint32_t cells) { return cells >= 3 && commas(line) + 1 >= cells; }

// Tries to read a record whose quoted cell goes over several lines. False when it is not believable.
bool read_over_lines(std::string_view text, std::uint32_t cells, std::uint32_t first_end, Record& out) {
  auto limit = first_end;
  for (std::uint32_t lines = 2; limit < text.size() && limit - out.start < max_line && lines < 1000; ++lines) {
    auto const line_start = limit + 1;
    if (line_start >= text.size()) return false;
    limit = line_end(text, line_start);
    auto const line = text.substr(line_start, limit - line_start);
    auto const quotes = std::count(line.begin(), line.end(), '"');
    if (quotes % 2 == 0) {
      if (looks_like_a_record(line, cells)) return false;
      continue;
    }
    read_cells(text, limit, out);
    if (!out.spots.empty()) return false;
    if (cells != 0 && out.size() != cells && looks_like_a_record(line, cells)) return false;
    auto const commas_before = commas(text.substr(out.start, first_end - out.start));
    if (cells >= 3 && commas_before + 1 >= cells && commas(line) + 1 >= cells) return false;  // two whole records, each with a stray quote
    out.lines = lines;
    out.next = std::min<std::uint32_t>(limit + 1, static_cast<std::uint32_t>(text.size()));
    for (std::size_t i = 0; i < out.size(); ++i)
      if (raw_cell(text, out, i).find('\n') != std::string_view::npos) out.spots.push_back({Damage::LineBreak, static_cast<std::uint32_t>(i)});
    return true;
  }
  return false;
}

}  // namespace

void read_record(std::string_view text, std::uint32_t start, std::uint32_t cells, Record& out) {
  out.start = start;
  out.lines = 1;
  auto const end = line_end(text, start);
  out.next = std::min<std::uint32_t>(end + 1, static_cast<std::uint32_t>(text.size()));
  if (end - start > max_line) {
    out.ends = {line_end(text, start)};
    out.spots = {{Damage::TooLong, 0}};
    auto const comma = text.substr(start, max_line).find(',');
    if (comma != std::string_view::npos) out.ends.insert(out.ends.begin(), start + static_cast<std::uint32_t>(comma));
    return;
  }
  read_cells(text, end, out);
  if (has(out, Damage::UnclosedQuote) && !read_over_lines(text, cells, end, out)) {
    out.lines = 1;
    out.next = std::min<std::uint32_t>(end + 1, static_cast<std::uint32_t>(text.size()));
    read_cells(text, end, out);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto const raw = raw_cell(text, out, i);
    auto const index = static_cast<std::uint32_t>(i);
    if (raw.find('\0') != std::string_view::npos) out.spots.push_back({Damage::NulByte, index});
    else if (std::any_of(raw.begin(), raw.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r'; }) ||
             (raw.find('\r') != std::string_view::npos && !has(out, Damage::LineBreak)))
      out.spots.push_back({Damage::ControlCharacter, index});
    if (first_invalid_utf8(raw) != std::string_view::npos) out.spots.push_back({Damage::InvalidUtf8, index});
  }
  if (cells != 0 && out.size() != cells) out.spots.push_back({Damage::CellCount, static_cast<std::uint32_t>(std::min<std::size_t>(out.size(), cells))});
}

std::string_view cell_value(std::string_view raw, std::string& buffer) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return raw;
  auto const inner = raw.substr(1, raw.size() - 2);
  if (inner.find('"') == std::string_view::npos) return inner;
  buffer.clear();
  for (std::size_t i = 0; i < inner.size(); ++i) {
    buffer += inner[i];
    if (inner[i] == '"' && i + 1 < inner.size() && inner[i + 1] == '"') ++i;
  }
  return buffer;
}

}  // namespace rollbook::csv
