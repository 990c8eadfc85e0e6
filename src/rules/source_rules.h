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

inline constexpr RuleInfo required_value_is_blank{
    .code = "REQ001",
    .name = "required-value-is-blank",
    .severity = Severity::Warning,
    .strict = Severity::Warning,
    .origin = Origin::Rollbook,
    .since = "0.2",
    .message = "{column} is blank, and this district requires it.",
    .why =
        "The standard allows it, the district does not: something that the district does with its data needs the value. As the source is set, the row is taken "
        "all the same, or left out.",
    .fix = "Fill in the value in the SIS. What is required is set at the source, under Data requirements.",
};

inline constexpr RuleInfo value_is_shared{
    .code = "UNQ001",
    .name = "value-is-shared",
    .origin = Origin::Rollbook,
    .since = "0.2",
    .message = "Another row, or a record that is stored, has the same value in {column}, and this district wants it to be unique.",
    .why = "At most one of them can be meant when somebody is looked up by this value. All rows that say it are left out, and what is stored stays.",
    .fix = "Find out in the SIS whose value it is, and correct the others. What has to be unique is set at the source, under Data requirements.",
};

inline constexpr RuleInfo const* source_rules[] = {&row_without_identifier, &rows_share_identifier, &required_value_is_blank, &value_is_shared};

}  // namespace rollbook
