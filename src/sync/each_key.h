// The keys in a cell of references, one after the other, without a list of them: for what looks at every cell of a roster.
#pragma once

#include <charconv>

#include "sync/stored_row.h"

namespace rollbook {

// Calls f(key) for each.
template <class F>
void each_key(StoredRow const& row, std::size_t column, Stored as, F const& f) {
  if (row.is_null(column)) return;
  if (as == Stored::Key) return f(static_cast<std::uint32_t>(row.number(column)));
  auto const text = row.text(column);
  for (auto const* at = text.data(); at < text.data() + text.size(); ++at) {
    std::uint32_t key = 0;
    at = std::from_chars(at, text.data() + text.size(), key).ptr;
    f(key);
  }
}

}  // namespace rollbook
