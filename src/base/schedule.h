// Times of the day on days of the year, as the clock on some wall shows them, and the moments that they come to. Nothing here knows the time or a zone: whoever
// asks brings a clock.
//
// Each time comes once a day, whatever happens to the clock. A time that is skipped comes at the moment of the skip; of one that is shown twice the first
// counts. So "every hour" is silent for two hours on the night when the clock goes back, and nothing is done twice.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook {

// Seconds on a wall are counted as if it hung in UTC.
struct WallClock {
  std::function<std::int64_t(std::int64_t moment)> shows = {};
  // The first moment at which it shows that; where it skips that, the moment of the skip.
  std::function<std::int64_t(std::int64_t wall)> first = {};
};

struct Schedule {
  unsigned weekdays = 0x7f;           // bit 0 is Monday
  std::vector<int> minutes = {};      // of the day, ascending, at least one
  unsigned days = ~0u, months = ~0u;  // bit 1 is the first
  bool either_day = false;            // a day of the month or of the week suffices; else it must be both
};

// daily@06:30, weekdays@06:30 (Monday to Friday), mon,wed-fri@06:30, every-6-hours (counted from midnight; 1, 2, 3, 4, 6, 8 or 12), or a cron expression
// (base/cron.h); nothing when it is none of these.
std::optional<Schedule> schedule_of(std::string_view text);
// A time on days of the week, and nothing else: daily@07:00, weekdays@07:00, mon,wed-fri@07:00.
std::optional<Schedule> deadline_of(std::string_view text);
// What is wrong with what is none: a part of a sentence that says what it may be.
std::string wrong_with_schedule(std::string_view text);
std::string wrong_with_deadline(std::string_view text);

// The newest time that has come, at `now` at the latest.
std::optional<std::int64_t> newest_due(Schedule const& schedule, WallClock const& clock, std::int64_t now);
// The first one behind `now`.
std::optional<std::int64_t> next_due(Schedule const& schedule, WallClock const& clock, std::int64_t now);

}  // namespace rollbook
