// What the files of a delivery are called by those who send them.
#pragma once

#include <optional>
#include <string_view>

#include "schema/schema.h"

namespace rollbook {

// The table that a file of this name is taken for, in whatever folder it lies.
std::optional<TableId> table_of_path(std::string_view path);

}  // namespace rollbook
