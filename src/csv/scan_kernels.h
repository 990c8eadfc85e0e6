// The kernels, each compiled for its processor in a file of its own.
#pragma once

#include <cstdint>

#include "csv/scan.h"

namespace rollbook::csv {

std::uint32_t scan_scalar(char const* text, std::uint32_t from, std::uint32_t to, Structure& out);
std::uint32_t scan_avx512(char const* text, std::uint32_t from, std::uint32_t to, Structure& out);
std::uint32_t scan_avx2(char const* text, std::uint32_t from, std::uint32_t to, Structure& out);

}  // namespace rollbook::csv
