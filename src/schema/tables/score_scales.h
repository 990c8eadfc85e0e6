// How scores map to grades in a class.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field score_scales_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this score scale, unique in its file."},
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
    {.name = "title", .need = Need::Required, .doc = "Name that people read."},
    {.name = "type", .need = Need::Required, .doc = "What kind it is."},
    {.name = "orgSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Orgs, .doc = "The organization it belongs to."},
    {.name = "courseSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Courses, .doc = "The course it belongs to."},
    {.name = "classSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Classes, .doc = "The class it belongs to."},
    {.name = "scoreScaleValue", .type = Type::Mapping, .need = Need::Required, .doc = "Pairs {from:to}, such as {A:94}."},
};

inline constexpr Table score_scales{.id = TableId::ScoreScales,
                                    .name = "scoreScales",
                                    .one = "score scale",
                                    .domain = Domain::Gradebook,
                                    .in = In::Only12,
                                    .fields = score_scales_fields,
                                    .doc = "How scores map to grades in a class."};
static_assert(well_formed(score_scales));

}  // namespace rollbook
