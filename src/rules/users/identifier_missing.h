#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto identifier_missing = row_rule<users>(
    RuleInfo{
        .code = "AMP002",
        .name = "identifier-missing",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "{sourcedId} has no identifier.",
        .why = "A unique identifier is needed to manage students and teachers.",
        .fix = "Fill the identifier in the SIS.",
    },
    "identifier", [](Row<users> const& row) { return row.text(column<users, "identifier">).empty(); });

}  // namespace rollbook
