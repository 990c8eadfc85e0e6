#include "views/local_time.h"

#include <date/tz.h>

namespace rollbook::views {
namespace {

auto in_zone(std::string const& time_zone, std::int64_t seconds) {
  date::time_zone const* zone = nullptr;
  try {
    zone = date::locate_zone(time_zone);
  } catch (std::runtime_error const&) {  // the library's way to say that it does not know it
    zone = date::locate_zone("UTC");
  }
  return date::make_zoned(zone, date::sys_seconds(std::chrono::seconds(seconds)));
}

}  // namespace

std::int32_t day_in(std::string const& time_zone, std::int64_t seconds) {
  date::year_month_day const day(date::floor<date::days>(in_zone(time_zone, seconds).get_local_time()));
  return static_cast<std::int32_t>(int{day.year()} * 10000) + static_cast<std::int32_t>(unsigned{day.month()} * 100 + unsigned{day.day()});
}

std::string local_time(std::string const& time_zone, std::int64_t seconds) { return date::format("%F %H:%M %Z", in_zone(time_zone, seconds)); }

}  // namespace rollbook::views
