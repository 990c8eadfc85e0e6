#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto course_subjects_and_codes_differ = row_rule<courses>(
    RuleInfo{
        .code = "CRS001",
        .name = "course-subjects-and-codes-differ",
        .severity = Severity::Warning,
        .strict = Severity::Error,
        .message = "subjects and subjectCodes have different numbers of items.",
        .why = "Items belong together by their place; subjects get the codes of others.",
        .fix = "Give each subject its code, in the same order; remove commas inside a subject name.",
        .checks = "or-6.25 or-8.11",
    },
    "subjectCodes", [](Row<courses> const& row) {
      auto const subjects = row[column<courses, "subjects">], codes = row[column<courses, "subjectCodes">];
      return subjects != 0 && codes != 0 && subjects != codes;
    });

}  // namespace rollbook
