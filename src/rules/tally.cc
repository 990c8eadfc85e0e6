#include "rules/tally.h"

#include <algorithm>
#include <tuple>

namespace rollbook {

void Tally::merge(std::vector<Tally>& workers, std::vector<Finding>& out, std::vector<SeverityCounts>& counts) {
  if (workers.empty()) return;
  std::vector<Finding> all;
  for (std::size_t rule = 0; rule < counts.size(); ++rule) {
    all.clear();
    for (auto& worker : workers) {
      all.insert(all.end(), worker.kept_[rule].begin(), worker.kept_[rule].end());
      worker.kept_[rule].clear();
      for (std::size_t s = 0; s < worker.counts[rule].size(); ++s) counts[rule][s] += worker.counts[rule][s];
      worker.counts[rule] = {};
    }
    auto const order = [](Finding const& f) { return std::tuple(f.place, f.field, f.aux, f.cause); };
    std::sort(all.begin(), all.end(), [&](Finding const& a, Finding const& b) { return order(a) < order(b); });
    if (all.size() > workers[0].limit_) all.resize(workers[0].limit_);
    out.insert(out.end(), all.begin(), all.end());
  }
}

}  // namespace rollbook
