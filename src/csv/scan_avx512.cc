// The AVX-512 kernel: comparisons give masks of 64 bytes directly. Compiled with -mavx512bw and what comes with it; only called
// when the processor has them.
#include <immintrin.h>

#include "csv/scan_algorithm.h"
#include "csv/scan_kernels.h"

namespace rollbook::csv {
namespace {

struct Avx512Kernel {
  static Masks masks(char const* block) {
    auto const bytes = _mm512_loadu_si512(block);
    auto const equal = [&](char byte) -> std::uint64_t { return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte)); };
    return {.comma = equal(','),
            .quote = equal('"'),
            .newline = equal('\n'),
            .carriage = equal('\r'),
            .control = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)),
            .non_ascii = _mm512_movepi8_mask(bytes)};
  }

  static std::uint64_t prefix_xor(std::uint64_t bits) {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(static_cast<char>(0xff)), 0)));
  }
};

}  // namespace

std::uint32_t scan_avx512(char const* text, std::uint32_t from, std::uint32_t to, Structure& out) {
  return scan_with<Avx512Kernel>(text, from, to, out);
}

}  // namespace rollbook::csv
