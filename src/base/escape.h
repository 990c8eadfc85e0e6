// Text that came from somewhere else, made safe for where it goes: valid UTF-8, JSON strings, HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rollbook {

inline constexpr char32_t replacement_character = 0xFFFD;

struct Utf8Point {
  char32_t point;      // U+FFFD where the bytes are not UTF-8
  std::size_t length;  // bytes it took, at least 1
};

// The first code point of `text`, which is not empty. Of a broken sequence it takes the part that could have been one, as
// Unicode recommends, so that one broken character becomes one U+FFFD.
constexpr Utf8Point first_point(std::string_view text) {
  auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  unsigned const lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xC2 || lead > 0xF4) return {replacement_character, 1};

  std::size_t const length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte has narrower bounds after some leads: no overlong forms, no surrogates, nothing beyond U+10FFFF.
  unsigned lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  char32_t point = lead & (0x7Fu >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if (at >= text.size() || byte(at) < lowest || byte(at) > highest) return {replacement_character, at};
    point = point << 6 | (byte(at) & 0x3Fu);
    lowest = 0x80;
    highest = 0xBF;
  }
  return {point, length};
}

constexpr void append_point(std::string& out, char32_t point) {
  auto const put = [&](char32_t byte) { out += static_cast<char>(byte); };
  auto const put_rest = [&](unsigned shift) { put(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6), put_rest(0);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12), put_rest(6), put_rest(0);
  } else {
    put(0xF0 | point >> 18), put_rest(12), put_rest(6), put_rest(0);
  }
}

// Calls `take(point)` for each code point of any bytes.
template <class Take>
constexpr void each_point(std::string_view text, Take&& take) {
  while (!text.empty()) {
    auto const next = first_point(text);
    take(next.point);
    text.remove_prefix(next.length);
  }
}

// Control characters that no format of ours carries raw: C0, DEL and C1 (a terminal obeys C1 even as UTF-8).
constexpr bool is_control(char32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); }

// A JSON string with its quotes. Valid whatever the bytes are.
inline void append_json_string(std::string& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  each_point(text, [&](char32_t point) {
    if (point == '"' || point == '\\') {
      (out += '\\') += static_cast<char>(point);
    } else if (point == '\n') {
      out += "\\n";
    } else if (point == '\r') {
      out += "\\r";
    } else if (point == '\t') {
      out += "\\t";
    } else if (is_control(point)) {
      ((out += "\\u00") += hex[point >> 4]) += hex[point & 15];
    } else {
      append_point(out, point);
    }
  });
  out += '"';
}

// Text for an element or a quoted attribute.
inline void append_html(std::string& out, std::string_view text) {
  each_point(text, [&](char32_t point) {
    switch (point) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        append_point(out, point);
    }
  });
}

}  // namespace rollbook
