#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto session_ends_before_it_begins = row_rule<academic_sessions>(
    RuleInfo{
        .code = "SES001",
        .name = "session-ends-before-it-begins",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "Session {sourcedId} ends on {endDate}, before it begins on {startDate}.",
        .why = "Its classes are never shown as running.",
        .fix = "In the SIS, correct one of the two dates.",
        .checks = "or-6.14",
    },
    "endDate", [](Row<academic_sessions> const& row) {
      auto const begin = row[column<academic_sessions, "startDate">], end = row[column<academic_sessions, "endDate">];
      return begin && end && *end < *begin;
    });

}  // namespace rollbook
