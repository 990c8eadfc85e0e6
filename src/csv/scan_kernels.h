// The kernels, each compiled for its processor in a file of its own.
#pragma once

#include <cstdint>

#include "csv/scan.h"
#include "csv/stretch.h"

namespace rollbook::csv {

std::uint32_t scan_scalar(char const* text, std::uint32_t from, std::uint32_t to, Structure& out);
std::uint32_t scan_avx512(char const* text, std::uint32_t from, std::uint32_t to, Structure& out);
std::uint32_t scan_avx2(char const* text, std::uint32_t from, std::uint32_t to, Structure& out);

Stretch same_stretch_scalar(char const* a, char const* b, std::uint64_t size);
Stretch same_stretch_avx2(char const* a, char const* b, std::uint64_t size);
Stretch same_stretch_avx512(char const* a, char const* b, std::uint64_t size);

}  // namespace rollbook::csv
