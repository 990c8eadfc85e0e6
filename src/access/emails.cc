#include "access/emails.h"

#include <algorithm>

#include "base/text.h"

namespace rollbook::access {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Words with dots between, none of them empty.
bool is_dotted(std::string_view text, auto const& is_word) {
  for (;;) {
    auto const dot = text.find('.');
    if (!is_word(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_word_of_name(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return is_letter_or_digit(c) || std::string_view("!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
  });
}

bool is_word_of_host(std::string_view word) {
  return !word.empty() && word.size() <= 63 && word.front() != '-' && word.back() != '-' &&
         std::all_of(word.begin(), word.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

}  // namespace

std::string normal_email(std::string_view text) { return lower(trimmed(text)); }

bool is_email(std::string_view email) {
  auto const at = email.rfind('@');
  if (at == std::string_view::npos || at > 64 || email.size() > 254) return false;
  return is_dotted(email.substr(0, at), is_word_of_name) && is_dotted(email.substr(at + 1), is_word_of_host);
}

}  // namespace rollbook::access
