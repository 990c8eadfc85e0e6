// What of a zone is a whole delivery.
#include "doors/whole.h"

#include <gtest/gtest.h>

namespace rollbook::doors {
namespace {

using Names = std::vector<std::vector<std::string>>;

constexpr std::int64_t second = 1'000'000'000;

Names taken(std::vector<Arrived> const& files, std::int64_t now, WholeRules const& rules = {}) {
  Names names;
  for (auto const& delivery : sort_arrived(files, rules, now).deliveries) {
    names.emplace_back();
    for (auto const i : delivery) names.back().push_back(files[i].name);
  }
  return names;
}
std::vector<std::string> incomplete(std::vector<Arrived> const& files, std::int64_t now, WholeRules const& rules = {}) {
  std::vector<std::string> names;
  for (auto const i : sort_arrived(files, rules, now).incomplete) names.push_back(files[i].name);
  return names;
}

TEST(Whole, ASoundZipIsTakenAtOnceAndAnotherNever) {
  EXPECT_EQ(taken({{"a.zip", 100 * second, false, true}}, 100), (Names{{"a.zip"}}));
  EXPECT_EQ(taken({{"A.ZIP", 100 * second, false, true}}, 100), (Names{{"A.ZIP"}}));
  EXPECT_EQ(taken({{"a.zip", 100 * second, false, false}}, 100'000), Names{});
  EXPECT_EQ(taken({{"a.zip", 100 * second, true, true}}, 100'000), Names{});
}

TEST(Whole, ZipsAreTakenInTheOrderInWhichTheyCame) {
  EXPECT_EQ(taken({{"a.zip", 9 * second, false, true}, {"b.zip", 5 * second, false, true}}, 10), (Names{{"b.zip"}, {"a.zip"}}));
}

TEST(Whole, LooseFilesWaitForQuiet) {
  std::vector<Arrived> const files = {{"orgs.csv", 100 * second}, {"users.csv", 200 * second}};
  EXPECT_EQ(taken(files, 499), Names{});
  EXPECT_EQ(taken(files, 500), (Names{{"orgs.csv", "users.csv"}}));
  EXPECT_EQ(taken(files, 260, {.quiet = 60}), (Names{{"orgs.csv", "users.csv"}}));
}

TEST(Whole, LooseFilesWaitForTheirMarker) {
  std::vector<Arrived> files = {{"orgs.csv", 100 * second}, {"users.csv", 200 * second}};
  WholeRules const rules{300, {"done.txt"}};
  EXPECT_EQ(taken(files, 100'000, rules), Names{});
  files.push_back({"done.txt", 200 * second, true});
  EXPECT_EQ(taken(files, 200, rules), Names{});
  files.back().unfinished = false;
  EXPECT_EQ(taken(files, 200, rules), (Names{{"orgs.csv", "users.csv", "done.txt"}}));
  EXPECT_EQ(taken({{"done.txt", 1}}, 100'000, rules), Names{});
}

TEST(Whole, WhatWaitsForItsRenameIsNotTakenAndHoldsLooseFiles) {
  for (std::string const name : {"users.csv.part", "users.csv.filepart", "users.csv.TMP", ".users.csv", ".users.csv.x7Hk"}) {
    EXPECT_TRUE(waits_for_its_rename(name)) << name;
    EXPECT_EQ(taken({{name, 1}}, 100'000), Names{}) << name;
    EXPECT_EQ(taken({{"orgs.csv", 1}, {name, 1}}, 100'000), Names{}) << name;
    EXPECT_EQ(incomplete({{name, 100 * second}}, 399), std::vector<std::string>{}) << name;
    EXPECT_EQ(incomplete({{name, 100 * second}}, 400), std::vector<std::string>{name}) << name;
  }
  EXPECT_EQ(taken({{"roster.zip.part", 1, false, true}, {".roster.zip", 1, false, true}}, 100'000), Names{});
}

TEST(Whole, ADeadUploadHoldsTheFilesBesideItAndIsTold) {
  std::vector<Arrived> const files = {{"orgs.csv", second}, {"users.csv", 2 * second, true}, {"a.zip", second, false, false}};
  EXPECT_EQ(taken(files, 100'000), Names{});
  EXPECT_EQ(incomplete(files, 100'000), (std::vector<std::string>{"users.csv", "a.zip"}));
}

TEST(Whole, OtherFilesAreLeftAlone) {
  EXPECT_EQ(taken({{"readme.txt", 1}, {"users.xlsx", 1}}, 100'000), Names{});
  EXPECT_EQ(incomplete({{"readme.txt", 1}}, 100'000), std::vector<std::string>{});
}

}  // namespace
}  // namespace rollbook::doors
