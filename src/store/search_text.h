// What somebody searches for, as a database takes it.
#pragma once

#include <string>
#include <string_view>

namespace rollbook::store {

// False for what no database holds as text: bytes that are not UTF-8, and NUL. PostgreSQL would fail.
bool can_be_text(std::string_view text);

// For LIKE ? ESCAPE '\': whatever has this in it.
std::string anything_with(std::string_view text);

}  // namespace rollbook::store
