#include "csv/utf8.h"

#include <cstdint>
#include <cstring>

namespace rollbook::csv {
namespace {

unsigned char byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// Length of the well-formed character at `at` (RFC 3629, section 4), or 0.
std::size_t character_length(std::string_view text, std::size_t at) {
  auto const first = byte(text, at);
  auto const left = text.size() - at;
  auto const follows = [&](std::size_t i, unsigned char low = 0x80, unsigned char high = 0xbf) {
    return i < left && byte(text, at + i) >= low && byte(text, at + i) <= high;
  };
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    unsigned char const low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    unsigned char const low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t words[4];
    while (at + 32 <= text.size() && (std::memcpy(words, text.data() + at, 32), ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) == 0)) at += 32;
    while (at < text.size() && byte(text, at) < 0x80) ++at;
    while (at < text.size() && byte(text, at) >= 0x80) {
      auto const length = character_length(text, at);
      if (length == 0) return at;
      at += length;
    }
  }
  return std::string_view::npos;
}

Encoding sniff_encoding(std::string_view text) {
  auto const begins = [&](std::string_view mark) { return text.substr(0, mark.size()) == mark; };
  if (text.empty()) return Encoding::Empty;
  if (begins("\xef\xbb\xbf")) return Encoding::Utf8WithBom;
  if (begins(std::string_view("\xff\xfe\0\0", 4)) || begins(std::string_view("\0\0\xfe\xff", 4))) return Encoding::Utf32;
  if (begins("\xff\xfe")) return Encoding::Utf16LittleEndian;
  if (begins("\xfe\xff")) return Encoding::Utf16BigEndian;
  // Without a mark: Latin letters in UTF-16 have a zero in every other byte, and always the same one.
  auto const head = text.substr(0, 64);
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < head.size(); ++i) (i % 2 == 0 ? even : odd) += head[i] == '\0';
  if (head.size() >= 8 && odd * 4 >= head.size() && even == 0) return Encoding::Utf16LittleEndian;
  if (head.size() >= 8 && even * 4 >= head.size() && odd == 0) return Encoding::Utf16BigEndian;
  return Encoding::Utf8;
}

std::string_view guess_legacy_encoding(std::string_view text) {
  // Shift_JIS writes Japanese as pairs (lead 81–9F or E0–FC, trail 40–7E or 80–FC) and half-width kana as A1–DF. In
  // Windows-1252 accented letters (C0–FF) stand alone between ASCII letters. Pairs that hold up speak for Shift_JIS.
  std::size_t pairs = 0, kana = 0, broken = 0, letters = 0, undefined = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const b = byte(text, i);
    if (b < 0x80) continue;
    auto const next = i + 1 < text.size() ? byte(text, i + 1) : 0;
    bool const lead = (b >= 0x81 && b <= 0x9f) || (b >= 0xe0 && b <= 0xfc);
    bool const trail = (next >= 0x40 && next <= 0x7e) || (next >= 0x80 && next <= 0xfc);
    if (b >= 0xc0) ++letters;
    if (b == 0x81 || b == 0x8d || b == 0x8f || b == 0x90 || b == 0x9d) ++undefined;
    if (lead && trail && (next >= 0x80 || b <= 0x9f)) ++pairs, ++i;
    else if (b >= 0xa1 && b <= 0xdf) ++kana;
    else ++broken;
  }
  if (pairs + kana + broken == 0) return "an unknown encoding";
  if (pairs > letters && pairs >= broken * 4 && pairs + kana > 0 && (undefined > 0 || pairs >= kana)) return "Shift_JIS";
  return "Windows-1252";
}

}  // namespace rollbook::csv
