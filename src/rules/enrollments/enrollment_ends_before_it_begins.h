#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto enrollment_ends_before_it_begins = row_rule<enrollments>(
    RuleInfo{
        .code = "ENR001",
        .name = "enrollment-ends-before-it-begins",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "Enrollment {sourcedId} ends on {endDate}, before it begins on {beginDate}.",
        .why = "An app that trusts these dates never shows the class to this person.",
        .fix = "In the SIS, correct one of the two dates, or leave endDate empty.",
        .checks = "or-6.14",
    },
    "endDate", [](Row<enrollments> const& row) {
      auto const begin = row[column<enrollments, "beginDate">], end = row[column<enrollments, "endDate">];
      return begin && end && *end < *begin;
    });

}  // namespace rollbook
