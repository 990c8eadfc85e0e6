// An uploaded flat file that was looked at: which of its rows are taken, and what is said of the others. A row keeps where it stands; its cells are read again
// when they are wanted.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "batch/header.h"
#include "batch/remark.h"
#include "csv/record.h"

namespace rollbook::batch {

// `Row` has start and size (in the file, up to the end of the last cell), line (from 1), readable, and left_out (there is an error).
template <class Row>
struct FlatFile {
  std::string refusal;  // "": the file is looked at; else nothing of it is
  Header header;
  std::uint64_t first_row = 0;  // where the rows begin
  std::vector<Row> rows;
  std::vector<Remark> remarks;            // by row; errors before warnings
  std::vector<std::string> names = {""};  // ids and sources that remarks name
  std::uint32_t left_out = 0;

  std::uint64_t errors() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(remarks, [](Remark const& remark) { return is_error(remark.what); }));
  }
  std::uint64_t warnings() const { return remarks.size() - errors(); }

  // Of the roster's remarks: `name` is the id or the source that belongs into the sentence.
  void say(std::uint32_t row, What what, std::size_t column, std::string_view name = {}) {
    if (names.back() != name) names.emplace_back(name);
    remarks.push_back({row, what, static_cast<std::uint8_t>(column), static_cast<std::uint32_t>(names.size() - 1)});
  }

  // Puts remarks that were added in their order, and leaves out the rows with errors.
  void settle() {
    std::ranges::sort(remarks);
    for (auto const& remark : remarks)
      if (is_error(remark.what) && !rows[remark.row].left_out) rows[remark.row].left_out = true, ++left_out;
  }
};

struct Looking {
  std::uint64_t seed = 0;
  unsigned workers = 1;
};

// Cells of rows that were read.
class CellReader {
 public:
  CellReader(std::string_view text, Header const& header) : text_(text), header_(header) {}

  template <class Row>
  void go_to(Row const& row) {
    row_ = text_.substr(row.start, row.size);
    csv::read_record(row_, 0, header_.cells, record_);
  }
  std::string_view operator[](std::size_t column);  // "" where the column is missing; valid until the next one is asked for
  std::string_view value(std::size_t column);       // the same, but blanks alone are an empty cell

 private:
  std::string_view text_, row_;
  Header const& header_;
  csv::Record record_;
  std::string buffer_;
};

// What `file` is refused for before a row of it is looked at; "" when it is not. Fills the header and where the rows begin.
struct Beginning {
  std::string refusal;
  Header header;
  std::uint64_t first_row = 0;
};
Beginning read_beginning(std::string_view text, Form const& form);

}  // namespace rollbook::batch
