#include "rules/missing.h"

#include <algorithm>

namespace rollbook {
namespace {

bool lower_place(Finding const& a, Finding const& b) { return a.place != b.place ? a.place < b.place : a.field < b.field; }

}  // namespace

std::uint32_t MissingRecords::note(TableId target, std::uint64_t hash, Finding const& reference) {
  std::lock_guard lock(mutex_);
  auto& known = known_[static_cast<std::size_t>(target)];
  auto found = known.find(hash);
  if (found == known.end()) {
    if (causes.size() < most_missing) {
      causes.push_back({rule_of(Flaw::Dangling), target, no_row, reference.table, reference.place, reference.field, hash, 0});
    }
    found = known.size() < most_missing ? known.emplace(hash, static_cast<std::uint32_t>(causes.size()) | missing_bit).first : known.begin();
  }
  auto const cause = found->second;
  auto& entry = causes[(cause & ~missing_bit) - 1];
  auto finding = reference;
  finding.cause = cause;
  if (entry.asked_by == reference.table && lower_place(finding, Finding{.field = entry.asked_field, .place = entry.asked_at})) {
    entry.asked_at = reference.place;
    entry.asked_field = reference.field;
    entry.hash = hash;
  }
  auto const [at, fresh] = in_file_.try_emplace(cause, InFile{finding});
  if (fresh) return cause;
  ++at->second.others;
  if (lower_place(finding, at->second.first)) std::swap(finding, at->second.first);
  keep_other(finding);
  return cause;
}

void MissingRecords::keep_other(Finding const& finding) {
  if (others_.size() >= limit_) {
    if (limit_ == 0 || !lower_place(finding, others_.front())) return;
    std::pop_heap(others_.begin(), others_.end(), lower_place);
    others_.pop_back();
  }
  others_.push_back(finding);
  std::push_heap(others_.begin(), others_.end(), lower_place);
}

void MissingRecords::end_of_file(std::vector<Finding>& out, std::vector<SeverityCounts>& counts) {
  auto const waits = rule_of(Flaw::WaitsForMissing);
  std::vector<Finding> firsts;
  for (auto& [cause, in_file] : in_file_) {
    auto const severity = static_cast<std::size_t>(in_file.first.severity);
    ++counts[in_file.first.rule][severity];
    counts[waits][severity] += in_file.others;
    firsts.push_back(in_file.first);
  }
  std::sort(firsts.begin(), firsts.end(), lower_place);
  if (firsts.size() > limit_) firsts.resize(limit_);
  out.insert(out.end(), firsts.begin(), firsts.end());
  std::sort(others_.begin(), others_.end(), lower_place);
  for (auto& finding : others_) {
    finding.rule = waits;
    out.push_back(finding);
  }
  others_.clear();
  in_file_.clear();
}

}  // namespace rollbook
