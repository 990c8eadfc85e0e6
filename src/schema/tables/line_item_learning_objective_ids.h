// Which learning objective a line item serves.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field line_item_learning_objective_ids_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this line item learning objective, unique in its file."},
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
    {.name = "lineItemSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::LineItems, .doc = "The line item it belongs to."},
    {.name = "source", .type = Type::Enum, .need = Need::Required, .words = &words::objective_source, .doc = "Who issued the learning objective id."},
    {.name = "learningObjectiveId", .need = Need::Required, .doc = "The learning objective; a urn:uuid when source is case."},
};

inline constexpr Table line_item_learning_objective_ids{.id = TableId::LineItemLearningObjectiveIds,
                                                        .name = "lineItemLearningObjectiveIds",
                                                        .one = "line item learning objective",
                                                        .domain = Domain::Gradebook,
                                                        .in = In::Only12,
                                                        .fields = line_item_learning_objective_ids_fields,
                                                        .doc = "Which learning objective a line item serves."};
static_assert(well_formed(line_item_learning_objective_ids));

}  // namespace rollbook
