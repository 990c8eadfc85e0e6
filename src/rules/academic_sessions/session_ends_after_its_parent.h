#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule session_ends_after_its_parent{
    RuleInfo{
        .code = "SES006",
        .name = "session-ends-after-its-parent",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} ends on {endDate}, after the session it is part of (line {detail}).",
        .why = "Days belong to a term but not to its school year.",
        .fix = "Correct the dates of one of the two.",
        .checks = "or-6.23",
    },
    TableId::AcademicSessions, "endDate", TableId::AcademicSessions, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      (void)facts;
      auto const& kept = roster[TableId::AcademicSessions].kept;
      constexpr auto parent = column<academic_sessions, "parentSourcedId">.index, day = column<academic_sessions, "endDate">.index;
      for (std::uint32_t row = 0; row < kept.column[parent].size(); ++row) {
        auto const above = kept.column[parent][row];
        if (!has_value(above)) continue;
        Cell const mine{kept.at(day, static_cast<std::int32_t>(row))}, theirs{kept.at(day, above)};
        if (mine && theirs && *mine > *theirs) tell(row, static_cast<std::uint32_t>(above));
      }
    }};

}  // namespace rollbook
