// Cron expressions: minute, hour, day of the month, month, day of the week, with blanks between. A field is *, numbers, ranges (1-5), lists (1,3,5) and steps
// of these (*/15, 8-18/2); months and days of the week may be named (jan, mon), Sunday is 0 or 7.
//
// As cron has always done: when both the day of the month and the day of the week are limited, either of them suffices. A field that begins with * limits
// nothing in this sense. What never comes, as 30 February, is refused.
#pragma once

#include <string>

#include "base/schedule.h"

namespace rollbook {

// Five words: somebody means a cron expression.
bool looks_like_cron(std::string_view text);

// Nothing when it is none; then `wrong` says what is wrong with it.
std::optional<Schedule> cron_of(std::string_view text, std::string& wrong);

// The days of the week of such a field, bit 0 is Monday.
std::optional<unsigned> weekdays_of(std::string_view field);

}  // namespace rollbook
