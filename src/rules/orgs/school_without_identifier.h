#pragma once

#include "rules/row.h"

namespace rollbook {

inline constexpr auto school_without_identifier = row_rule<orgs>(
    RuleInfo{
        .code = "AMP005",
        .name = "school-without-identifier",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "The school {name} has no identifier.",
        .why = "A unique identifier is needed to manage organizations.",
        .fix = "Fill the identifier of the school in the SIS.",
    },
    "identifier",
    [](Row<orgs> const& row) { return row[column<orgs, "type">].value == word<words::org, "school"> && row.text(column<orgs, "identifier">).empty(); });

}  // namespace rollbook
