// Rules that only a source can break whose settings say by what its records are told apart: `sync` asks them, `check` knows no sources.
#pragma once

#include "rules/rule.h"

namespace rollbook {

inline constexpr RuleInfo row_without_identifier{
    .code = "IDN001",
    .name = "row-without-identifier",
    .origin = Origin::Rollbook,
    .since = "0.2",
    .message = "The row has no value in the column that tells the records of this source apart.",
    .why = "Nobody knows whose row it is: taken by its sourcedId alone it could overwrite somebody else. It is left out, and what is stored stays.",
    .fix = "Fill in the identifier in the SIS, or choose another column: \"rollbook source set NAME person-identifier=sourcedId\" (class-, school-identifier).",
};

inline constexpr RuleInfo rows_share_identifier{
    .code = "IDN002",
    .name = "rows-share-identifier",
    .origin = Origin::Rollbook,
    .since = "0.2",
    .message = "Several rows have the same value in the column that tells the records of this source apart.",
    .why = "At most one of them is meant; the others would end up in somebody else's record. All of them are left out, and what is stored stays.",
    .fix = "Find out in the SIS whose identifier it is, and correct the others; siblings and people who were merged are the usual cause.",
};

inline constexpr RuleInfo const* source_rules[] = {&row_without_identifier, &rows_share_identifier};

}  // namespace rollbook
