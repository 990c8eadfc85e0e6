#include "rules/tally.h"

#include <algorithm>
#include <tuple>

namespace rollbook {

namespace {

bool lower(Finding const& a, Finding const& b) { return std::tuple(a.place, a.field) < std::tuple(b.place, b.field); }

void keep_lowest(std::vector<Finding>& findings, std::size_t limit) {
  std::stable_sort(findings.begin(), findings.end(), lower);  // several of one cell stay in the order of the cell
  if (findings.size() > limit) findings.resize(limit);
}

}  // namespace

void Tally::end_of_chunk() {
  for (RuleId rule = 0; rule < kept_.size(); ++rule) {
    if (full_[rule] || kept_[rule].size() < limit_) continue;
    keep_lowest(kept_[rule], limit_);
    full_[rule] = true;
  }
}

void Tally::tell(Found& found) {
  told_.resize(counts.size());
  for (RuleId rule = 0; rule < counts.size(); ++rule)
    for (std::size_t s = 0; s < counts[rule].size(); ++s)
      if (auto const more = counts[rule][s] - told_[rule][s]; more > 0) found.add(rule, static_cast<Severity>(s), more), told_[rule][s] = counts[rule][s];
}

void Tally::merge(std::vector<Tally>& workers, std::vector<Finding>& out, std::vector<SeverityCounts>& counts) {
  if (workers.empty()) return;
  std::vector<Finding> all;
  for (RuleId rule = 0; rule < counts.size(); ++rule) {
    all.clear();
    for (auto& worker : workers) {
      all.insert(all.end(), worker.kept_[rule].begin(), worker.kept_[rule].end());
      worker.kept_[rule].clear();
      worker.full_[rule] = worker.limit_of(rule) == 0;
      for (std::size_t s = 0; s < worker.counts[rule].size(); ++s) counts[rule][s] += worker.counts[rule][s];
      worker.counts[rule] = {};
    }
    keep_lowest(all, workers[0].limit_of(rule));
    out.insert(out.end(), all.begin(), all.end());
  }
}

}  // namespace rollbook
