// Who takes part in which class, and as what.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field enrollments_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this enrollment, unique in its file."},
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
    {.name = "classSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Classes, .doc = "The class it belongs to."},
    {.name = "schoolSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .refers_to = TableId::Orgs,
     .target_type = "school",
     .doc = "The school of the class."},
    {.name = "userSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .refers_to = TableId::Users,
     .privacy = Privacy::Identifier,
     .doc = "The person it belongs to."},
    {.name = "role",
     .type = Type::Enum,
     .need = Need::Required,
     .words = &words::enrollment_role,
     .privacy = Privacy::Personal,
     .doc = "What the person is there."},
    {.name = "primary", .type = Type::Boolean, .doc = "Whether this teacher is the main one; only meaningful for teachers."},
    {.name = "beginDate", .type = Type::Date, .doc = "First day (inclusive)."},
    {.name = "endDate", .type = Type::Date, .doc = "First day after it (exclusive)."},
};

inline constexpr Table enrollments{.id = TableId::Enrollments,
                                   .name = "enrollments",
                                   .one = "enrollment",
                                   .domain = Domain::Rostering,
                                   .fields = enrollments_fields,
                                   .doc = "Who takes part in which class, and as what."};
static_assert(well_formed(enrollments));

}  // namespace rollbook
