#include "http/http.h"

namespace rollbook::http {

std::string_view Head::header(std::string_view name) const {
  for (auto const& header : headers)
    if (header.name == name) return header.value;
  return {};
}

}  // namespace rollbook::http
