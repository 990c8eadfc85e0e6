// Who is what at which organization.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field roles_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this role, unique in its file."},
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
    {.name = "userSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .refers_to = TableId::Users,
     .privacy = Privacy::Identifier,
     .doc = "The person it belongs to."},
    {.name = "roleType",
     .type = Type::Enum,
     .need = Need::Required,
     .words = &words::designation,
     .doc = "primary or secondary: one primary role per person and organization."},
    {.name = "role", .type = Type::Enum, .need = Need::Required, .words = &words::role, .privacy = Privacy::Personal, .doc = "What the person is there."},
    {.name = "beginDate", .type = Type::Date, .doc = "First day (inclusive)."},
    {.name = "endDate", .type = Type::Date, .doc = "First day after it (exclusive)."},
    {.name = "orgSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Orgs, .doc = "The organization it belongs to."},
    {.name = "userProfileSourcedId",
     .type = Type::Ref,
     .refers_to = TableId::UserProfiles,
     .privacy = Privacy::Identifier,
     .doc = "The user profile it belongs to."},
};

inline constexpr Table roles{.id = TableId::Roles,
                             .name = "roles",
                             .one = "role",
                             .domain = Domain::Rostering,
                             .in = In::Only12,
                             .fields = roles_fields,
                             .doc = "Who is what at which organization."};
static_assert(well_formed(roles));

}  // namespace rollbook
