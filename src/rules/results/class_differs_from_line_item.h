#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto class_differs_from_line_item = row_rule<results>(
    RuleInfo{
        .code = "RES002",
        .name = "class-differs-from-line-item",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "The result says class {classSourcedId}, its line item another one.",
        .why = "The result shows up in a class that did not give it.",
        .fix = "Correct the class of the result, or leave it empty.",
        .checks = "or-6.36",
    },
    "classSourcedId", [](Row<results> const& row) {
      auto const in_class = row[column<results, "classSourcedId">];
      auto const of_item = row.of(row[column<results, "lineItemSourcedId">], column<line_items, "classSourcedId">);
      return in_class && of_item && *in_class != *of_item;
    });

}  // namespace rollbook
