// Lists that can be downloaded are whole, or are refused with a reason: none ends silently.
#pragma once

#include "report/words.h"
#include "web/page.h"

namespace rollbook::web {

// More rows are no list that somebody reads, but an export. Each is some hundred bytes in memory.
inline constexpr std::size_t most_rows_of_a_sheet = 100'000;

inline Refusal too_long_for_a_sheet() {
  return {413, "This list has more than " + with_separators(most_rows_of_a_sheet) + " rows, too many for one page.",
          "Narrow it down, or hand the roster on with an export, which has no such limit."};
}

}  // namespace rollbook::web
