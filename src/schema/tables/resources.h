// Learning materials that classes, courses and people use.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field resources_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this resource, unique in its file.",
     .unconfirmed = "whether 1.1 requires it"},
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
    {.name = "vendorResourceId",
     .need = Need::Required,
     .doc = "Identifier given by the vendor, unique for that vendor.",
     .unconfirmed = "whether 1.1 requires it"},
    {.name = "title", .doc = "Name that people read.", .unconfirmed = "whether 1.1 requires it"},
    {.name = "roles", .type = Type::EnumList, .words = &words::resource_role, .doc = "Whom it is made for.", .unconfirmed = "whether 1.1 requires it"},
    {.name = "importance", .type = Type::Enum, .words = &words::importance, .doc = "Main material or an addition.", .unconfirmed = "whether 1.1 requires it"},
    {.name = "vendorId", .doc = "Identifier of the vendor.", .unconfirmed = "whether 1.1 requires it"},
    {.name = "applicationId", .doc = "Identifier of the application.", .unconfirmed = "whether 1.1 requires it"},
};

inline constexpr Table resources{.id = TableId::Resources,
                                 .name = "resources",
                                 .one = "resource",
                                 .domain = Domain::Resources,
                                 .fields = resources_fields,
                                 .doc = "Learning materials that classes, courses and people use."};
static_assert(well_formed(resources));

}  // namespace rollbook
