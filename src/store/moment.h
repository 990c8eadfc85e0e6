// Moments are seconds since 1970; in what is stored and told they are written in UTC, as 2026-11-22T01:02:03Z.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/day.h"

namespace rollbook::store {

inline std::string moment_text(std::int64_t seconds) {
  using namespace std::chrono;
  auto const moment = sys_seconds(std::chrono::seconds(seconds));
  auto const midnight = floor<days>(moment);
  year_month_day const day(midnight);
  auto const two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  auto const rest = (moment - midnight).count();
  return day_text(int{day.year()} * 10000 + static_cast<int>(unsigned{day.month()} * 100 + unsigned{day.day()})) + "T" + two(rest / 3600) + ":" +
         two(rest / 60 % 60) + ":" + two(rest % 60) + "Z";
}

}  // namespace rollbook::store
