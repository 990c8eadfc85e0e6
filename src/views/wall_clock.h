// The clock on the walls of a district, for schedules.
#pragma once

#include <string>

#include "base/schedule.h"

namespace rollbook::views {

// Of a zone that nobody knows that of UTC.
WallClock wall_clock(std::string const& zone);

}  // namespace rollbook::views
