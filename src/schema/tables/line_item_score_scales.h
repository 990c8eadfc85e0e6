// Which scale a line item uses.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field line_item_score_scales_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this line item score scale, unique in its file."},
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
    {.name = "title", .doc = "Name that people read."},
    {.name = "lineItemSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::LineItems, .doc = "The line item it belongs to."},
    {.name = "scoreScaleSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::ScoreScales, .doc = "The score scale it belongs to."},
};

inline constexpr Table line_item_score_scales{.id = TableId::LineItemScoreScales,
                                              .name = "lineItemScoreScales",
                                              .one = "line item score scale",
                                              .domain = Domain::Gradebook,
                                              .in = In::Only12,
                                              .fields = line_item_score_scales_fields,
                                              .doc = "Which scale a line item uses."};
static_assert(well_formed(line_item_score_scales));

}  // namespace rollbook
