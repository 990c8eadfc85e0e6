// Organizations of a delivery beside those of the district.
#include "views/school_match.h"

#include <gtest/gtest.h>

namespace rollbook::test {
namespace {

using views::Decided;
using views::Likeness;
using views::Org;

std::vector<Org> const district = {
    {"s1", "Oak Elementary School", "school"}, {"s2", "Maple School", "school"}, {"s3", "Birch School", "school"}, {"s4", "Birch School", "school"}};

views::SchoolMatch match(Org const& delivered, std::vector<std::pair<std::string, std::string>> const& decisions = {}) {
  return views::match_schools({delivered}, district, decisions).at(0);
}

std::string likely_id(Org const& delivered) {
  auto const one = match(delivered);
  return one.likely ? one.likely->id : "(none)";
}

TEST(SchoolMatch, TheSameIdAndNameIsTheSameOrganization) {
  auto const one = match({"s1", "oak elementary school ", "school"});
  EXPECT_EQ(one.likeness, Likeness::Same);
  EXPECT_EQ(one.likely.value_or(Org()).id, "s1");
  EXPECT_FALSE(one.names_differ());
}

TEST(SchoolMatch, TheSameIdUnderAnotherNameIsFlagged) {
  auto const one = match({"s1", "Cedar Academy", "school"});
  EXPECT_EQ(one.likeness, Likeness::OtherName);
  EXPECT_TRUE(one.names_differ());
}

TEST(SchoolMatch, AnEqualNameCountsMoreThanAnIdThatMeansAnotherSchool) {
  auto const one = match({"s1", "Maple School", "school"});
  EXPECT_EQ(one.likeness, Likeness::OtherId);
  EXPECT_EQ(one.likely.value_or(Org()).id, "s2");
}

TEST(SchoolMatch, ASimilarNameIsProposed) {
  EXPECT_EQ(match({"77", "Oak ES", "school"}).likeness, Likeness::Similar);
  EXPECT_EQ(likely_id({"77", "Oak ES", "school"}), "s1");
  EXPECT_EQ(likely_id({"78", "The Mapple School", "school"}), "s2");
}

TEST(SchoolMatch, TwoOfTheSameNameAreNoProposal) { EXPECT_FALSE(match({"77", "Birch School", "school"}).likely); }

TEST(SchoolMatch, NothingIsLikelyWhereNothingIsAlike) {
  EXPECT_FALSE(match({"77", "Hawthorn Academy", "school"}).likely);
  EXPECT_FALSE(match({"77", "School", "school"}).likely) << "the words that every school has mean nothing";
  EXPECT_FALSE(match({"77", "", "school"}).likely);
}

TEST(SchoolMatch, WhatWasDecidedIsKnown) {
  EXPECT_EQ(match({"17", "Oak", "school"}, {{"17", "s1"}}).decided, Decided::Mapped);
  EXPECT_TRUE(match({"17", "Oak", "school"}, {{"17", "s2"}}).names_differ());
  EXPECT_EQ(match({"17", "Oak", "school"}, {{"17", "ignore"}}).decided, Decided::Ignored);
  auto const created = match({"17", "Oak", "school"}, {{"17", "17"}});
  EXPECT_EQ(created.decided, Decided::Created);
  EXPECT_EQ(created.to, "17");
  EXPECT_EQ(match({"17", "Oak", "school"}, {{"18", "s1"}}).decided, Decided::Open);
}

TEST(SchoolMatch, ANewOrganizationGetsAnIdThatNobodyHas) {
  EXPECT_EQ(views::free_id("17", district), "17");
  EXPECT_EQ(views::free_id("s1", district), "s1-2");
  EXPECT_EQ(views::free_id("a", {{"a", "", ""}, {"a-2", "", ""}}), "a-3");
}

TEST(SchoolMatch, AnIdThatTheMapCannotHoldIsTold) {
  EXPECT_EQ(views::wrong_with_id("s1"), "");
  EXPECT_NE(views::wrong_with_id("s1,s2"), "");
  EXPECT_NE(views::wrong_with_id("a=b"), "");
  EXPECT_NE(views::wrong_with_id(""), "");
}

}  // namespace
}  // namespace rollbook::test
