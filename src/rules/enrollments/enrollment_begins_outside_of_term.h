#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto enrollment_begins_outside_of_term = row_rule<enrollments>(
    RuleInfo{
        .code = "ENR002",
        .name = "enrollment-begins-outside-of-term",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "The enrollment begins on {beginDate}, outside of the terms of class {classSourcedId}.",
        .why = "Apps that follow the terms show the class too early, too late or never.",
        .fix = "Correct the date, or the terms of the class.",
        .checks = "or-6.15 or-6.16",
    },
    "beginDate", [](Row<enrollments> const& row) {
      auto const in_class = row[column<enrollments, "classSourcedId">];
      auto const begin = row[column<enrollments, "beginDate">];
      if (!in_class || !begin || row.roster().class_begin.empty()) return false;
      auto const at = static_cast<std::size_t>(*in_class);
      Cell const first{row.roster().class_begin[at]}, last{row.roster().class_end[at]};
      return first && last && !(*begin >= *first && *begin < *last);
    });

}  // namespace rollbook
