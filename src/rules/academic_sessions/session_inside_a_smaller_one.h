#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule session_inside_a_smaller_one{
    RuleInfo{
        .code = "SES005",
        .name = "session-inside-a-smaller-one",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} is a {type}, but it is part of a session that should be smaller.",
        .why = "School years hold semesters and terms, these hold grading periods; apps look for them in that order.",
        .fix = "Correct type or parentSourcedId.",
        .checks = "or-6.22",
    },
    TableId::AcademicSessions, "parentSourcedId", TableId::AcademicSessions, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      (void)facts;
      auto const& kept = roster[TableId::AcademicSessions].kept;
      constexpr auto parent = column<academic_sessions, "parentSourcedId">.index, type = column<academic_sessions, "type">.index;
      constexpr auto size = [](std::int32_t word_of_type) {
        if (word_of_type == word<words::session, "schoolYear">) return 3;
        if (word_of_type == word<words::session, "semester"> || word_of_type == word<words::session, "term">) return 2;
        return word_of_type == word<words::session, "gradingPeriod"> ? 1 : 0;
      };
      for (std::uint32_t row = 0; row < kept.column[parent].size(); ++row) {
        auto const above = kept.column[parent][row];
        if (!has_value(above)) continue;
        auto const mine = size(kept.at(type, static_cast<std::int32_t>(row))), theirs = size(kept.at(type, above));
        if (mine != 0 && theirs != 0 && (theirs < mine || (theirs == mine && mine == 3))) tell(row, static_cast<std::uint32_t>(above));
      }
    }};

}  // namespace rollbook
