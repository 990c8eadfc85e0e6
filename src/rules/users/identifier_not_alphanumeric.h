#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto identifier_not_alphanumeric = row_rule<users>(
    RuleInfo{
        .code = "AMP003",
        .name = "identifier-not-alphanumeric",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "The identifier \"{identifier}\" has characters that are neither letters nor digits.",
        .why = "Identifiers are strings of letters and digits there.",
        .fix = "Use letters and digits only.",
    },
    "identifier", [](Row<users> const& row) {
      auto const id = row.text(column<users, "identifier">);
      return !std::all_of(id.begin(), id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
    });

}  // namespace rollbook
