// Schedules on the clocks of real places, over the days when these are changed; moments as the store writes them.
#include "base/schedule.h"

#include <gtest/gtest.h>

#include <date/date.h>

#include <sstream>

#include "store/moment.h"
#include "views/wall_clock.h"

namespace rollbook::test {
namespace {

std::int64_t at(std::string const& text) {
  std::istringstream in(text);
  date::sys_seconds moment;
  in >> date::parse("%Y-%m-%dT%H:%M:%SZ", moment);
  EXPECT_FALSE(in.fail()) << text;
  return moment.time_since_epoch().count();
}

// The next ones, behind a moment.
std::vector<std::string> times(std::string const& schedule, std::string const& zone, std::string const& behind, int how_many) {
  auto const parsed = schedule_of(schedule);
  EXPECT_TRUE(parsed) << schedule;
  std::vector<std::string> all;
  auto const clock = views::wall_clock(zone);
  auto now = at(behind);
  for (int i = 0; i < how_many; ++i) all.push_back(store::moment_text(now = *next_due(*parsed, clock, now)));
  return all;
}
using Times = std::vector<std::string>;

TEST(Schedules, AreWrittenInThreeWays) {
  for (auto const* const good : {"daily@00:00", "daily@23:59", "weekdays@06:30", "every-1-hours", "every-12-hours"}) EXPECT_TRUE(schedule_of(good)) << good;
  for (auto const* const bad : {"", "daily", "daily@", "daily@6:30", "daily@24:00", "daily@06:60", "sundays@06:30", "every-0-hours", "every-5-hours",
                                "every-24-hours", "every--1-hours", "every-hours", "06:30", "daily@06:30 ", "by-hand", "after-each-run"})
    EXPECT_FALSE(schedule_of(bad)) << bad;
}

TEST(Schedules, FollowTheClockOfTheDistrict) {
  EXPECT_EQ(times("daily@06:30", "America/Denver", "2026-01-15T13:30:00Z", 2), (Times{"2026-01-16T13:30:00Z", "2026-01-17T13:30:00Z"}));
  EXPECT_EQ(times("daily@06:30", "America/Denver", "2026-03-06T20:00:00Z", 3), (Times{"2026-03-07T13:30:00Z", "2026-03-08T12:30:00Z", "2026-03-09T12:30:00Z"}));
  EXPECT_EQ(times("weekdays@06:30", "UTC", "2026-11-20T06:30:00Z", 2), (Times{"2026-11-23T06:30:00Z", "2026-11-24T06:30:00Z"})) << "from Friday to Monday";
  EXPECT_EQ(times("every-6-hours", "Asia/Kathmandu", "2026-01-01T00:00:00Z", 3),
            (Times{"2026-01-01T00:15:00Z", "2026-01-01T06:15:00Z", "2026-01-01T12:15:00Z"}));
}

TEST(Schedules, ATimeThatIsSkippedComesAtTheSkip) {
  EXPECT_EQ(times("daily@02:30", "America/Denver", "2026-03-07T10:00:00Z", 2), (Times{"2026-03-08T09:00:00Z", "2026-03-09T08:30:00Z"}));
  EXPECT_EQ(times("every-1-hours", "America/Denver", "2026-03-08T07:30:00Z", 3),
            (Times{"2026-03-08T08:00:00Z", "2026-03-08T09:00:00Z", "2026-03-08T10:00:00Z"}))
      << "two and three o'clock are one moment, and come once";
  EXPECT_EQ(times("daily@00:00", "America/Sao_Paulo", "2018-11-03T12:00:00Z", 2), (Times{"2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"}))
      << "that day had no midnight";
}

TEST(Schedules, OfATimeThatIsShownTwiceTheFirstCounts) {
  EXPECT_EQ(times("daily@01:30", "America/Denver", "2026-10-31T12:00:00Z", 2), (Times{"2026-11-01T07:30:00Z", "2026-11-02T08:30:00Z"}));
  EXPECT_EQ(times("every-1-hours", "America/Denver", "2026-11-01T06:30:00Z", 2), (Times{"2026-11-01T07:00:00Z", "2026-11-01T09:00:00Z"}))
      << "silent for two hours";
}

TEST(Schedules, OfMissedOnesTheNewestIsTold) {
  auto const clock = views::wall_clock("America/Denver");
  auto const newest = [&](std::string const& schedule, std::string const& now) {
    auto const found = newest_due(*schedule_of(schedule), clock, at(now));
    return found ? store::moment_text(*found) : "";
  };
  EXPECT_EQ(newest("daily@06:30", "2026-01-15T13:29:59Z"), "2026-01-14T13:30:00Z");
  EXPECT_EQ(newest("daily@06:30", "2026-01-15T13:30:00Z"), "2026-01-15T13:30:00Z");
  EXPECT_EQ(newest("weekdays@06:30", "2026-11-23T13:29:00Z"), "2026-11-20T13:30:00Z");
  EXPECT_EQ(newest("daily@01:30", "2026-11-01T08:10:00Z"), "2026-11-01T07:30:00Z") << "while 01:10 is shown for the second time";
}

// Whatever the place and whatever the moment: the next one is behind it, nothing lies between, and a day has each of its times once.
TEST(Schedules, AgreeWithThemselvesOverAYearOfEveryKindOfClock) {
  for (auto const* const zone :
       {"America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia", "Nowhere/AtAll"}) {
    auto const clock = views::wall_clock(zone);
    for (auto const* const text : {"daily@02:15", "weekdays@00:00", "every-1-hours", "every-8-hours"}) {
      auto const schedule = *schedule_of(text);
      std::int64_t count = 0;
      auto const from = at("2026-01-01T12:30:00Z"), to = from + 364 * 86'400;
      for (auto now = from; now < to; ++count) {
        auto const next = *next_due(schedule, clock, now);
        ASSERT_GT(next, now) << zone << " " << text;
        ASSERT_EQ(*newest_due(schedule, clock, next), next);
        if (now != from) {
          ASSERT_EQ(*newest_due(schedule, clock, next - 1), now) << zone << " " << text;
        }
        now = next;
      }
      auto const wanted = std::string_view(text).starts_with("daily")      ? 364
                          : std::string_view(text).starts_with("weekdays") ? 260
                          : text[6] == '1'                                 ? 364 * 24
                                                                           : 364 * 3;
      EXPECT_NEAR(static_cast<double>(count), wanted, 3) << zone << " " << text;
    }
  }
}

}  // namespace
}  // namespace rollbook::test
