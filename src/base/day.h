// Days are numbers, yyyymmdd; people read them with lines between.
#pragma once

#include <cstdint>
#include <string>

namespace rollbook {

// 20260831 as 2026-08-31.
inline std::string day_text(std::int64_t yyyymmdd) {
  auto const padded = [](std::int64_t number, std::size_t digits) {
    auto const text = std::to_string(number);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
  };
  return padded(yyyymmdd / 10000 % 10000, 4) + "-" + padded(yyyymmdd / 100 % 100, 2) + "-" + padded(yyyymmdd % 100, 2);
}

}  // namespace rollbook
