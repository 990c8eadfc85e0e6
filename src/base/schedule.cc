#include "base/schedule.h"

namespace rollbook {
namespace {

constexpr std::int64_t day_seconds = 86'400;
// Every schedule has a time within a week; the day that the wall shows may be one off the day of a time that has come.
constexpr std::int64_t days_around = 8;

std::int64_t day_on(WallClock const& clock, std::int64_t moment) {
  auto const wall = clock.shows(moment);
  return wall / day_seconds - (wall % day_seconds < 0);
}

// 1 January 1970 was a Thursday.
bool is_on(Schedule const& schedule, std::int64_t day) { return (schedule.weekdays >> ((day % 7 + 10) % 7) & 1u) != 0; }

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

}  // namespace

std::optional<Schedule> schedule_of(std::string_view text) {
  constexpr std::string_view every = "every-", hours = "-hours";
  if (text.starts_with(every) && text.ends_with(hours) && text.size() > every.size() + hours.size()) {
    auto const n = number(text.substr(every.size(), text.size() - every.size() - hours.size()));
    if (!n || *n < 1 || *n > 12 || 24 % *n != 0) return std::nullopt;
    Schedule out;
    for (int hour = 0; hour < 24; hour += *n) out.minutes.push_back(hour * 60);
    return out;
  }
  auto const at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  auto const days = text.substr(0, at);
  auto const minute = minute_of(text.substr(at + 1));
  if (!minute || (days != "daily" && days != "weekdays")) return std::nullopt;
  return Schedule{days == "daily" ? 0x7fu : 0x1fu, {*minute}};
}

std::optional<std::int64_t> newest_due(Schedule const& schedule, WallClock const& clock, std::int64_t now) {
  auto const today = day_on(clock, now);
  for (auto day = today + 1; day >= today - days_around; --day) {
    if (!is_on(schedule, day)) continue;
    for (auto minute = schedule.minutes.rbegin(); minute != schedule.minutes.rend(); ++minute)
      if (auto const moment = clock.first(day * day_seconds + *minute * 60); moment <= now) return moment;
  }
  return std::nullopt;
}

std::optional<std::int64_t> next_due(Schedule const& schedule, WallClock const& clock, std::int64_t now) {
  auto const today = day_on(clock, now);
  for (auto day = today - 1; day <= today + days_around; ++day) {
    if (!is_on(schedule, day)) continue;
    for (auto const minute : schedule.minutes)
      if (auto const moment = clock.first(day * day_seconds + minute * 60); moment > now) return moment;
  }
  return std::nullopt;
}

}  // namespace rollbook
