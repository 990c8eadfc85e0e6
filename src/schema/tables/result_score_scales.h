// Which scale a result uses.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field result_score_scales_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this result score scale, unique in its file."},
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
    {.name = "resultSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Results, .doc = "The result it belongs to."},
    {.name = "scoreScaleSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::ScoreScales, .doc = "The score scale it belongs to."},
};

inline constexpr Table result_score_scales{.id = TableId::ResultScoreScales,
                                           .name = "resultScoreScales",
                                           .one = "result score scale",
                                           .domain = Domain::Gradebook,
                                           .in = In::Only12,
                                           .fields = result_score_scales_fields,
                                           .doc = "Which scale a result uses."};
static_assert(well_formed(result_score_scales));

}  // namespace rollbook
