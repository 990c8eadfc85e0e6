// Every row that a check finds something about, rule by rule: for whoever counts by school, or wants to know which of them were there the night before. The
// findings that are kept to be shown are a few of these.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "rules/checked.h"

namespace rollbook {

// While its table is read a row is known by its place, afterwards by its number.
struct Mark {
  std::uint32_t row = 0;
  RuleId rule = 0;
  Severity severity = Severity::Error;
  std::uint8_t field = no_field;
};

class Marks {
 public:
  // Eight bytes each: a delivery in which more is wrong is counted from below, and that is said.
  static constexpr std::size_t most = 4'000'000;

  explicit Marks(std::size_t limit = most) : left_(limit) {}

  std::array<std::vector<Mark>, table_count> of;

  std::size_t left() const { return left_; }
  bool whole() const { return whole_; }

  // Takes what a worker marked by place.
  void take(TableData const& data, std::vector<Mark> marks, std::uint64_t lost) {
    whole_ &= lost == 0 && marks.size() <= left_;
    marks.resize(std::min(marks.size(), left_));
    left_ -= marks.size();
    auto& all = of[static_cast<std::size_t>(data.table->id)];
    for (auto& mark : marks) mark.row = data.row_of(csv::Place{mark.row}), all.push_back(mark);
  }
  void lose() { whole_ = false; }

 private:
  std::size_t left_;
  bool whole_ = true;
};

}  // namespace rollbook
