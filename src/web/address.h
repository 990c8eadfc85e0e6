// Addresses with a query: what is empty is left out, what is there is encoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/forms.h"

namespace rollbook::web {

using Query = std::vector<std::pair<std::string_view, std::string>>;

inline std::string address(std::string path, Query const& query) {
  char before = '?';
  for (auto const& [name, value] : query) {
    if (value.empty()) continue;
    (path += before).append(name).append("=").append(http::percent_encoded(value));
    before = '&';
  }
  return path;
}

}  // namespace rollbook::web
