// Which resource a class uses.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field class_resources_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this class resource, unique in its file.",
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
    {.name = "title", .doc = "Name that people read.", .unconfirmed = "whether 1.1 requires it"},
    {.name = "classSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .refers_to = TableId::Classes,
     .doc = "The class it belongs to.",
     .unconfirmed = "whether 1.1 requires it"},
    {.name = "resourceSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .refers_to = TableId::Resources,
     .doc = "The resource it belongs to.",
     .unconfirmed = "whether 1.1 requires it"},
};

inline constexpr Table class_resources{.id = TableId::ClassResources,
                                       .name = "classResources",
                                       .one = "class resource",
                                       .domain = Domain::Resources,
                                       .fields = class_resources_fields,
                                       .doc = "Which resource a class uses."};
static_assert(well_formed(class_resources));

}  // namespace rollbook
