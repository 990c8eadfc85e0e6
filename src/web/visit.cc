#include <charconv>

#include "web/page.h"

namespace rollbook::web {

std::int64_t Visit::number(std::size_t part) const {
  std::int64_t number = -1;
  if (part >= parts.size()) return -1;
  auto const& text = parts[part];
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0 ? number : -1;
}

std::string Visit::in_district(std::string_view rest) const {
  return "/districts/" + std::to_string(district ? district->id : 0) + (rest.empty() ? "" : "/") + std::string(rest);
}

}  // namespace rollbook::web
