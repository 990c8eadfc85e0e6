// How far two texts are the same, in whole plain lines: what the comparison of two deliveries skips at memory speed.
#pragma once

#include <cstdint>

#include "csv/scan.h"

namespace rollbook::csv {

struct Stretch {
  std::uint64_t bytes = 0;  // up to and including the last line feed before the first difference
  std::uint64_t lines = 0;
  bool plain = true;  // no blank line, no line that begins with a comma, no line feed inside quotes; else nothing is known
};

// `a` and `b` begin at the start of a line; `size` bytes of each may be read.
Stretch same_stretch(Kernel kernel, char const* a, char const* b, std::uint64_t size);

}  // namespace rollbook::csv
