// Counting findings: exact counts, and the lowest few of each rule. Each worker has its own; a worker meets its chunks in
// ascending order, so the first findings it sees are the lowest it will ever see.
#pragma once

#include <vector>

#include "rules/checked.h"
#include "rules/found.h"
#include "rules/marks.h"

namespace rollbook {

class Tally {
 public:
  // `only`: of other rules nothing is kept; no_rule: of all of them.
  Tally(std::size_t rules, std::size_t kept_per_rule, RuleId only) : counts(rules), kept_(rules), full_(rules), limit_(kept_per_rule), only_(only) {
    for (RuleId rule = 0; rule < rules; ++rule) full_[rule] = limit_of(rule) == 0;
  }

  void add(Finding const& finding) {
    ++counts[finding.rule][static_cast<std::size_t>(finding.severity)];
    if (!full_[finding.rule]) kept_[finding.rule].push_back(finding);
    if (most_marks_ > 0) mark(finding);
  }

  // From now on the row of every finding is marked, up to so many.
  void mark_up_to(std::size_t most) { most_marks_ = most; }
  bool marks_rows() const { return most_marks_ > 0; }
  void mark(Finding const& finding) {
    if (marks.size() < most_marks_) marks.push_back({finding.place.packed, finding.rule, finding.severity, finding.field});
    else ++lost_marks;
  }

  // Within a chunk findings come column by column, so all of them are held until it ends; then the lowest stay.
  void end_of_chunk();

  // To whoever looks on: what was counted since this was last called.
  void tell(Found& found);

  std::vector<SeverityCounts> counts;
  std::vector<Mark> marks;  // by place
  std::uint64_t lost_marks = 0;

  // Takes what several workers kept of one file, brings it into order, cuts it to the limit and appends it to `out`.
  static void merge(std::vector<Tally>& workers, std::vector<Finding>& out, std::vector<SeverityCounts>& counts);

 private:
  std::size_t limit_of(RuleId rule) const { return only_ == no_rule || rule == only_ ? limit_ : 0; }

  std::vector<std::vector<Finding>> kept_;
  std::vector<std::uint8_t> full_;
  std::vector<SeverityCounts> told_;
  std::size_t limit_, most_marks_ = 0;
  RuleId only_;
};

}  // namespace rollbook
