#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto course_subjects_without_codes = row_rule<courses>(
    RuleInfo{
        .code = "CRS002",
        .name = "course-subjects-without-codes",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "Only one of subjects and subjectCodes is filled.",
        .why = "Some receivers refuse one without the other.",
        .fix = "Fill both or neither.",
        .checks = "or-6.26",
    },
    "subjectCodes", [](Row<courses> const& row) { return (row[column<courses, "subjects">] != 0) != (row[column<courses, "subjectCodes">] != 0); });

}  // namespace rollbook
