#include "csv/utf8.h"

#include <algorithm>
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
    while (at + 32 <= text.size() && (std::memcpy(words, text.data() + at, 32), ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) == 0))
      at += 32;
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
  // Japanese comes in runs of pairs: Shift_JIS with leads 81–9F and E0–FC and trails from 40, so that half of a pair may look like
  // a letter; EUC-JP with both halves from A1. Accented letters of Windows-1252 (C0–FF) stand alone among ASCII letters, as do
  // those of DOS (CP437) and old Macintosh systems, which lie below A0.
  std::size_t strong = 0, weak = 0, kana = 0, alone = 0, low = 0, even_runs = 0, odd_runs = 0;
  auto const high = [&](std::size_t i) { return i < text.size() && byte(text, i) >= 0x80; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!high(i)) continue;
    std::size_t run = 0;
    bool euc = true;
    while (high(i + run)) euc &= byte(text, i + run) >= 0xa1, ++run;
    (euc && run % 2 == 0 ? even_runs : odd_runs) += 1;
    auto const end = i + run;
    bool const neighbours = run > 1 || high(end + 1);
    for (; i < end; ++i) {
      auto const b = byte(text, i);
      auto const next = i + 1 < text.size() ? byte(text, i + 1) : 0;
      bool const lead = (b >= 0x81 && b <= 0x9f) || (b >= 0xe0 && b <= 0xfc);
      bool const trail = (next >= 0x40 && next <= 0x7e) || (next >= 0x80 && next <= 0xfc);
      if (b < 0xa0 &&
          std::string_view("\x80\x85\x8a\x8c\x8e\x91\x92\x93\x94\x95\x96\x97\x99\x9a\x9c\x9e\x9f").find(static_cast<char>(b)) == std::string_view::npos)
        ++low;  // curly quotes, dashes and a few letters are Windows-1252's own
      if (lead && trail && (next >= 0x80 || neighbours)) ++strong, ++i;
      else if (lead && trail) ++weak;
      else if (b >= 0xa1 && b <= 0xdf && run > 1) ++kana;
      else ++alone;
    }
  }
  if (strong + weak + kana + alone == 0) return "an unknown encoding";
  if (even_runs > 0 && odd_runs == 0 && low == 0) return "EUC-JP";
  if (strong + kana > 2 * (weak + alone)) return "Shift_JIS";
  return low > alone + weak - std::min(low, alone + weak) && low > 0 ? "an old DOS or Macintosh encoding (CP437, Mac Roman)" : "Windows-1252";
}

}  // namespace rollbook::csv
