#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule no_district_above_the_schools{
    RuleInfo{
        .code = "LPF001",
        .name = "no-district-above-the-schools",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "orgs.csv has no row of type district that is the parent of the other organizations.",
        .why = "This receiver processes a roster only when it finds its district.",
        .fix = "Add a row of type district, and its sourcedId as parentSourcedId of the schools.",
        .checks = "or-6.19 lp-11",
    },
    TableId::Orgs, "parentSourcedId", TableId::Orgs, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      (void)facts;
      auto const& kept = roster[TableId::Orgs].kept;
      constexpr auto parent = column<orgs, "parentSourcedId">.index, type = column<orgs, "type">.index;
      auto const is_district = [&](std::int32_t row) { return kept.at(type, row) == word<words::org, "district">; };
      bool any = false;
      auto const rows = static_cast<std::uint32_t>(roster[TableId::Orgs].rows);
      for (std::uint32_t row = 0; row < rows; ++row) any |= is_district(static_cast<std::int32_t>(row));
      if (!any) return tell(no_row, no_row);
      // Every other organization hangs below a district, directly or through others.
      for (std::uint32_t row = 0; row < rows; ++row) {
        auto at = static_cast<std::int32_t>(row);
        for (int steps = 0; has_value(at) && !is_district(at) && steps < 64; ++steps) at = kept.at(parent, at);
        auto const above_district = kept.at(type, static_cast<std::int32_t>(row)) >= word<words::org, "local">;
        if (!above_district && (!has_value(at) || !is_district(at))) tell(row, no_row);
      }
    }};

}  // namespace rollbook
