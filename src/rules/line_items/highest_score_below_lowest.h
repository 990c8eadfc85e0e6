#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto highest_score_below_lowest = row_rule<line_items>(
    RuleInfo{
        .code = "LIN001",
        .name = "highest-score-below-lowest",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "resultValueMax {resultValueMax} is below resultValueMin {resultValueMin}.",
        .why = "No score can be right.",
        .fix = "Correct the two limits.",
        .checks = "or-6.34",
    },
    "resultValueMax", [](Row<line_items> const& row) {
      auto const low = row[column<line_items, "resultValueMin">], high = row[column<line_items, "resultValueMax">];
      return low && high && *high < *low;
    });

}  // namespace rollbook
