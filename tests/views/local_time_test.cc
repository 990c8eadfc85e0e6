#include "views/local_time.h"

#include <gtest/gtest.h>

namespace rollbook::test {
namespace {

TEST(LocalTime, IsThatOfTheDistrictWithItsZone) {
  EXPECT_EQ(views::local_time("2026-11-22T09:14:00Z", "America/Denver").text(), "2026-11-22 02:14 MST");
  EXPECT_EQ(views::local_time("2026-07-01T03:30:59Z", "America/Denver").text(), "2026-06-30 21:30 MDT");
  EXPECT_EQ(views::local_time("2026-07-01T03:30:00Z", "Asia/Kathmandu").offset, "+05:45");
  EXPECT_EQ(views::local_time("2026-07-01T03:30:00Z", "UTC").text(), "2026-07-01 03:30 UTC");
}

TEST(LocalTime, OfNothingIsBlank) {
  EXPECT_EQ(views::local_time("", "UTC").text(), "");
  EXPECT_EQ(views::local_time("yesterday", "UTC").text(), "");
  EXPECT_EQ(views::local_time("2026-07-01T03:30:00Z", "Middle/Earth").text(), "");
  EXPECT_EQ(views::local_time("2026-07-01T03:30:00Z", "../../etc/passwd").text(), "");
}

TEST(LocalTime, ADayBeginsWhereItIs) {
  EXPECT_EQ(views::beginning_of_day("2026-11-22", "America/Denver"), "2026-11-22T07:00:00Z");
  EXPECT_EQ(views::beginning_of_day("2026-07-01", "America/Denver"), "2026-07-01T06:00:00Z");
  EXPECT_EQ(views::beginning_of_day("2018-11-04", "America/Sao_Paulo"), "2018-11-04T03:00:00Z") << "that day had no midnight";
  EXPECT_EQ(views::beginning_of_day("2026-02-30", "UTC"), "");
  EXPECT_EQ(views::day_after("2026-02-28"), "2026-03-01");
  EXPECT_EQ(views::day_after("soon"), "");
}

}  // namespace
}  // namespace rollbook::test
