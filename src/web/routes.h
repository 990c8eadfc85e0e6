// Which address is which page, and which right it takes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/page.h"

namespace rollbook::web {

std::span<Route const> routes();

// What an address means. Parts are decoded; a part that cannot be is nobody's.
struct Found {
  Route const* route = nullptr;  // none: there is no such page for this method
  std::vector<std::string> parts;
  std::string format = "html";
  std::string allowed;  // of an address that only other methods have: for the Allow header
};
Found find_route(std::span<Route const> routes, std::string_view method, std::string_view path);

// The place of {district} among the parts of a pattern, if it has one.
std::optional<std::size_t> district_part(std::string_view pattern);

}  // namespace rollbook::web
