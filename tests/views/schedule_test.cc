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

TEST(Schedules, AreWrittenInSomeWays) {
  for (auto const* const good :
       {"daily@00:00", "daily@23:59", "weekdays@06:30", "mon,wed-fri@06:30", "sat-sun@06:30", "every-1-hours", "every-12-hours", "30 18 * * mon-fri"})
    EXPECT_TRUE(schedule_of(good)) << good;
  for (auto const* const bad : {"",
                                "daily",
                                "daily@",
                                "daily@6:30",
                                "daily@24:00",
                                "daily@06:60",
                                "sundays@06:30",
                                "every-0-hours",
                                "every-5-hours",
                                "every-24-hours",
                                "every--1-hours",
                                "every-hours",
                                "06:30",
                                "daily@06:30 ",
                                "by-hand",
                                "after-each-run",
                                "fri-mon@06:30",
                                "mon,@06:30",
                                "* * * *",
                                "* * * * * *"})
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

TEST(Schedules, CronExpressionsHaveListsRangesStepsAndNames) {
  EXPECT_EQ(times("30 18 * * mon-fri", "America/Denver", "2026-01-16T13:00:00Z", 2), (Times{"2026-01-17T01:30:00Z", "2026-01-20T01:30:00Z"}));
  EXPECT_EQ(times("0,45 8-18/5 * * *", "UTC", "2026-01-16T08:30:00Z", 4),
            (Times{"2026-01-16T08:45:00Z", "2026-01-16T13:00:00Z", "2026-01-16T13:45:00Z", "2026-01-16T18:00:00Z"}));
  EXPECT_EQ(times("*/20 0 1 Jan,JUL *", "UTC", "2026-01-16T08:30:00Z", 4),
            (Times{"2026-07-01T00:00:00Z", "2026-07-01T00:20:00Z", "2026-07-01T00:40:00Z", "2027-01-01T00:00:00Z"}));
  EXPECT_EQ(times("0 6 * * 0", "UTC", "2026-11-20T00:00:00Z", 1), times("0 6 * * 7", "UTC", "2026-11-20T00:00:00Z", 1));
  EXPECT_EQ(times("0 6 * * sat-sun", "UTC", "2026-11-20T00:00:00Z", 3), (Times{"2026-11-21T06:00:00Z", "2026-11-22T06:00:00Z", "2026-11-28T06:00:00Z"}));
  EXPECT_EQ(times("  0  6 1  *   * ", "UTC", "2026-11-20T00:00:00Z", 1), (Times{"2026-12-01T06:00:00Z"}));
}

TEST(Schedules, OfTwoKindsOfDaysInCronEitherSuffices) {
  EXPECT_EQ(times("0 6 1,15 * mon", "UTC", "2026-11-09T07:00:00Z", 4),
            (Times{"2026-11-15T06:00:00Z", "2026-11-16T06:00:00Z", "2026-11-23T06:00:00Z", "2026-11-30T06:00:00Z"}));
  EXPECT_EQ(times("0 6 */2 * mon", "UTC", "2026-11-09T07:00:00Z", 2), (Times{"2026-11-23T06:00:00Z", "2026-12-07T06:00:00Z"}))
      << "what begins with a star limits, and both must hold";
}

TEST(Schedules, RareDaysAreFound) {
  EXPECT_EQ(times("0 6 29 2 *", "UTC", "2026-11-20T00:00:00Z", 2), (Times{"2028-02-29T06:00:00Z", "2032-02-29T06:00:00Z"}));
  EXPECT_EQ(times("0 6 29 2 *", "UTC", "2096-02-29T06:00:00Z", 1), (Times{"2104-02-29T06:00:00Z"})) << "2100 has none";
  auto const clock = views::wall_clock("UTC");
  EXPECT_EQ(store::moment_text(*newest_due(*schedule_of("0 6 29 2 *"), clock, at("2027-01-01T00:00:00Z"))), "2024-02-29T06:00:00Z");
}

TEST(Schedules, WhatIsWrongWithOneIsSaid) {
  auto const expect = [](std::string_view text, std::string_view part) {
    EXPECT_FALSE(schedule_of(text)) << text;
    EXPECT_NE(wrong_with_schedule(text).find(part), std::string::npos) << text << ": " << wrong_with_schedule(text);
  };
  expect("60 6 * * *", "\"60\" is no minute");
  expect("0 24 * * *", "\"24\" is no hour");
  expect("0 6 0 * *", "\"0\" is no day of the month");
  expect("0 6 * 13 *", "\"13\" is no month");
  expect("0 6 * * funday", "\"funday\" is no day of the week");
  expect("0 6 * * 5-1", "\"5-1\"");
  expect("5/15 6 * * *", "\"5/15\"");
  expect("*/0 6 * * *", "\"*/0\"");
  expect("0 6 , * *", "\",\"");
  expect("0 6 30 2 *", "no year has such a day");
  expect("0 6 31 4,6,9,11 *", "no year has such a day");
  expect("whenever", "daily@07:00");
  EXPECT_EQ(wrong_with_schedule("0 6 * * *"), "");
  EXPECT_EQ(wrong_with_deadline("mon,thu@07:00"), "");
  EXPECT_NE(wrong_with_deadline("0 6 * * *"), "") << "a deadline is a time on days of the week";
  EXPECT_NE(wrong_with_deadline("every-6-hours"), "");
}

TEST(Schedules, CronExpressionsFollowTheClockWhenItIsChanged) {
  EXPECT_EQ(times("30 2 * * *", "America/Denver", "2026-03-07T10:00:00Z", 2), (Times{"2026-03-08T09:00:00Z", "2026-03-09T08:30:00Z"}));
  EXPECT_EQ(times("*/30 1-2 * * *", "America/Denver", "2026-03-08T08:00:00Z", 2), (Times{"2026-03-08T08:30:00Z", "2026-03-08T09:00:00Z"}));
  EXPECT_EQ(times("*/30 * * * *", "America/Denver", "2026-03-08T08:30:00Z", 2), (Times{"2026-03-08T09:00:00Z", "2026-03-08T09:30:00Z"}))
      << "the skipped half hours and three o'clock are one moment";
  EXPECT_EQ(times("30 1 * * *", "America/Denver", "2026-10-31T12:00:00Z", 2), (Times{"2026-11-01T07:30:00Z", "2026-11-02T08:30:00Z"}));
  EXPECT_EQ(times("*/15 * * * *", "Australia/Lord_Howe", "2026-04-04T14:30:00Z", 2), (Times{"2026-04-04T14:45:00Z", "2026-04-04T15:30:00Z"}))
      << "half an hour is shown twice there";
}

// Whatever the place and whatever the moment: the next one is behind it, nothing lies between, and a day has each of its times once.
TEST(Schedules, AgreeWithThemselvesOverAYearOfEveryKindOfClock) {
  for (auto const* const zone :
       {"America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia", "Nowhere/AtAll"}) {
    auto const clock = views::wall_clock(zone);
    for (auto const* const text : {"daily@02:15", "weekdays@00:00", "every-1-hours", "every-8-hours", "0 0-23 * * *"}) {
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
                          : text[6] == '1' || text[0] == '0'               ? 364 * 24
                                                                           : 364 * 3;
      EXPECT_NEAR(static_cast<double>(count), wanted, 3) << zone << " " << text;
    }
  }
}

}  // namespace
}  // namespace rollbook::test
