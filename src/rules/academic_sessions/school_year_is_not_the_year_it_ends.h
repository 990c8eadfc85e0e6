#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto school_year_is_not_the_year_it_ends = row_rule<academic_sessions>(
    RuleInfo{
        .code = "SES002",
        .name = "school-year-is-not-the-year-it-ends",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "schoolYear is {schoolYear}, but the school year ends on {endDate}.",
        .why = "Apps file the year under another one, and last year's classes look like this year's.",
        .fix = "Write the calendar year in which the school year ends.",
        .checks = "or-3.2",
    },
    "schoolYear", [](Row<academic_sessions> const& row) {
      if (row[column<academic_sessions, "type">].value != word<words::session, "schoolYear">) return false;
      auto const year = row[column<academic_sessions, "schoolYear">], end = row[column<academic_sessions, "endDate">];
      if (!year || !end) return false;
      // The end is exclusive: a year that ends with 31 December names 1 January of the next.
      auto const last = *end % 10000 == 101 ? *end / 10000 - 1 : *end / 10000;
      return *year != last && *year != *end / 10000;
    });

}  // namespace rollbook
