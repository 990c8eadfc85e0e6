// Time as people of a district see it.
#pragma once

#include <cstdint>
#include <string>

namespace rollbook::views {

// The day it is there, yyyymmdd. `seconds` since 1970; of a zone that nobody knows that of UTC.
std::int32_t day_in(std::string const& time_zone, std::int64_t seconds);

// "2026-11-22 02:14 CST": with the zone, so that nobody has to guess.
std::string local_time(std::string const& time_zone, std::int64_t seconds);

}  // namespace rollbook::views
