// Districts, schools and their parents: who belongs to whom.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field orgs_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this organization, unique in its file."},
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
    {.name = "name", .need = Need::Required, .doc = "Name of the organization."},
    {.name = "type", .type = Type::Enum, .need = Need::Required, .words = &words::org, .doc = "What kind it is."},
    {.name = "identifier", .doc = "Human-readable identifier, not the sourcedId."},
    {.name = "parentSourcedId", .type = Type::Ref, .refers_to = TableId::Orgs, .doc = "The organization above it."},
};

inline constexpr Table orgs{.id = TableId::Orgs,
                            .name = "orgs",
                            .one = "organization",
                            .domain = Domain::Rostering,
                            .fields = orgs_fields,
                            .doc = "Districts, schools and their parents: who belongs to whom."};
static_assert(well_formed(orgs));

}  // namespace rollbook
