// Lines that wait to be put in order: rows in the order in which they are stored would tell two receivers which pseudonym is which.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "export/bundle_writer.h"

namespace rollbook::runs {

class HeldLines {
 public:
  void add(std::vector<std::string> const& cells) {
    auto const start = text_.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text_ += ',';
      append_cell(text_, cells[i]);
    }
    lines_.push_back({start_of(cells[0]), start, text_.size() - start});
  }

  std::size_t size() const { return lines_.size(); }

  // Writes them in the order of their first cells, the pseudonyms, and holds none any more.
  void let_go(BundleWriter& to) {
    auto const line = [&](Line const& one) { return std::string_view(text_).substr(one.at, one.size); };
    std::sort(lines_.begin(), lines_.end(), [&](Line const& a, Line const& b) { return a.start != b.start ? a.start < b.start : line(a) < line(b); });
    for (auto const& one : lines_) to.row(line(one));
    lines_.clear();
    text_.clear();
  }

 private:
  // Most differ in the first characters, which are compared as one number.
  struct Line {
    std::uint64_t start = 0;
    std::size_t at = 0, size = 0;
  };

  static std::uint64_t start_of(std::string_view text) {
    std::uint64_t start = 0;
    for (std::size_t i = 0; i < 8; ++i) start = start << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
    return start;
  }

  std::vector<Line> lines_;
  std::string text_;
};

}  // namespace rollbook::runs
