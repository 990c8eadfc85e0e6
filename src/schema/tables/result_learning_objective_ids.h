// Which learning objective a result speaks of.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field result_learning_objective_ids_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this result learning objective, unique in its file."},
    {.name = "status",
     .type = Type::Enum,
     .need = Need::DeltaOnly,
     .words = &words::status,
     .doc = "active or tobedeleted in delta files; blank in bulk files."},
    {.name = "dateLastModified",
     .type = Type::DateTime,
     .need = Need::DeltaOnly,
     .aliases = "dataLastModified dateModified",
     .doc = "When the record last changed, in UTC; blank in bulk files."},
    {.name = "resultSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Results, .doc = "The result it belongs to."},
    {.name = "source", .type = Type::Enum, .need = Need::Required, .words = &words::objective_source, .doc = "Who issued the learning objective id."},
    {.name = "learningObjectiveId", .need = Need::Required, .doc = "The learning objective; a urn:uuid when source is case."},
    {.name = "score", .type = Type::Float, .doc = "The score, as a number."},
    {.name = "textScore", .doc = "The score, in words."},
};

inline constexpr Table result_learning_objective_ids{.id = TableId::ResultLearningObjectiveIds,
                                                     .name = "resultLearningObjectiveIds",
                                                     .one = "result learning objective",
                                                     .domain = Domain::Gradebook,
                                                     .in = In::Only12,
                                                     .fields = result_learning_objective_ids_fields,
                                                     .doc = "Which learning objective a result speaks of."};
static_assert(well_formed(result_learning_objective_ids));

}  // namespace rollbook
