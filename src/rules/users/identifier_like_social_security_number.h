#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto identifier_like_social_security_number = row_rule<users>(
    RuleInfo{
        .code = "AMP004",
        .name = "identifier-like-social-security-number",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "The identifier has nine digits, like a US social security number.",
        .why = "Social security numbers must not be used as identifiers.",
        .fix = "Use an identifier of the district instead.",
    },
    "identifier", [](Row<users> const& row) {
      auto const id = row.text(column<users, "identifier">);
      return id.size() == 9 && std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
    });

}  // namespace rollbook
