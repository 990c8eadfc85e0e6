// Moments as a district's people read them: in its time zone, and with the zone beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rollbook::views {

struct LocalTime {
  std::string day;      // "2026-11-22"
  std::string time;     // "02:14"
  std::string zone;     // "MST", or "-03" where a zone has no letters
  std::string offset;   // "-07:00"
  std::string weekday;  // "Sun"

  std::string text_with_weekday() const { return day.empty() ? "" : weekday + " " + text(); }
  std::string text() const { return day.empty() ? "" : day + " " + time + " " + zone; }
};

// `moment` is UTC as the store writes it: 2026-11-22T01:02:03Z. All blank when it is none, or there is no such zone.
LocalTime local_time(std::string const& moment, std::string const& zone);

// When a day begins there, as the store writes moments; "" when it cannot be told. Where a clock jumps over midnight, the first moment of the day.
std::string beginning_of_day(std::string const& day, std::string const& zone);
// The day behind it: "2026-03-01" → "2026-03-02"; "" when it is no day.
std::string day_after(std::string const& day);

// The day it is there, yyyymmdd. `seconds` since 1970; of a zone that nobody knows that of UTC.
std::int32_t day_in(std::string const& zone, std::int64_t seconds);

}  // namespace rollbook::views
