#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto line_item_in_a_school_year = row_rule<line_items>(
    RuleInfo{
        .code = "LIN002",
        .name = "line-item-in-a-school-year",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "The line item belongs to a session that is a whole school year.",
        .why = "Grades are reported by grading period or term.",
        .fix = "Name the grading period or term.",
        .checks = "or-6.38",
    },
    "academicSessionSourcedId", [](Row<line_items> const& row) {
      auto const in_11 = row[column<line_items, "gradingPeriodSourcedId">], in_12 = row[column<line_items, "academicSessionSourcedId">];
      return row.of(in_11 ? in_11 : in_12, column<academic_sessions, "type">).value == word<words::session, "schoolYear">;
    });

}  // namespace rollbook
