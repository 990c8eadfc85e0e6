#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto school_differs_from_class = row_rule<enrollments>(
    RuleInfo{
        .code = "ENR005",
        .name = "school-differs-from-class",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .origin = Origin::Rollbook,
        .message = "The enrollment says school {schoolSourcedId}, the class another one.",
        .why = "The person may be counted at one school and taught at the other.",
        .fix = "Correct the school of the enrollment or of the class.",
    },
    "schoolSourcedId", [](Row<enrollments> const& row) {
      auto const school = row[column<enrollments, "schoolSourcedId">];
      auto const of_class = row.of(row[column<enrollments, "classSourcedId">], column<classes, "schoolSourcedId">);
      return school && of_class && *school != *of_class;
    });

}  // namespace rollbook
