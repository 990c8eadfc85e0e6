// What a student got for a line item.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field results_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this result, unique in its file."},
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
    {.name = "studentSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Users, .privacy = Privacy::Identifier, .doc = "The student."},
    {.name = "scoreStatus", .type = Type::Enum, .need = Need::Required, .words = &words::score_status, .doc = "State of the result."},
    {.name = "score", .type = Type::Float, .need = Need::RequiredIn11, .doc = "The score, as a number."},
    {.name = "scoreDate", .type = Type::Date, .need = Need::Required, .doc = "Day of submission, or on which scoreStatus changed."},
    {.name = "comment", .doc = "Remark of the teacher."},
    {.name = "textScore", .in = In::Only12, .doc = "The score, in words."},
    {.name = "classSourcedId", .type = Type::Ref, .in = In::Only12, .refers_to = TableId::Classes, .doc = "The class; the line item's, when given."},
    {.name = "inProgress", .type = Type::Boolean, .in = In::Only12, .doc = "Work has begun."},
    {.name = "incomplete", .type = Type::Boolean, .in = In::Only12, .doc = "Work is incomplete."},
    {.name = "late", .type = Type::Boolean, .in = In::Only12, .doc = "Handed in late."},
    {.name = "missing", .type = Type::Boolean, .in = In::Only12, .doc = "Not handed in."},
};

inline constexpr Table results{.id = TableId::Results,
                               .name = "results",
                               .one = "result",
                               .domain = Domain::Gradebook,
                               .fields = results_fields,
                               .doc = "What a student got for a line item."};
static_assert(well_formed(results));

}  // namespace rollbook
