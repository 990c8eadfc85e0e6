#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto enrollment_ends_outside_of_term = row_rule<enrollments>(
    RuleInfo{
        .code = "ENR007",
        .name = "enrollment-ends-outside-of-term",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "The enrollment ends on {endDate}, outside of the terms of class {classSourcedId}.",
        .why = "Apps that follow the terms show the class too early, too late or never.",
        .fix = "Correct the date, or the terms of the class.",
        .checks = "or-6.15 or-6.16",
    },
    "endDate", [](Row<enrollments> const& row) {
      auto const in_class = row[column<enrollments, "classSourcedId">];
      auto const end = row[column<enrollments, "endDate">];
      if (!in_class || !end || row.roster().class_begin.empty()) return false;
      auto const at = static_cast<std::size_t>(*in_class);
      Cell const first{row.roster().class_begin[at]}, last{row.roster().class_end[at]};
      return first && last && !(*end >= *first && *end <= *last);
    });

}  // namespace rollbook
