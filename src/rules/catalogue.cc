#include "rules/catalogue.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/demand.h"
#include "rules/cells/cell_rules.h"
#include "rules/package/header_rules.h"
#include "rules/package/package_rules.h"
#include "rules/roster_rules.h"
#include "rules/row_rules.h"
#include "rules/source_rules.h"

namespace rollbook {
namespace {

template <Table const& T>
void add_row_rules(std::vector<RuleEntry>& all) {
  std::apply([&](auto const&... rule) { (all.push_back({&rule.info, &T, rule.blamed}), ...); }, row_rules<T>);
}

struct Catalogue {
  std::vector<RuleEntry> all;
  std::array<RuleId, static_cast<std::size_t>(Flaw::Count_)> by_flaw;
  std::array<RuleId, static_cast<std::size_t>(BundleFlaw::Count_)> by_bundle_flaw;
  std::array<RuleId, 16> by_header_flaw;

  Catalogue() {
    for (auto const& rule : cell_rules) all.push_back({&rule.info, nullptr, "", rule.flaw == Flaw::DuplicateDiffers || rule.flaw == Flaw::DuplicateSame});
    for (auto const& rule : header_rules) all.push_back({&rule.info, nullptr, ""});
    for (auto const& rule : package_rules) all.push_back({&rule.info, nullptr, ""});
    for (auto const* rule : source_rules) all.push_back({rule, nullptr, "", false, true});
    for (auto const* rule : roster_rules) all.push_back({&rule->info, &table_of(rule->table), rule->blamed, true});
    add_row_rules<orgs>(all), add_row_rules<academic_sessions>(all), add_row_rules<courses>(all), add_row_rules<classes>(all);
    add_row_rules<users>(all), add_row_rules<roles>(all), add_row_rules<enrollments>(all), add_row_rules<line_items>(all);
    add_row_rules<results>(all), add_row_rules<line_item_learning_objective_ids>(all), add_row_rules<result_learning_objective_ids>(all);
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.info->code < b.info->code; });
    by_flaw.fill(no_rule), by_bundle_flaw.fill(no_rule), by_header_flaw.fill(no_rule);
    for (auto const& rule : cell_rules) by_flaw[static_cast<std::size_t>(rule.flaw)] = number(rule.info);
    for (auto const& rule : package_rules) by_bundle_flaw[static_cast<std::size_t>(rule.flaw)] = number(rule.info);
    for (auto const& rule : header_rules) by_header_flaw[static_cast<std::size_t>(rule.flaw)] = number(rule.info);
  }

  RuleId number(RuleInfo const& info) const {
    auto const at = std::lower_bound(all.begin(), all.end(), info.code, [](auto const& entry, auto code) { return entry.info->code < code; });
    demand(at != all.end() && at->info->code == info.code);
    return static_cast<RuleId>(at - all.begin());
  }
};

Catalogue const& catalogue() {
  static Catalogue const the_catalogue;
  return the_catalogue;
}

}  // namespace

std::span<RuleEntry const> all_rules() { return catalogue().all; }

RuleId rule_by_code(std::string_view code) {
  auto const& all = catalogue().all;
  auto const at = std::lower_bound(all.begin(), all.end(), code, [](auto const& entry, auto wanted) { return entry.info->code < wanted; });
  return at == all.end() || at->info->code != code ? no_rule : static_cast<RuleId>(at - all.begin());
}

RuleId rule_of(Flaw flaw) { return catalogue().by_flaw[static_cast<std::size_t>(flaw)]; }
RuleId rule_of(BundleFlaw flaw) { return catalogue().by_bundle_flaw[static_cast<std::size_t>(flaw)]; }
RuleId rule_of(HeaderFlaw flaw) { return catalogue().by_header_flaw[static_cast<std::size_t>(flaw)]; }
RuleId rule_of(RuleInfo const& info) { return catalogue().number(info); }

}  // namespace rollbook
