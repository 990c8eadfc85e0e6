// Numbers in the records of a zip archive: little-endian, and from people we do not know, so every read stays inside its record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/demand.h"

namespace rollbook {

class ZipRecord {
 public:
  explicit ZipRecord(std::string_view bytes) : bytes_(bytes) {}

  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::size_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  std::uint64_t u64(std::size_t at) const { return number(at, 8); }

 private:
  std::uint64_t number(std::size_t at, std::size_t width) const {
    demand(at <= bytes_.size() && width <= bytes_.size() - at);
    std::uint64_t value = 0;
    for (auto i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes_[at + i]);
    return value;
  }

  std::string_view bytes_;
};

// The record of `length` bytes at `at`, if it lies inside `bytes` and begins with `signature`.
inline std::optional<ZipRecord> zip_record(std::string_view bytes, std::uint64_t at, std::size_t length, std::uint32_t signature) {
  if (at > bytes.size() || length > bytes.size() - at) return std::nullopt;
  auto const record = ZipRecord(bytes.substr(static_cast<std::size_t>(at), length));
  if (record.u32(0) != signature) return std::nullopt;
  return record;
}

// The numbers of a zip64 extra field. A number that does not fit its place in the header is written there as "all bits set",
// and stands in this field instead. Only such numbers stand here, so they can be told apart by their order alone.
class Zip64Numbers {
 public:
  explicit Zip64Numbers(std::string_view extra) {
    while (extra.size() >= 4) {
      auto const head = ZipRecord(extra);
      auto const length = std::size_t{head.u16(2)};
      extra.remove_prefix(4);
      if (length > extra.size()) return;  // someone else's field, broken; whoever needs the numbers will miss them
      if (head.u16(0) == 0x0001) {
        rest_ = extra.substr(0, length);
        return;
      }
      extra.remove_prefix(length);
    }
  }

  // The number itself or, when its 32 bits are full, the next one of the field. Nothing when that is missing.
  std::optional<std::uint64_t> widened(std::uint32_t narrow) {
    if (narrow != 0xFFFF'FFFF) return narrow;
    return next(8);
  }

  std::optional<std::uint64_t> widened_disk(std::uint16_t narrow) {
    if (narrow != 0xFFFF) return narrow;
    return next(4);
  }

 private:
  std::optional<std::uint64_t> next(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    auto const record = ZipRecord(rest_);
    auto const value = width == 8 ? record.u64(0) : record.u32(0);
    rest_.remove_prefix(width);
    return value;
  }

  std::string_view rest_;
};

}  // namespace rollbook
