#include "csv/mangled.h"

#include <cstdint>
#include <cstring>

namespace rollbook::csv {
namespace {

// The byte that Windows-1252 has for the character at `at`, which moves behind it; 0: it has none.
unsigned legacy_byte(std::string_view text, std::size_t& at) {
  auto const byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  auto const take = [&](std::size_t length, unsigned value) { return at += length, value; };
  if (byte(0) == 0xC2) return take(2, byte(1));
  if (byte(0) == 0xC3) return take(2, byte(1) | 0x40);
  constexpr struct {
    std::string_view text;
    unsigned char byte;
  } special[] = {{"€", 0x80}, {"‚", 0x82}, {"ƒ", 0x83}, {"„", 0x84}, {"…", 0x85}, {"†", 0x86}, {"‡", 0x87}, {"ˆ", 0x88}, {"‰", 0x89},
                 {"Š", 0x8A}, {"‹", 0x8B}, {"Œ", 0x8C}, {"Ž", 0x8E}, {"‘", 0x91}, {"’", 0x92}, {"“", 0x93}, {"”", 0x94}, {"•", 0x95},
                 {"–", 0x96}, {"—", 0x97}, {"˜", 0x98}, {"™", 0x99}, {"š", 0x9A}, {"›", 0x9B}, {"œ", 0x9C}, {"ž", 0x9E}, {"Ÿ", 0x9F}};
  for (auto const& one : special)
    if (text.substr(at).starts_with(one.text)) return take(one.text.size(), one.byte);
  return take(1, 0);
}

// How many bytes of UTF-8 follow this one.
int bytes_behind(unsigned lead) { return lead >= 0xC2 && lead <= 0xDF ? 1 : lead >= 0xE0 && lead <= 0xEF ? 2 : lead >= 0xF0 && lead <= 0xF4 ? 3 : 0; }

}  // namespace

std::size_t find_mangled(std::string_view text, std::size_t from) {
  for (auto at = from; at < text.size();) {
    std::uint64_t eight = 0;
    while (at + 8 <= text.size() && (std::memcpy(&eight, text.data() + at, 8), (eight & 0x8080808080808080) == 0)) at += 8;
    if (at >= text.size()) break;
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    auto const begin = at;
    if (text.substr(at).starts_with("\xEF\xBF\xBD")) return begin;
    auto const more = bytes_behind(legacy_byte(text, at));
    auto next = at;
    int trail = 0;
    for (; trail < more && next < text.size() && static_cast<unsigned char>(text[next]) >= 0x80; ++trail)
      if (auto const byte = legacy_byte(text, next); byte < 0x80 || byte > 0xBF) break;
    if (more > 0 && trail == more) return begin;
  }
  return std::string_view::npos;
}

}  // namespace rollbook::csv
