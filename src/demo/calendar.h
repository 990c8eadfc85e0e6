// Days as integers, because a district is full of "three weeks later"; and the dates of the one school year we invent.
#pragma once

#include <cstdint>

namespace rollbook::demo {

using Day = std::int32_t;  // days since 1970-01-01

struct CivilDate {
  int year, month, day;
};

// The year is taken to begin in March, so the leap day comes last and month lengths follow one straight line.
constexpr Day day_of(int year, int month, int day) {
  auto const y = month <= 2 ? year - 1 : year;
  auto const era = (y >= 0 ? y : y - 399) / 400;
  auto const year_of_era = y - era * 400;
  auto const day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

constexpr CivilDate civil(Day days) {
  auto const z = days + 719468;
  auto const era = (z >= 0 ? z : z - 146096) / 146097;
  auto const day_of_era = z - era * 146097;
  auto const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  auto const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  auto const month = (5 * day_of_year + 2) / 153;
  auto const day = day_of_year - (153 * month + 2) / 5 + 1;
  return {year_of_era + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day};
}

static_assert(day_of(1970, 1, 1) == 0 && day_of(2027, 3, 1) - day_of(2027, 2, 28) == 1);
static_assert(civil(day_of(2024, 2, 29)).day == 29 && civil(day_of(2026, 12, 31)).month == 12);

// Ends are exclusive throughout: the first day after.
inline constexpr Day year_begins = day_of(2026, 8, 10);
inline constexpr Day spring_begins = day_of(2027, 1, 11);
inline constexpr Day year_ends = day_of(2027, 6, 12);
inline constexpr Day the_night_after = day_of(2026, 11, 23);  // when the churn of a "next night" happens

}  // namespace rollbook::demo
