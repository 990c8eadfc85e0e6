#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule org_is_its_own_ancestor{
    RuleInfo{
        .code = "ORG001",
        .name = "org-is-its-own-ancestor",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} is, through its parents, part of itself.",
        .why = "Apps that walk up to the district never arrive.",
        .fix = "Correct parentSourcedId of one of the organizations in the circle.",
        .checks = "or-6.20",
    },
    TableId::Orgs, "parentSourcedId", TableId::Orgs,
    [](Roster const& roster, Facts const& facts, Tell const& tell) {
      (void)facts;
      auto const& table = roster[TableId::Orgs];
      auto const& parents = table.kept.column[column<orgs, "parentSourcedId">.index];
      // Walks up from each row, colouring as it goes: a row met again on the same walk closes a circle.
      std::vector<std::uint32_t> colour(parents.size(), 0);
      for (std::uint32_t start = 0; start < parents.size(); ++start) {
        auto at = static_cast<std::int32_t>(start);
        while (has_value(at) && colour[static_cast<std::size_t>(at)] == 0) colour[static_cast<std::size_t>(at)] = start + 1, at = parents[static_cast<std::size_t>(at)];
        if (!has_value(at) || colour[static_cast<std::size_t>(at)] != start + 1) continue;
        for (auto const first = at;;) {
          auto const next = parents[static_cast<std::size_t>(at)];
          tell(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(next));
          if ((at = next) == first) break;
        }
      }
    }};

}  // namespace rollbook
