// The kind of the source that uploads of users.csv belong to, and of their runs.
#pragma once

#include <string>
#include <string_view>

#include "store/sources.h"

namespace rollbook::runs {

constexpr std::string_view batch_kind = "batch";

// Why a OneRoster delivery is not for this source; "" when it is.
inline std::string why_only_uploads(store::Source const& source) {
  if (source.kind != batch_kind) return "";
  return "The source \"" + source.name + "\" takes no deliveries: it belongs to users.csv, which \"rollbook batch\" takes.";
}

}  // namespace rollbook::runs
