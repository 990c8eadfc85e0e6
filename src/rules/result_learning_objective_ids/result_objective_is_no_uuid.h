#pragma once

#include "rules/row.h"
#include "rules/urn_uuid.h"

namespace rollbook {

inline constexpr auto result_objective_is_no_uuid = row_rule<result_learning_objective_ids>(
    RuleInfo{
        .code = "LOB002",
        .name = "result-objective-is-no-uuid",
        .severity = Severity::Error,
        .strict = Severity::Error,
        .message = "source is case, but learningObjectiveId \"{learningObjectiveId}\" is no urn:uuid.",
        .why = "The learning objective cannot be found in CASE.",
        .fix = "Write urn:uuid: and the identifier of the CASE item.",
        .checks = "or-6.39",
    },
    "learningObjectiveId", [](Row<result_learning_objective_ids> const& row) {
      return row[column<result_learning_objective_ids, "source">].value == word<words::objective_source, "case"> &&
             !row.text(column<result_learning_objective_ids, "learningObjectiveId">).empty() &&
             !is_urn_uuid(row.text(column<result_learning_objective_ids, "learningObjectiveId">));
    });

}  // namespace rollbook
