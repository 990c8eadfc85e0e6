#include "batch/id_cell.h"

#include <algorithm>

#include "csv/id_characters.h"

namespace rollbook::batch {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_id(std::string_view id) {
  return id.size() <= 255 && std::ranges::all_of(id, [](char c) { return csv::is_id_character(static_cast<unsigned char>(c)); });
}

// 1.23E+08: what spreadsheets make of long numbers.
bool is_shortened_number(std::string_view text) {
  auto const e = text.find_first_of("Ee");
  if (e == 0 || e == std::string_view::npos || !is_digit(text.front())) return false;
  auto const power = text.substr(e + 1);
  return text.substr(0, e).find_first_not_of("0123456789.,") == std::string_view::npos && power.size() > 1 && power.front() == '+' &&
         std::ranges::all_of(power.substr(1), is_digit);
}

}  // namespace

What wrong_with_id(std::string_view id) {
  if (is_shortened_number(id)) return What::ShortenedNumber;
  return is_id(id) ? What::Count_ : What::NotAnId;
}

bool is_like_social_security_number(std::string_view id) {
  if (id.size() == 9) return std::ranges::all_of(id, is_digit);
  if (id.size() != 11) return false;
  for (std::size_t i = 0; i < id.size(); ++i)
    if (i == 3 || i == 6 ? id[i] != '-' : !is_digit(id[i])) return false;
  return true;
}

}  // namespace rollbook::batch
