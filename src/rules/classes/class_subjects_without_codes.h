#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto class_subjects_without_codes = row_rule<classes>(
    RuleInfo{
        .code = "CLS002",
        .name = "class-subjects-without-codes",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "Only one of subjects and subjectCodes is filled.",
        .why = "Some receivers refuse one without the other.",
        .fix = "Fill both or neither.",
        .checks = "or-6.26",
    },
    "subjectCodes", [](Row<classes> const& row) { return (row[column<classes, "subjects">] != 0) != (row[column<classes, "subjectCodes">] != 0); });

}  // namespace rollbook
