#include "store/search_text.h"

#include "csv/utf8.h"

namespace rollbook::store {

bool can_be_text(std::string_view text) { return text.find('\0') == std::string_view::npos && csv::first_invalid_utf8(text) == std::string_view::npos; }

std::string anything_with(std::string_view text) {
  std::string pattern = "%";
  for (char const c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace rollbook::store
