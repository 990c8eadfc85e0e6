#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto class_subjects_and_codes_differ = row_rule<classes>(
    RuleInfo{
        .code = "CLS001",
        .name = "class-subjects-and-codes-differ",
        .severity = Severity::Warning,
        .strict = Severity::Error,
        .message = "subjects and subjectCodes have different numbers of items.",
        .why = "Items belong together by their place; subjects get the codes of others.",
        .fix = "Give each subject its code, in the same order; remove commas inside a subject name.",
        .checks = "or-6.25 or-8.11",
    },
    "subjectCodes", [](Row<classes> const& row) {
      auto const subjects = row[column<classes, "subjects">], codes = row[column<classes, "subjectCodes">];
      return subjects != 0 && codes != 0 && subjects != codes;
    });

}  // namespace rollbook
