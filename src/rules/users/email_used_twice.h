#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule email_used_twice{
    RuleInfo{
        .code = "AMP008",
        .name = "email-used-twice",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "The e-mail address {email} is used by another person too (line {detail}).",
        .why = "Signing in by e-mail leads to the wrong person.",
        .fix = "Give each person their own address; siblings may not share one there.",
    },
    TableId::Users, "email", TableId::Users,
    [](Roster const& roster, Facts const& facts, Tell const& tell) {
      auto seen = facts.emails;
      std::sort(seen.begin(), seen.end());
      auto const& table = roster[TableId::Users];
      for (std::size_t i = 0; i < seen.size(); ++i) {
        if (i > 0 && seen[i - 1].first == seen[i].first) tell(table.row_of(seen[i].second), table.row_of(seen[i - 1].second));
        else if (i + 1 < seen.size() && seen[i + 1].first == seen[i].first) tell(table.row_of(seen[i].second), table.row_of(seen[i + 1].second));
      }
    }};

}  // namespace rollbook
