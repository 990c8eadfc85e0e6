// One row of users.csv by itself: what it says, and what is wrong with it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "batch/users_file.h"
#include "csv/batch.h"

namespace rollbook::batch {

// The ids of the roster's schools, to be asked for each row.
class Schools {
 public:
  Schools(std::span<std::string const> ids, std::uint64_t seed);
  bool has(std::uint64_t hash) const;

 private:
  std::vector<std::uint64_t> sorted_;
};

class RowLook {
 public:
  RowLook(Header const& header, Schools const& schools, std::uint64_t seed) : header_(header), schools_(schools), seed_(seed) {}

  // Appends what is to be said; `number` is how the row is called in it.
  UsersRow look(csv::Batch const& batch, std::uint32_t row, std::uint32_t number, std::vector<Remark>& remarks);

 private:
  std::string_view cell(std::size_t column) const { return cells_[column]; }
  void read_cells(csv::Batch const& batch, std::uint32_t row);
  void say(What what, std::size_t column) { remarks_->push_back({number_, what, static_cast<std::uint8_t>(column), 0}); }

  void look_at_required();
  void look_at_words();
  void look_at_grade(std::size_t column);
  void look_at_ids();
  void look_at_school();
  void look_at_email(UsersRow const& row);
  void look_at_class(UsersRow const& row);
  std::uint64_t hash_in_small_letters(std::string_view text);
  std::uint64_t digest(std::span<std::size_t const> columns) const;

  Header const& header_;
  Schools const& schools_;
  std::uint64_t seed_;
  std::array<std::string_view, max_columns> cells_;
  std::array<std::string, max_columns> buffers_;
  std::string small_;
  std::vector<Remark>* remarks_ = nullptr;
  std::uint32_t number_ = 0;
};

// A grade code that has lost its leading zero, mended: "1" → "01". "" when it is none.
std::string_view with_zero(std::string_view grade);

}  // namespace rollbook::batch
