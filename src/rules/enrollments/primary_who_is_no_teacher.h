#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto primary_who_is_no_teacher = row_rule<enrollments>(
    RuleInfo{
        .code = "ENR003",
        .name = "primary-who-is-no-teacher",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "primary is true for a {role}; it only has a meaning for teachers.",
        .why = "Apps that ask for the main teacher of the class may show this person.",
        .fix = "Write false, or leave it empty.",
        .checks = "or-6.12",
    },
    "primary", [](Row<enrollments> const& row) {
      auto const role = row[column<enrollments, "role">];
      return role && *role != word<words::enrollment_role, "teacher"> && row[column<enrollments, "primary">].value == 1;
    });

}  // namespace rollbook
