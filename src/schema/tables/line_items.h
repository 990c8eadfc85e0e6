// What is graded: tests, homework, projects.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field line_items_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this line item, unique in its file."},
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
    {.name = "description", .doc = "Free text."},
    {.name = "assignDate", .type = Type::Date, .need = Need::Required, .doc = "Day on which it was set."},
    {.name = "dueDate", .type = Type::Date, .need = Need::Required, .doc = "Day on which it is due."},
    {.name = "classSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Classes, .doc = "The class it belongs to."},
    {.name = "categorySourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Categories, .doc = "The category it belongs to."},
    {.name = "gradingPeriodSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .in = In::Only11,
     .refers_to = TableId::AcademicSessions,
     .doc = "The academic session it belongs to."},
    {.name = "academicSessionSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .in = In::Only12,
     .refers_to = TableId::AcademicSessions,
     .doc = "The academic session it belongs to."},
    {.name = "resultValueMin", .type = Type::Float, .need = Need::RequiredIn11, .doc = "Lowest score, inclusive."},
    {.name = "resultValueMax", .type = Type::Float, .need = Need::RequiredIn11, .doc = "Highest score, inclusive."},
    {.name = "schoolSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .in = In::Only12,
     .refers_to = TableId::Orgs,
     .target_type = "school",
     .doc = "The organization it belongs to."},
};

inline constexpr Table line_items{.id = TableId::LineItems,
                                  .name = "lineItems",
                                  .one = "line item",
                                  .domain = Domain::Gradebook,
                                  .fields = line_items_fields,
                                  .doc = "What is graded: tests, homework, projects."};
static_assert(well_formed(line_items));

}  // namespace rollbook
