// Counting findings: exact counts, and the lowest few of each rule. Each worker has its own; a worker meets its chunks in
// ascending order, so the first findings it sees are the lowest it will ever see.
#pragma once

#include <vector>

#include "rules/checked.h"
#include "rules/found.h"

namespace rollbook {

class Tally {
 public:
  Tally(std::size_t rules, std::size_t kept_per_rule) : counts(rules), kept_(rules), full_(rules), limit_(kept_per_rule) {}

  void add(Finding const& finding) {
    ++counts[finding.rule][static_cast<std::size_t>(finding.severity)];
    if (!full_[finding.rule]) kept_[finding.rule].push_back(finding);
  }

  // Within a chunk findings come column by column, so all of them are held until it ends; then the lowest stay.
  void end_of_chunk();

  // To whoever looks on: what was counted since this was last called.
  void tell(Found& found);

  std::vector<SeverityCounts> counts;

  // Takes what several workers kept of one file, brings it into order, cuts it to the limit and appends it to `out`.
  static void merge(std::vector<Tally>& workers, std::vector<Finding>& out, std::vector<SeverityCounts>& counts);

 private:
  std::vector<std::vector<Finding>> kept_;
  std::vector<std::uint8_t> full_;
  std::vector<SeverityCounts> told_;
  std::size_t limit_;
};

}  // namespace rollbook
