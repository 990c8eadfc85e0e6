#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto score_out_of_range = row_rule<results>(
    RuleInfo{
        .code = "RES001",
        .name = "score-out-of-range",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "The score {score} is outside of the limits of line item {lineItemSourcedId}.",
        .why = "Averages come out wrong.",
        .fix = "Correct the score, or the limits of the line item.",
        .checks = "or-6.35",
    },
    "score", [](Row<results> const& row) {
      auto const score = row[column<results, "score">];
      auto const item = row[column<results, "lineItemSourcedId">];
      auto const low = row.of(item, column<line_items, "resultValueMin">), high = row.of(item, column<line_items, "resultValueMax">);
      return score && ((low && *score < *low) || (high && *score > *high));
    });

}  // namespace rollbook
