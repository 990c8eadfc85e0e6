#include "report/groups.h"

#include <algorithm>
#include <unordered_map>

#include "base/demand.h"

namespace rollbook {
namespace {

std::string_view common(Group const& group, std::string CheckReport::Finding::*text, std::string_view of_rule) {
  if (group.findings.empty()) return of_rule;
  std::string_view const first = group.findings.front()->*text;
  auto const same = [&](CheckReport::Finding const* finding) { return finding->*text == first; };
  return std::ranges::all_of(group.findings, same) ? first : std::string_view{};
}

}  // namespace

std::vector<Group> groups_of(CheckReport const& report) {
  std::vector<Group> groups;
  groups.reserve(report.rules.size());
  std::unordered_map<std::string_view, std::size_t> of_code;
  for (auto const& rule : report.rules) {
    of_code.emplace(rule.rule->code, groups.size());
    groups.push_back({&rule, &kinds[kind_of(*rule.rule, rule.severity)], {}, {}, {}});
  }
  for (auto const& finding : report.findings) {
    auto const found = of_code.find(finding.rule->code);
    demand(found != of_code.end());  // `rules` counts every rule that found something
    groups[found->second].findings.push_back(&finding);
  }
  for (auto& group : groups) {
    group.common_why = common(group, &CheckReport::Finding::why, group.rule->rule->why);
    group.common_fix = common(group, &CheckReport::Finding::fix, group.rule->rule->fix);
  }
  std::ranges::stable_sort(groups, {}, &Group::kind);
  return groups;
}

}  // namespace rollbook
