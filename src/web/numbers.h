// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace rollbook::web {

// 4,812
inline std::string with_thousands(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

}  // namespace rollbook::web
