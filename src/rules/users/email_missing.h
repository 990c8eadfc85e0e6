#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto email_missing = row_rule<users>(
    RuleInfo{
        .code = "AMP001",
        .name = "email-missing",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "{sourcedId} has no e-mail address.",
        .why = "Staff sign in and are invited by e-mail.",
        .fix = "Fill the e-mail address in the SIS.",
    },
    "email", [](Row<users> const& row) { return row.text(column<users, "email">).empty(); });

}  // namespace rollbook
