// Kinds of line items in the gradebook.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field categories_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this category, unique in its file."},
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
    {.name = "title", .need = Need::Required, .doc = "Name of the category."},
    {.name = "weight", .type = Type::Int, .in = In::Only12, .doc = "Whole percent, without a percent sign."},
};

inline constexpr Table categories{.id = TableId::Categories,
                                  .name = "categories",
                                  .one = "category",
                                  .domain = Domain::Gradebook,
                                  .fields = categories_fields,
                                  .doc = "Kinds of line items in the gradebook."};
static_assert(well_formed(categories));

}  // namespace rollbook
