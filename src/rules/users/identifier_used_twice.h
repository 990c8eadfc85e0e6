#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule identifier_used_twice{
    RuleInfo{
        .code = "AMP009",
        .name = "identifier-used-twice",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "The identifier {identifier} is used by another person too (line {detail}).",
        .why = "Two people become one.",
        .fix = "Give each person their own identifier.",
    },
    TableId::Users, "identifier", TableId::Users,
    [](Roster const& roster, Facts const& facts, Tell const& tell) {
      auto seen = facts.identifiers;
      std::sort(seen.begin(), seen.end());
      auto const& table = roster[TableId::Users];
      for (std::size_t i = 0; i < seen.size(); ++i) {
        if (i > 0 && seen[i - 1].first == seen[i].first) tell(table.row_of(seen[i].second), table.row_of(seen[i - 1].second));
        else if (i + 1 < seen.size() && seen[i + 1].first == seen[i].first) tell(table.row_of(seen[i].second), table.row_of(seen[i + 1].second));
      }
    }};

}  // namespace rollbook
