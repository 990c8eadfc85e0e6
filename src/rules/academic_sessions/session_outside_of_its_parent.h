#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule session_outside_of_its_parent{
    RuleInfo{
        .code = "SES004",
        .name = "session-outside-of-its-parent",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} runs from {startDate} to {endDate}, which is not inside the session it is part of.",
        .why = "Days belong to a term but not to its school year.",
        .fix = "Correct the dates of one of the two.",
    },
    TableId::AcademicSessions, "startDate", TableId::AcademicSessions,
    [](Roster const& roster, Facts const& facts, Tell const& tell) {
      (void)facts;
      auto const& kept = roster[TableId::AcademicSessions].kept;
      constexpr auto parent = column<academic_sessions, "parentSourcedId">.index, begin = column<academic_sessions, "startDate">.index,
                     end = column<academic_sessions, "endDate">.index;
      for (std::uint32_t row = 0; row < kept.column[parent].size(); ++row) {
        auto const above = kept.column[parent][row];
        if (!has_value(above)) continue;
        auto const mine = static_cast<std::int32_t>(row);
        Cell const b{kept.at(begin, mine)}, e{kept.at(end, mine)}, pb{kept.at(begin, above)}, pe{kept.at(end, above)};
        if ((b && pb && *b < *pb) || (e && pe && *e > *pe)) tell(row, static_cast<std::uint32_t>(above));
      }
    }};

}  // namespace rollbook
