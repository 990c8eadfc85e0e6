// What the fuzzers share: a promise that stops the fuzzer when it is broken, and bytes with nothing behind them to hide in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "csv/scan.h"

namespace rollbook::fuzz {

inline void promise(bool kept, char const* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (kept) return;
  std::fprintf(stderr, "%s:%d: a promise is broken\n", file, line);
  std::abort();
}

// A copy with exactly the padding that was promised to the scanners, so that a sanitizer sees the first byte read too many. What
// stands in the padding must not matter; 'fill' says what does.
class Padded {
 public:
  explicit Padded(std::string_view bytes, char fill = '"', std::size_t padding = csv::padding) : size_(bytes.size()), held_(new char[bytes.size() + padding]) {
    if (!bytes.empty()) std::memcpy(held_.get(), bytes.data(), bytes.size());
    std::memset(held_.get() + size_, fill, padding);
  }
  std::string_view text() const { return {held_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> held_;
};

// Takes a byte off the front; 0 when there is none left.
inline std::uint8_t take_byte(std::string_view& bytes) {
  if (bytes.empty()) return 0;
  auto const first = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  return first;
}

inline std::string_view as_text(std::uint8_t const* bytes, std::size_t length) { return {reinterpret_cast<char const*>(bytes), length}; }

}  // namespace rollbook::fuzz
