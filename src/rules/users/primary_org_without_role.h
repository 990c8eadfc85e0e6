#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule primary_org_without_role{
    RuleInfo{
        .code = "USR002",
        .name = "primary-org-without-role",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} has {primaryOrgSourcedId} as main organization, but no role there.",
        .why = "Apps that go by roles show the person somewhere else.",
        .fix = "Add a role at that organization, or correct primaryOrgSourcedId.",
        .checks = "or-6.33",
    },
    TableId::Users, "primaryOrgSourcedId", TableId::Roles, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      if (!roster[TableId::Roles].is_read() || roster[TableId::Roles].mode != Mode::Bulk) return;
      auto held = facts.roles_held;
      std::sort(held.begin(), held.end());
      auto const& table = roster[TableId::Users];
      for (auto const& seen : facts.primary_orgs) {
        auto const row = table.row_of(seen.place);
        if (!std::binary_search(held.begin(), held.end(), pair_of(static_cast<std::int32_t>(row), static_cast<std::int32_t>(seen.pair)))) tell(row, no_row);
      }
    }};

}  // namespace rollbook
