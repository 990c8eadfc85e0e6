// The AVX2 kernel. Compiled with -mavx2 -mpclmul -mbmi -mpopcnt; only called when the processor has them.
#include <immintrin.h>

#include "csv/id_characters.h"
#include "csv/scan_algorithm.h"
#include "csv/scan_kernels.h"
#include "csv/stretch_algorithm.h"

namespace rollbook::csv {
namespace {

std::uint64_t both(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) | static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

// All ones where a byte is no character of ids.
__m256i beyond_ids(__m256i bytes) {
  auto const table = [](std::array<std::uint8_t, 16> const& halves) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<__m128i const*>(halves.data())));
  };
  auto const high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
  // A shuffle gives 0 for bytes from 0x80.
  auto const shared = _mm256_and_si256(_mm256_shuffle_epi8(table(id_low_halves), bytes), _mm256_shuffle_epi8(table(id_high_halves), high));
  return _mm256_cmpeq_epi8(shared, _mm256_setzero_si256());
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
    return ~both(beyond_ids(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(block))),
                 beyond_ids(_mm256_loadu_si256(reinterpret_cast<__m256i const*>(block + 32))));
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
    return static_cast<std::uint64_t>(
        _mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(static_cast<char>(0xff)), 0)));
  }
};

}  // namespace

std::uint32_t scan_avx2(char const* text, std::uint32_t from, std::uint32_t to, Structure& out) { return scan_with<Avx2Kernel>(text, from, to, out); }

Stretch same_stretch_avx2(char const* a, char const* b, std::uint64_t size) { return same_stretch_with<Avx2Kernel>(a, b, size); }

}  // namespace rollbook::csv
