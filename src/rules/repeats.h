// Texts that should be unique in the district and are not.
#pragma once

#include <algorithm>
#include <vector>

#include "rules/roster_rule.h"

namespace rollbook {

// Tells every row whose text another row has too, each with its neighbour.
inline void tell_repeats(TableData const& table, std::vector<std::pair<std::uint64_t, csv::Place>> seen, Tell const& tell) {
  std::sort(seen.begin(), seen.end());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (i > 0 && seen[i - 1].first == seen[i].first) tell(table.row_of(seen[i].second), table.row_of(seen[i - 1].second));
    else if (i + 1 < seen.size() && seen[i + 1].first == seen[i].first) tell(table.row_of(seen[i].second), table.row_of(seen[i + 1].second));
  }
}

}  // namespace rollbook
