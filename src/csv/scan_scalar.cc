// The scalar kernel: one byte after the other. Slow, obvious, and the measure of the others.
#include "csv/scan_algorithm.h"
#include "csv/scan_kernels.h"
#include "csv/stretch_algorithm.h"

namespace rollbook::csv {
namespace {

struct ScalarKernel {
  static Masks masks(char const* block) {
    Masks m{};
    for (int i = 0; i < 64; ++i) {
      auto const byte = static_cast<unsigned char>(block[i]);
      auto const bit = std::uint64_t{1} << i;
      if (byte == ',') m.comma |= bit;
      if (byte == '"') m.quote |= bit;
      if (byte == '\n') m.newline |= bit;
      if (byte < 0x20) m.control |= bit;
      if (byte >= 0x80) m.non_ascii |= bit;
    }
    return m;
  }

  static std::uint64_t ids(char const* block) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) {
      char const c = block[i];
      bits |= std::uint64_t{(c >= '-' && c <= '9') || (c >= '@' && c <= 'Z') || c == '_' || (c >= 'a' && c <= 'z')} << i;
    }
    return bits;
  }

  static std::uint64_t different(char const* a, char const* b) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= std::uint64_t{a[i] != b[i]} << i;
    return bits;
  }

  static std::uint64_t equal(char const* block, char byte) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) bits |= std::uint64_t{block[i] == byte} << i;
    return bits;
  }

  static void append(std::uint64_t bits, std::uint32_t at, Writer& out) { append_each_bit(bits, at, out); }

  static std::uint64_t prefix_xor(std::uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }
};

}  // namespace

std::uint32_t scan_scalar(char const* text, std::uint32_t from, std::uint32_t to, Structure& out) { return scan_with<ScalarKernel>(text, from, to, out); }

Stretch same_stretch_scalar(char const* a, char const* b, std::uint64_t size) { return same_stretch_with<ScalarKernel>(a, b, size); }

}  // namespace rollbook::csv
