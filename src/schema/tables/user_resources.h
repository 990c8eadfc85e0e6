// Which resource a person uses.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field user_resources_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this user resource, unique in its file."},
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
    {.name = "orgSourcedId", .type = Type::Ref, .refers_to = TableId::Orgs, .doc = "The organization it belongs to."},
    {.name = "classSourcedId", .type = Type::Ref, .refers_to = TableId::Classes, .doc = "The class it belongs to."},
    {.name = "resourceSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Resources, .doc = "The resource it belongs to."},
};

inline constexpr Table user_resources{.id = TableId::UserResources,
                                      .name = "userResources",
                                      .one = "user resource",
                                      .domain = Domain::Resources,
                                      .in = In::Only12,
                                      .fields = user_resources_fields,
                                      .doc = "Which resource a person uses."};
static_assert(well_formed(user_resources));

}  // namespace rollbook
