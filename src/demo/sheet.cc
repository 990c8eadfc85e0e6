#include "demo/sheet.h"

#include <algorithm>

namespace rollbook::demo {
namespace {

// Cells of one row of a faultless file.
Cells split(std::string_view row) {
  Cells cells(1);
  auto quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto const c = row[i];
    if (quoted) {
      if (c != '"') cells.back() += c;
      else if (i + 1 < row.size() && row[i + 1] == '"') cells.back() += row[++i];
      else quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace

std::string joined(Cells const& cells) {
  std::string row;
  for (auto const& cell : cells) {
    if (&cell != cells.data()) row += ',';
    if (cell.find_first_of(",\"\n\r") == std::string::npos) {
      row += cell;
      continue;
    }
    row += '"';
    for (auto const c : cell) row.append(c == '"' ? 2 : 1, c);
    row += '"';
  }
  return row;
}

std::vector<std::string> items(std::string_view list) {
  std::vector<std::string> found;
  while (!list.empty()) {
    auto const comma = std::min(list.find(','), list.size());
    found.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return found;
}

Sheet::Sheet(std::string name, std::string text, FileFacts const& facts) : name_(std::move(name)), text_(std::move(text)), referred_to_(facts.referred_to) {
  auto quoted = false;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '"') quoted = !quoted;
    if (text_[i] == '\n' && !quoted) starts_.push_back(i + 1);
  }
  if (starts_.empty() || starts_.back() != text_.size()) starts_.push_back(text_.size());

  for (auto const& title : split(std::string_view(text_).substr(0, text_.find('\n')))) {
    auto const known = std::find_if(facts.columns.begin(), facts.columns.end(), [&](auto const& c) { return c.name == title; });
    columns_.push_back(known != facts.columns.end() ? *known : ColumnFacts{});
    columns_.back().name = title;
  }
  if (!referred_to_) return;  // nobody looks for these, and they are the long ones
  by_id_.reserve(rows());
  for (Row row = 0; row < rows(); ++row) by_id_.emplace(text_of(row).substr(0, text_of(row).find(',')), row);
}

std::string_view Sheet::text_of(Row row) const {
  auto line = std::string_view(text_).substr(starts_[row], starts_[row + 1] - starts_[row]);
  if (line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

Cells Sheet::cells(Row row) const { return split(text_of(row)); }

std::optional<std::size_t> Sheet::column(std::string_view name) const {
  for (std::size_t c = 0; c < columns_.size(); ++c)
    if (columns_[c].name == name) return c;
  return {};
}

std::optional<Row> Sheet::find(std::string const& id) const {
  auto const found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

// The final text in order: long stretches nobody touched, then each edited row.
template <class Visit>
void Sheet::for_each_piece(Visit&& visit) const {
  std::size_t from = 0;
  for (auto const& [row, change] : edits_) {
    visit(std::string_view(text_).substr(from, starts_[row] - from), nullptr, Row{});
    visit(std::string_view{}, &change, row);
    from = starts_[row + 1];
  }
  visit(std::string_view(text_).substr(from), nullptr, Row{});
}

std::string Sheet::text_after_all() const {
  std::string out;
  out.reserve(text_.size() + edits_.size() * 256);
  for_each_piece([&](std::string_view untouched, Edit const* change, Row row) {
    out += untouched;
    if (!change) return;
    if (!change->removed) (out += change->text ? std::string_view(*change->text) : text_of(row)) += '\n';
    if (!change->extra_row.empty()) (out += change->extra_row) += '\n';
  });
  return out;
}

std::map<Row, Lines> Sheet::lines_after_all() const {
  std::map<Row, Lines> lines;
  std::uint64_t line = 1;
  auto const count = [](std::string_view text) { return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')); };
  for_each_piece([&](std::string_view untouched, Edit const* change, Row row) {
    line += count(untouched);
    if (!change) return;
    Lines here;
    if (!change->removed) {
      here.row = line;
      line += 1 + count(change->text ? std::string_view(*change->text) : text_of(row));
    }
    if (!change->extra_row.empty()) {
      here.extra_row = line;
      line += 1 + count(change->extra_row);
    }
    lines[row] = here;
  });
  return lines;
}

}  // namespace rollbook::demo
