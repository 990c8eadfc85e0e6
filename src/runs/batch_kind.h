// The kind of the source that uploads of users.csv belong to, and of their runs.
#pragma once

#include <string_view>

namespace rollbook::runs {

constexpr std::string_view batch_kind = "batch";

}  // namespace rollbook::runs
