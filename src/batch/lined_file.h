// A OneRoster file whose rows stand in the lines of the upload that they were made of, so that what is said of a line later is said of that one. The lines
// between are empty.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/demand.h"
#include "export/bundle_writer.h"

namespace rollbook::batch {

class LinedFile {
 public:
  // The columns behind sourcedId, status and dateLastModified.
  void begin(std::initializer_list<std::string_view> columns) {
    text_ = "sourcedId,status,dateLastModified";
    for (auto const column : columns) add(column);
  }
  void add(std::string_view column) { (text_ += ',') += columns_.emplace_back(column); }
  bool has(std::string_view column) const { return std::find(columns_.begin(), columns_.end(), column) != columns_.end(); }

  // A row begins, in this line or, when that is past already, in the next one.
  void row(std::uint32_t line, std::string_view id, std::string_view status, std::string_view modified) {
    do text_ += '\n', ++line_;
    while (line_ < line);
    ++rows_, cells_ = 0;
    append_cell(text_, id);
    (((text_ += ',') += status) += ',') += modified;
  }
  void cell(std::string_view value) {
    demand(cells_++ < columns_.size());
    text_ += ',';
    append_cell(text_, value);
    line_ += static_cast<std::uint32_t>(std::count(value.begin(), value.end(), '\n'));
  }
  // Cells that were not written are empty.
  void end_row() {
    while (cells_ < columns_.size()) cell("");
  }

  std::size_t rows() const { return rows_; }
  std::string take() { return std::move(text_ += '\n'); }

 private:
  std::string text_;
  std::vector<std::string> columns_;
  std::uint32_t line_ = 1;
  std::size_t rows_ = 0, cells_ = 0;
};

}  // namespace rollbook::batch
