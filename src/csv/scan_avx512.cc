// The AVX-512 kernel: comparisons give masks of 64 bytes directly, and a compressing move turns a mask into offsets. Compiled with
// -mavx512bw -mavx512vbmi2 and what comes with them; only called when the processor has them.
#include <immintrin.h>

#include "csv/id_characters.h"
#include "csv/scan_algorithm.h"
#include "csv/scan_kernels.h"
#include "csv/stretch_algorithm.h"

namespace rollbook::csv {
namespace {

struct Avx512Kernel {
  static Masks masks(char const* block) {
    auto const bytes = _mm512_loadu_si512(block);
    auto const is = [&](char byte) -> std::uint64_t { return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte)); };
    return {.comma = is(','),
            .quote = is('"'),
            .newline = is('\n'),
            .control = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)),
            .non_ascii = _mm512_movepi8_mask(bytes)};
  }

  static std::uint64_t ids(char const* block) {
    auto const table = [](std::array<std::uint8_t, 16> const& halves) {
      return _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<__m128i const*>(halves.data())));
    };
    auto const bytes = _mm512_loadu_si512(block);
    auto const high = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(15));
    // A shuffle gives 0 for bytes from 0x80.
    return _mm512_test_epi8_mask(_mm512_shuffle_epi8(table(id_low_halves), bytes), _mm512_shuffle_epi8(table(id_high_halves), high));
  }

  static std::uint64_t different(char const* a, char const* b) { return _mm512_cmpneq_epi8_mask(_mm512_loadu_si512(a), _mm512_loadu_si512(b)); }

  static std::uint64_t equal(char const* block, char byte) { return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(block), _mm512_set1_epi8(byte)); }

  // Compressing the numbers 0 to 63 by the mask leaves just the places of its bits; sixteen of them become offsets at once.
  static void append(std::uint64_t bits, std::uint32_t at, Writer& out) {
    auto const numbers =
        _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30,
                        29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    auto const places = _mm512_maskz_compress_epi8(bits, numbers);
    auto const base = _mm512_set1_epi32(static_cast<int>(at));
    auto* const to = out.cell_ends + out.cells;
    auto const count = static_cast<std::uint32_t>(_mm_popcnt_u64(bits));
    _mm512_storeu_si512(to, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
    if (count > 16) [[unlikely]] {
      _mm512_storeu_si512(to + 16, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 1))));
      _mm512_storeu_si512(to + 32, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 2))));
      _mm512_storeu_si512(to + 48, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 3))));
    }
    out.cells += count;
  }

  static std::uint64_t prefix_xor(std::uint64_t bits) {
    return static_cast<std::uint64_t>(
        _mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(static_cast<char>(0xff)), 0)));
  }
};

}  // namespace

std::uint32_t scan_avx512(char const* text, std::uint32_t from, std::uint32_t to, Structure& out) { return scan_with<Avx512Kernel>(text, from, to, out); }

Stretch same_stretch_avx512(char const* a, char const* b, std::uint64_t size) { return same_stretch_with<Avx512Kernel>(a, b, size); }

}  // namespace rollbook::csv
