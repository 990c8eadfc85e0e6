// The characters that a sourcedId may have: letters, digits and . - _ / @.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rollbook::csv {

constexpr bool is_id_character(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c != 0 && std::string_view(".-_/@").find(static_cast<char>(c)) != std::string_view::npos);
}

// For asking many bytes at once: a byte is one of them when the entry for its low half, and 1 shifted by its high half, share a bit.
inline constexpr auto id_low_halves = [] {
  std::array<std::uint8_t, 16> low{};
  for (unsigned c = 0; c < 128; ++c)
    if (is_id_character(static_cast<unsigned char>(c))) low[c & 15] = static_cast<std::uint8_t>(low[c & 15] | 1u << (c >> 4));
  return low;
}();
inline constexpr std::array<std::uint8_t, 16> id_high_halves = {1, 2, 4, 8, 16, 32, 64, 128};

}  // namespace rollbook::csv
