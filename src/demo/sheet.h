// One file under the injector's hands: its rows as they are, and the changes to be made, kept aside until the end, when
// the new text is put together and every line number is counted anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "demo/facts.h"

namespace rollbook::demo {

using Row = std::size_t;  // of the data, from 0, as the file was before any damage
using Cells = std::vector<std::string>;

struct Edit {
  std::optional<std::string> text;  // instead of the row, without its line end
  std::string extra_row;            // after it
  bool removed = false;
};

// Where a row and its extra row came to stand.
struct Lines {
  std::uint64_t row = 0, extra_row = 0;
};

class Sheet {
 public:
  Sheet(std::string name, std::string text, FileFacts const& facts);

  std::string const& name() const { return name_; }
  std::size_t rows() const { return starts_.size() - 1; }
  std::string_view text_of(Row row) const;
  Cells cells(Row row) const;
  std::string id(Row row) const { return cells(row)[0]; }

  // The file's columns, in its order; what the facts do not know (metadata) has an empty type.
  std::vector<ColumnFacts> const& columns() const { return columns_; }
  std::optional<std::size_t> column(std::string_view name) const;
  bool referred_to() const { return referred_to_; }

  std::optional<Row> find(std::string const& id) const;

  void edit(Row row, Edit change) { edits_[row] = std::move(change); }
  std::map<Row, Lines> lines_after_all() const;
  std::string text_after_all() const;

 private:
  template <class Visit>
  void for_each_piece(Visit&& visit) const;

  std::string name_, text_;
  std::vector<std::size_t> starts_;  // of rows, and the end of the text
  std::vector<ColumnFacts> columns_;
  bool referred_to_;
  std::unordered_map<std::string, Row> by_id_;
  std::map<Row, Edit> edits_;
};

std::string joined(Cells const& cells);
std::vector<std::string> items(std::string_view list);

}  // namespace rollbook::demo
