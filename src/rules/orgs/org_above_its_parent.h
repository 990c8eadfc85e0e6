#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule org_above_its_parent{
    RuleInfo{
        .code = "ORG002",
        .name = "org-above-its-parent",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} is a {type}, but its parent is further down.",
        .why = "People of the whole would be shown as people of the part.",
        .fix = "Let the smaller organization name the larger one as its parent.",
        .checks = "or-6.18",
    },
    TableId::Orgs, "parentSourcedId", TableId::Orgs, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      (void)facts;
      auto const& kept = roster[TableId::Orgs].kept;
      constexpr auto parent = column<orgs, "parentSourcedId">.index, type = column<orgs, "type">.index;
      // From the top: national, state, local, district, school. A department may stand anywhere.
      constexpr auto level = [](std::int32_t word_of_type) {
        if (word_of_type == word<words::org, "national">) return 5;
        if (word_of_type == word<words::org, "state">) return 4;
        if (word_of_type == word<words::org, "local">) return 3;
        if (word_of_type == word<words::org, "district">) return 2;
        return word_of_type == word<words::org, "school"> ? 1 : 0;
      };
      for (std::uint32_t row = 0; row < kept.column[parent].size(); ++row) {
        auto const above = kept.column[parent][row];
        if (!has_value(above)) continue;
        auto const mine = level(kept.at(type, static_cast<std::int32_t>(row))), theirs = level(kept.at(type, above));
        if (mine != 0 && theirs != 0 && theirs < mine) tell(row, static_cast<std::uint32_t>(above));
      }
    }};

}  // namespace rollbook
