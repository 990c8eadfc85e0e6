#include "access/rights.h"

#include <algorithm>

#include "base/demand.h"

namespace rollbook::access {
namespace {

enum class Place : std::uint8_t { Anywhere, AtTheDistrict };

struct Rule {
  Right right;
  Level least;  // None: no level gives it
  bool demographics = false;
  Place place = Place::Anywhere;
  bool of_operators = false;
};

constexpr Rule rules[] = {
    {.right = Right::SignedIn, .least = Level::None},
    {.right = Right::SeeOwnClasses, .least = Level::Standard},
    {.right = Right::SeePeople, .least = Level::Reporting},
    {.right = Right::EditPeople, .least = Level::Enrollment},
    {.right = Right::SeeDemographics, .least = Level::Reporting, .demographics = true},
    {.right = Right::SeeHistory, .least = Level::Reporting},
    {.right = Right::EnrollByHand, .least = Level::Enrollment},
    {.right = Right::RunDeliveries, .least = Level::Enrollment, .place = Place::AtTheDistrict},
    {.right = Right::ManagePeople, .least = Level::System},
    {.right = Right::SeeReceived, .least = Level::System, .place = Place::AtTheDistrict},
    {.right = Right::Operate, .least = Level::None, .of_operators = true},
    {.right = Right::SeeStates, .least = Level::None, .of_operators = true},
};

constexpr bool each_right_has_its_rule() {
  for (std::size_t at = 0; at < std::size(rules); ++at)
    if (rules[at].right != static_cast<Right>(at)) return false;
  return std::size(rules) == static_cast<std::size_t>(Right::SeeStates) + 1;
}
static_assert(each_right_has_its_rule());

Rule const& rule_of(Right right) {
  demand(static_cast<std::size_t>(right) < std::size(rules));
  return rules[static_cast<std::size_t>(right)];
}

bool gives(Grant const& grant, Rule const& rule, std::int64_t district) {
  if (rule.least == Level::None || grant.district != district || grant.level < rule.least) return false;
  return (!rule.demographics || grant.demographics) && (rule.place == Place::Anywhere || !grant.org);
}

// What does not depend on a grant.
bool is_given_to(Standing const& standing, Rule const& rule) {
  if (!standing.signed_in) return false;
  return rule.right == Right::SignedIn || (rule.of_operators && standing.is_operator);
}

constexpr std::string_view level_names[] = {"none", "standard", "reporting", "enrollment", "system"};

}  // namespace

std::string_view name_of(Level level) { return level_names[static_cast<std::size_t>(level)]; }

std::optional<Level> level_by_name(std::string_view name) {
  auto const* const at = std::find(std::begin(level_names), std::end(level_names), name);
  if (at == std::end(level_names)) return std::nullopt;
  return static_cast<Level>(at - std::begin(level_names));
}

bool Standing::may(Right right, std::int64_t district) const {
  auto const& rule = rule_of(right);
  if (is_given_to(*this, rule)) return true;
  return signed_in && std::any_of(grants.begin(), grants.end(), [&](Grant const& grant) { return gives(grant, rule, district); });
}

bool Standing::may_everywhere(Right right, std::int64_t district) const {
  auto const& rule = rule_of(right);
  if (is_given_to(*this, rule)) return true;
  return signed_in && std::any_of(grants.begin(), grants.end(), [&](Grant const& grant) { return !grant.org && gives(grant, rule, district); });
}

std::vector<std::int64_t> Standing::orgs(Right right, std::int64_t district) const {
  std::vector<std::int64_t> all;
  if (!signed_in || may_everywhere(right, district)) return all;
  for (auto const& grant : grants)
    if (gives(grant, rule_of(right), district)) all.push_back(*grant.org);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<std::int64_t> Standing::districts() const {
  std::vector<std::int64_t> all;
  for (auto const& grant : grants)
    if (signed_in && grant.level != Level::None) all.push_back(grant.district);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace rollbook::access
