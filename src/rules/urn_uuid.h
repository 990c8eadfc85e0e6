// urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx (RFC 4122, section 3): how CASE writes its identifiers.
#pragma once

#include <string_view>

namespace rollbook {

constexpr bool is_urn_uuid(std::string_view text) {
  constexpr std::string_view prefix = "urn:uuid:";
  if (text.size() != prefix.size() + 36 || text.substr(0, prefix.size()) != prefix) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    char const c = text[prefix.size() + i];
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool const hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace rollbook
