// The AVX2 kernel. Compiled with -mavx2 -mpclmul -mbmi -mpopcnt; only called when the processor has them.
#include <immintrin.h>

#include "csv/scan_algorithm.h"
#include "csv/scan_kernels.h"
#include "csv/stretch_algorithm.h"

namespace rollbook::csv {
namespace {

std::uint64_t both(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

// In ASCII the characters of ids are four ranges: - . / 0–9, @ A–Z, _, a–z.
__m256i id_characters(__m256i bytes) {
  auto const within = [&](char from, char to) {  // signed: bytes from 0x80 are negative and in no range
    return _mm256_and_si256(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(static_cast<char>(from - 1))), _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(to + 1)), bytes));
  };
  return _mm256_or_si256(_mm256_or_si256(within('-', '9'), within('@', 'Z')), _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('_')), within('a', 'z')));
}

struct Avx2Kernel {
  static Masks masks(char const* block) {
    auto const low = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(block));
    auto const high = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(block + 32));
    auto const is = [&](char byte) {
      auto const wanted = _mm256_set1_epi8(byte);
      return both(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
    };
    // Below 0x20, unsigned: the smaller of byte and 0x1f is the byte itself.
    auto const limit = _mm256_set1_epi8(0x1f);
    return {.comma = is(','),
            .quote = is('"'),
            .newline = is('\n'),
            .control = both(_mm256_cmpeq_epi8(_mm256_min_epu8(low, limit), low), _mm256_cmpeq_epi8(_mm256_min_epu8(high, limit), high)),
            .non_ascii = both(low, high)};
  }

  static std::uint64_t ids(char const* block) {
    return both(id_characters(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(block))), id_characters(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(block + 32))));
  }

  static std::uint64_t different(char const* a, char const* b) {
    auto const half = [](char const* x, char const* y) {
      return _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(x)), _mm256_loadu_si256(reinterpret_cast<__m256i const*>(y)));
    };
    return ~both(half(a, b), half(a + 32, b + 32));
  }

  static std::uint64_t equal(char const* block, char byte) {
    auto const wanted = _mm256_set1_epi8(byte);
    return both(_mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(block)), wanted),
                _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(block + 32)), wanted));
  }

  static void append(std::uint64_t bits, std::uint32_t at, Writer& out) { append_each_bit(bits, at, out); }

  // A carry-less multiplication by all ones xors each bit with all bits below it.
  static std::uint64_t prefix_xor(std::uint64_t bits) {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(static_cast<char>(0xff)), 0)));
  }
};

}  // namespace

std::uint32_t scan_avx2(char const* text, std::uint32_t from, std::uint32_t to, Structure& out) {
  return scan_with<Avx2Kernel>(text, from, to, out);
}

Stretch same_stretch_avx2(char const* a, char const* b, std::uint64_t size) { return same_stretch_with<Avx2Kernel>(a, b, size); }

}  // namespace rollbook::csv
