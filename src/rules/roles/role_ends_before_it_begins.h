#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto role_ends_before_it_begins = row_rule<roles>(
    RuleInfo{
        .code = "ROL001",
        .name = "role-ends-before-it-begins",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "The role ends on {endDate}, before it begins on {beginDate}.",
        .why = "Apps never see this person in the role.",
        .fix = "In the SIS, correct one of the two dates.",
        .checks = "or-6.14",
    },
    "endDate", [](Row<roles> const& row) {
      auto const begin = row[column<roles, "beginDate">], end = row[column<roles, "endDate">];
      return begin && end && *end < *begin;
    });

}  // namespace rollbook
