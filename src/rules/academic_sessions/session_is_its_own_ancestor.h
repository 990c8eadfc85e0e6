#pragma once

#include "rules/circles.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule session_is_its_own_ancestor{
    RuleInfo{
        .code = "SES003",
        .name = "session-is-its-own-ancestor",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} is, through its parents, part of itself.",
        .why = "The school year it belongs to cannot be found.",
        .fix = "Correct parentSourcedId of one of the sessions in the circle.",
        .checks = "or-6.24",
    },
    TableId::AcademicSessions, "parentSourcedId", TableId::AcademicSessions, [](Roster const& roster, Facts const&, Tell const& tell) {
      tell_circles(roster[TableId::AcademicSessions].kept.column[column<academic_sessions, "parentSourcedId">.index], tell);
    }};

}  // namespace rollbook
