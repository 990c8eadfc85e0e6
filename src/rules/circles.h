// Records that are, through their parents, part of themselves.
#pragma once

#include <vector>

#include "rules/roster_rule.h"

namespace rollbook {

// Tells every row that stands on a circle of parents. Walks up from each row, colouring as it goes: a row met again on the same walk
// closes a circle.
inline void tell_circles(std::vector<std::int32_t> const& parents, Tell const& tell) {
  std::vector<std::uint32_t> colour(parents.size(), 0);
  for (std::uint32_t start = 0; start < parents.size(); ++start) {
    auto at = static_cast<std::int32_t>(start);
    while (has_value(at) && colour[static_cast<std::size_t>(at)] == 0) {
      colour[static_cast<std::size_t>(at)] = start + 1;
      at = parents[static_cast<std::size_t>(at)];
    }
    if (!has_value(at) || colour[static_cast<std::size_t>(at)] != start + 1) continue;
    for (auto const first = at;;) {
      auto const next = parents[static_cast<std::size_t>(at)];
      tell(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(next));
      if ((at = next) == first) break;
    }
  }
}

}  // namespace rollbook
