#include "views/local_time.h"

#include "views/wall_clock.h"

#include <date/tz.h>

#include <sstream>

namespace rollbook::views {
namespace {

std::optional<date::sys_seconds> moment_of(std::string const& text) {
  std::istringstream in(text);
  date::sys_seconds moment;
  in >> date::parse("%Y-%m-%dT%H:%M:%SZ", moment);
  if (in.fail()) return std::nullopt;
  return moment;
}

std::optional<date::local_days> day_of(std::string const& text) {
  std::istringstream in(text);
  date::local_days day;
  in >> date::parse("%Y-%m-%d", day);
  if (in.fail() || text.size() != 10) return std::nullopt;
  return day;
}

// The library tells of an unknown zone, and of one that cannot be read, by an exception.
date::time_zone const* zone_called(std::string const& name) {
  try {
    return date::locate_zone(name);
  } catch (std::exception const&) {
    return nullptr;
  }
}

}  // namespace

LocalTime local_time(std::string const& text, std::string const& name) {
  auto const moment = moment_of(text);
  auto const* const zone = zone_called(name);
  if (!moment || zone == nullptr) return {};
  auto const there = date::make_zoned(zone, *moment);
  return {date::format("%Y-%m-%d", there), date::format("%H:%M", there), date::format("%Z", there), date::format("%Ez", there), date::format("%a", there)};
}

std::string beginning_of_day(std::string const& text, std::string const& name) {
  auto const day = day_of(text);
  auto const* const zone = zone_called(name);
  if (!day || zone == nullptr) return {};
  auto const moment = zone->to_sys(date::local_seconds(*day), date::choose::earliest);
  return date::format("%Y-%m-%dT%H:%M:%SZ", moment);
}

std::string day_after(std::string const& text) {
  auto const day = day_of(text);
  return day ? date::format("%Y-%m-%d", *day + date::days(1)) : std::string();
}

std::int32_t day_in(std::string const& name, std::int64_t seconds) {
  date::sys_seconds const moment{std::chrono::seconds(seconds)};
  auto const* const zone = zone_called(name);
  auto const there = zone == nullptr ? date::local_seconds(moment.time_since_epoch()) : zone->to_local(moment);
  date::year_month_day const day(date::floor<date::days>(there));
  return static_cast<std::int32_t>(int{day.year()} * 10000) + static_cast<std::int32_t>(unsigned{day.month()} * 100 + unsigned{day.day()});
}

WallClock wall_clock(std::string const& name) {
  auto const* const zone = zone_called(name);
  if (zone == nullptr) return {[](std::int64_t moment) { return moment; }, [](std::int64_t wall) { return wall; }};
  return {[zone](std::int64_t moment) { return zone->to_local(date::sys_seconds(std::chrono::seconds(moment))).time_since_epoch().count(); },
          [zone](std::int64_t wall) {
            date::local_seconds const shown{std::chrono::seconds(wall)};
            return zone->to_sys(shown, date::choose::earliest).time_since_epoch().count();  // of one that is skipped the moment of the skip
          }};
}

}  // namespace rollbook::views
