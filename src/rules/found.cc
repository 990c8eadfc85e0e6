#include "rules/found.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "roster/chunk_reader.h"

namespace rollbook {

Found::Found() : counts_(all_rules().size() * levels), first_(all_rules().size()) {}

void Found::add(RuleId rule, Severity severity, std::uint64_t more) {
  counts_[rule * levels + static_cast<std::size_t>(severity)].fetch_add(more, std::memory_order_relaxed);
}

void Found::settle(std::vector<SeverityCounts> const& counts) {
  for (std::size_t rule = 0; rule < counts.size(); ++rule)
    for (std::size_t level = 0; level < levels; ++level) counts_[rule * levels + level].store(counts[rule][level], std::memory_order_relaxed);
}

bool Found::has_places(RuleId rule) const {
  std::lock_guard const lock(mutex_);
  return first_[rule].size() >= places_of_a_rule;
}

// Files that are no tables have names that others chose: these are not passed on.
void Found::place(RuleId rule, std::string const& file, std::optional<std::uint64_t> line) {
  auto const is_table = std::any_of(std::begin(all_tables), std::end(all_tables), [&](auto const* table) { return file == file_name(table->id); });
  Place place{is_table ? file : "", is_table ? line : std::nullopt};
  std::lock_guard const lock(mutex_);
  auto& first = first_[rule];
  if (first.size() < places_of_a_rule && std::find(first.begin(), first.end(), place) == first.end()) first.push_back(std::move(place));
}

Found::SoFar Found::so_far() const {
  SoFar so_far;
  std::lock_guard const lock(mutex_);
  for (RuleId rule = 0; rule < first_.size(); ++rule)
    for (std::size_t level = 1; level < levels; ++level) {
      auto const count = counts_[rule * levels + level].load(std::memory_order_relaxed);
      if (count == 0) continue;
      auto const severity = static_cast<Severity>(level);
      (severity >= Severity::Error ? so_far.errors : severity == Severity::Warning ? so_far.warnings : so_far.infos) += count;
      so_far.rules.push_back({std::string(all_rules()[rule].info->code), severity, count, first_[rule]});
    }
  std::stable_sort(so_far.rules.begin(), so_far.rules.end(),
                   [](OfRule const& a, OfRule const& b) { return std::tuple(a.severity, a.count) > std::tuple(b.severity, b.count); });
  if (so_far.rules.size() > most_rules) so_far.rules.resize(most_rules);
  return so_far;
}

void tell_found(Found& found, Checked const& checked, TableData const& data, csv::Kernel kernel) {
  found.settle(checked.counts);
  std::map<csv::Place, std::vector<RuleId>> wanted;
  std::map<RuleId, std::size_t> of_rule;
  for (auto const& finding : checked.findings)
    if (finding.table == data.table->id && !found.has_places(finding.rule) && ++of_rule[finding.rule] <= Found::places_of_a_rule)
      wanted[finding.place].push_back(finding.rule);
  std::vector<csv::Place> places;
  for (auto const& [place, rules] : wanted) places.push_back(place);
  if (places.empty()) return;
  for_places(data, places, kernel, [&](csv::Place place, csv::Batch const& batch, std::uint32_t row, csv::Aside const* aside) {
    auto const line = row != no_row ? batch.row_line[row] : aside != nullptr ? aside->line : 0;
    for (auto const rule : wanted[place]) found.place(rule, file_name(data.table->id), data.chunks[place.chunk()].first_line + line + 1);
  });
}

}  // namespace rollbook
