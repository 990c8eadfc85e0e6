#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto student_without_student_role = row_rule<enrollments>(
    RuleInfo{
        .code = "ENR004",
        .name = "student-without-student-role",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{userSourcedId} is enrolled as a student but has no role student.",
        .why = "Apps sort this person under staff or guardians and do not show the class as a student's.",
        .fix = "Correct the role of the person, or of the enrollment.",
        .checks = "or-6.11",
    },
    "role", [](Row<enrollments> const& row) {
      auto const role = row[column<enrollments, "role">], user = row[column<enrollments, "userSourcedId">];
      if (!role || !user || *role != word<words::enrollment_role, "student"> || row.roster().user_roles.empty()) return false;
      auto const held = row.roster().user_roles[static_cast<std::size_t>(*user)];
      return held != 0 && (held & ((1u << word<words::role, "student">) | ext_role)) == 0;
    });

}  // namespace rollbook
