#include <algorithm>

#include "base/text.h"
#include "web/routes.h"

namespace rollbook::web {
namespace {

std::string_view without_slash(std::string_view path) { return path.starts_with('/') ? path.substr(1) : path; }

// The parts of a path, decoded. Nothing when one cannot be, or when it is empty (//).
std::optional<std::vector<std::string>> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  for (auto const& part : split(without_slash(path), '/')) {
    auto decoded = http::percent_decoded(part);
    if (!decoded || decoded->empty()) return std::nullopt;
    parts.push_back(std::move(*decoded));
  }
  return parts;
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::vector<std::string> const& parts) {
  auto const wanted = split(without_slash(pattern), '/');
  if (wanted.size() != parts.size()) return std::nullopt;
  std::vector<std::string> taken;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) taken.push_back(parts[i]);
    else if (wanted[i] != parts[i]) return std::nullopt;
  }
  return taken;
}

void look(std::span<Route const> routes, std::string_view method, std::vector<std::string> const& parts, std::string const& format, Found& found) {
  for (auto const& route : routes) {
    if (format != "html" && route.method != "GET") continue;
    auto taken = match(route.pattern, parts);
    if (!taken) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) {
      found = {&route, std::move(*taken), format, {}};
      return;
    }
    auto const name = route.method == "GET" ? std::string("GET, HEAD") : std::string(route.method);
    if (found.allowed.find(name) == std::string::npos) found.allowed += (found.allowed.empty() ? "" : ", ") + name;
  }
}

}  // namespace

Found find_route(std::span<Route const> routes, std::string_view method, std::string_view path) {
  Found found;
  auto parts = parts_of(path);
  if (!parts) return found;
  // An address with a dress first: /history.json is the history, even where /{name} would take anything.
  for (auto const* const format : {"json", "csv"}) {
    auto const ending = "." + std::string(format);
    if (parts->empty() || !parts->back().ends_with(ending) || parts->back().size() == ending.size()) continue;
    auto bare = *parts;
    bare.back().resize(bare.back().size() - ending.size());
    look(routes, method, bare, format, found);
    if (found.route != nullptr) return found;
  }
  look(routes, method, *parts, "html", found);
  return found;
}

std::optional<std::size_t> district_part(std::string_view pattern) {
  std::size_t at = 0;
  for (auto const& part : split(without_slash(pattern), '/')) {
    if (part == "{district}") return at;
    at += part.starts_with('{') ? 1 : 0;
  }
  return std::nullopt;
}

}  // namespace rollbook::web
