// What a record is known by besides its id: groups of fields; whoever agrees in all of one group is the same person or thing.
#pragma once

#include <span>
#include <string_view>

#include "schema/schema.h"

namespace rollbook {

using KnownBy = std::span<std::string_view const>;

// Empty for tables whose rows have no name of their own.
std::span<KnownBy const> known_by(TableId table);

}  // namespace rollbook
