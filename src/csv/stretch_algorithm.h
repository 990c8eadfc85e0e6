// The algorithm behind same_stretch, over any kernel of stage one.
#pragma once

#include <bit>
#include <cstring>

#include "csv/scan_algorithm.h"
#include "csv/stretch.h"

namespace rollbook::csv {

template <class K>
Stretch same_stretch_with(char const* a, char const* b, std::uint64_t size) {
  Stretch stretch;
  std::uint64_t lines = 0, inside = 0;
  std::uint64_t line_before = 1, carriage_before = 0;  // the stretch begins at the start of a line
  for (std::uint64_t at = 0;; at += 64) {
    char rest_a[64], rest_b[64];
    char const *block_a = a + at, *block_b = b + at;
    if (size - at < 64) {  // the end: what is missing differs
      std::memset(rest_a, 'a', 64), std::memset(rest_b, 'b', 64);
      std::memcpy(rest_a, a + at, size - at), std::memcpy(rest_b, b + at, size - at);
      block_a = rest_a, block_b = rest_b;
    }
    auto const different = K::different(block_a, block_b);
    auto const same = different == 0 ? ~std::uint64_t{0} : (different & (std::uint64_t{0} - different)) - 1;  // all below the first difference
    auto m = K::masks(block_a);
    m.newline &= same, m.quote &= same, m.comma &= same;
    auto const line_starts = (m.newline << 1) | line_before;
    bool plain = (line_starts & (m.newline | m.comma)) == 0;
    if (((m.control & same) ^ m.newline) != 0 || carriage_before != 0) {
      auto const carriage = K::equal(block_a, '\r') & same;
      auto const behind = ((line_starts & carriage) << 1) | carriage_before;
      plain &= (behind & m.newline) == 0;
      carriage_before = (line_starts & carriage) >> 63;
    }
    if ((m.quote | inside) != 0) {
      auto const in = K::prefix_xor(m.quote) ^ inside;
      plain &= (m.newline & in) == 0;
      inside = std::uint64_t{0} - (in >> 63);
    }
    if (!plain) {
      stretch.plain = false;
      return stretch;
    }
    if (m.newline != 0) {
      lines += static_cast<std::uint64_t>(std::popcount(m.newline));
      stretch.bytes = at + static_cast<std::uint64_t>(64 - std::countl_zero(m.newline));
      stretch.lines = lines;
    }
    if (different != 0) return stretch;
    line_before = m.newline >> 63;
  }
}

}  // namespace rollbook::csv
