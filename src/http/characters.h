// Which characters may stand where, in what comes over HTTP.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/escape.h"

namespace rollbook::http {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// -1 when it is none.
constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Names of headers and methods.
constexpr bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; });
}

// What a header's value may hold: text and tabs, no other control characters. (Bytes beyond ASCII are old and harmless.)
constexpr bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

// UTF-8 without NUL.
constexpr bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    auto const next = first_point(text);
    if (next.point == 0 || (next.point == replacement_character && text.substr(0, 3) != "\xEF\xBF\xBD")) return false;
    text.remove_prefix(next.length);
  }
  return true;
}

}  // namespace rollbook::http
