#include "base/schedule.h"

#include <algorithm>

#include "base/cron.h"

namespace rollbook {
namespace {

constexpr std::int64_t day_seconds = 86'400;
// The rarest day of a schedule is a 29 February, across a year as 2100 that has none. The day that the wall shows may be one off the day of a time that has
// come.
constexpr std::int64_t days_around = 8 * 366 + 1;

std::int64_t day_on(WallClock const& clock, std::int64_t moment) {
  auto const wall = clock.shows(moment);
  return wall / day_seconds - (wall % day_seconds < 0);
}

bool has(unsigned bits, std::int64_t at) { return (bits >> at & 1u) != 0; }

struct MonthAndDay {
  int month, day;
};

// Of the calendar that everybody uses: years are counted from March on, so that the day that comes and goes is their last.
MonthAndDay month_and_day(std::int64_t day) {
  constexpr std::int64_t days_of_era = 146'097, from_march_of_year_0 = 719'468;
  auto const shifted = day + from_march_of_year_0;
  auto const in_era = shifted - (shifted >= 0 ? shifted : shifted - days_of_era + 1) / days_of_era * days_of_era;
  auto const year = (in_era - in_era / 1460 + in_era / 36'524 - in_era / 146'096) / 365;
  auto const in_year = in_era - (365 * year + year / 4 - year / 100);
  auto const month = (5 * in_year + 2) / 153;
  return {static_cast<int>(month < 10 ? month + 3 : month - 9), static_cast<int>(in_year - (153 * month + 2) / 5 + 1)};
}

// 1 January 1970 was a Thursday.
bool is_on(Schedule const& schedule, std::int64_t day) {
  auto const date = month_and_day(day);
  if (!has(schedule.months, date.month)) return false;
  bool const weekday = has(schedule.weekdays, (day % 7 + 10) % 7), of_month = has(schedule.days, date.day);
  return schedule.either_day ? weekday || of_month : weekday && of_month;
}

std::optional<int> number(std::string_view text) {
  if (text.empty() || text.size() > 2) return std::nullopt;
  int value = 0;
  for (auto const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// 06:30
std::optional<int> minute_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  auto const hour = number(text.substr(0, 2)), minute = number(text.substr(3));
  return hour && minute && *hour < 24 && *minute < 60 ? std::optional(*hour * 60 + *minute) : std::nullopt;
}

constexpr std::string_view ways_of_deadlines = "daily@07:00, weekdays@07:00 or mon,wed-fri@07:00";

std::optional<Schedule> every_hours(std::string_view text) {
  constexpr std::string_view every = "every-", hours = "-hours";
  if (!text.starts_with(every) || !text.ends_with(hours) || text.size() <= every.size() + hours.size()) return std::nullopt;
  auto const n = number(text.substr(every.size(), text.size() - every.size() - hours.size()));
  if (!n || *n < 1 || *n > 12 || 24 % *n != 0) return std::nullopt;
  Schedule out;
  for (int hour = 0; hour < 24; hour += *n) out.minutes.push_back(hour * 60);
  return out;
}

}  // namespace

std::optional<Schedule> deadline_of(std::string_view text) {
  auto const at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  auto const days = text.substr(0, at);
  auto const minute = minute_of(text.substr(at + 1));
  auto const on = days == "daily" ? std::optional(0x7fu) : days == "weekdays" ? std::optional(0x1fu) : weekdays_of(days);
  if (!minute || !on) return std::nullopt;
  return Schedule{.weekdays = *on, .minutes = {*minute}};
}

std::optional<Schedule> schedule_of(std::string_view text) {
  std::string wrong;
  if (looks_like_cron(text)) return cron_of(text, wrong);
  if (auto every = every_hours(text)) return every;
  return deadline_of(text);
}

std::string wrong_with_schedule(std::string_view text) {
  if (schedule_of(text)) return "";
  std::string wrong;
  if (looks_like_cron(text)) return cron_of(text, wrong), wrong;
  return "it is written as " + std::string(ways_of_deadlines) +
         ", every-6-hours (1, 2, 3, 4, 6, 8 or 12), or as a cron expression of five fields: 30 18 * * mon-fri";
}

std::string wrong_with_deadline(std::string_view text) { return deadline_of(text) ? "" : "it is written as " + std::string(ways_of_deadlines); }

std::optional<std::int64_t> newest_due(Schedule const& schedule, WallClock const& clock, std::int64_t now) {
  auto const today = day_on(clock, now);
  for (auto day = today + 1; day >= today - days_around; --day) {
    if (!is_on(schedule, day)) continue;
    auto const moment_of = [&](int minute) { return clock.first(day * day_seconds + minute * 60); };
    auto const behind = std::partition_point(schedule.minutes.begin(), schedule.minutes.end(), [&](int minute) { return moment_of(minute) <= now; });
    if (behind != schedule.minutes.begin()) return moment_of(*std::prev(behind));
  }
  return std::nullopt;
}

std::optional<std::int64_t> next_due(Schedule const& schedule, WallClock const& clock, std::int64_t now) {
  auto const today = day_on(clock, now);
  for (auto day = today - 1; day <= today + days_around; ++day) {
    if (!is_on(schedule, day)) continue;
    auto const moment_of = [&](int minute) { return clock.first(day * day_seconds + minute * 60); };
    auto const next = std::partition_point(schedule.minutes.begin(), schedule.minutes.end(), [&](int minute) { return moment_of(minute) <= now; });
    if (next != schedule.minutes.end()) return moment_of(*next);
  }
  return std::nullopt;
}

}  // namespace rollbook
