// Records that are given another id here, and what sources call them: semantics, section 6.
#include <gtest/gtest.h>

#include "runs/edit.h"
#include "runs/school.h"
#include "runs/texts.h"
#include "runs/trace.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

class Rekey : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    sync(two_schools(5));
    auto h = hub();
    auto const rekeyed = runs::rekey(h, district_, "users", "u1_1", "d-77");
    ASSERT_TRUE(rekeyed.ok());
    rekeyed_ = *rekeyed;
  }
  void expect_one_record() {
    EXPECT_EQ(ids("users").size(), 12u);
    EXPECT_EQ(cell("users", "d-77", "familyName"), "Quill1");
    EXPECT_EQ(cell("users", "u1_1", "familyName"), "(none)");
    EXPECT_EQ(cell("enrollments", "e1_1", "userSourcedId"), "d-77");
    EXPECT_NE(cell("demographics", "d-77", "birthDate"), "(none)");
    EXPECT_EQ(cell("demographics", "u1_1", "birthDate"), "(none)");
    EXPECT_EQ(ids("demographics").size(), 10u);
    auto h = hub();
    auto const verified = runs::verify(h, district_);
    ASSERT_TRUE(verified.ok());
    EXPECT_EQ(verified->wrong_total, 0u) << ::testing::PrintToString(verified->wrong);
  }
  // The delivery with another id for the pupil, wherever it stands.
  static Files with_id(std::string const& id) {
    auto files = two_schools(5).files();
    for (auto& [name, text] : files)
      for (std::size_t at = 0; (at = text.find("u1_1,", at)) != std::string::npos; at += id.size()) text.replace(at, 4, id);
    return files;
  }
  static std::map<std::string, std::string> somebody(std::string const& id) {
    return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", "s1"}, {"role", "student"},
            {"username", id},  {"givenName", "New"},    {"familyName", "Kid"}};
  }
  runs::Answer rekeyed_;
};
INSTANTIATE_TEST_SUITE_P(Runs, Rekey, both_databases(), name_of_database);

TEST_P(Rekey, TheSourceGoesOnToUseItsOwnId) {
  EXPECT_EQ(sync(two_schools(5)).outcome, "no_changes");
  expect_one_record();
}

TEST_P(Rekey, DemographicsHaveTheIdOfTheirPerson) {
  expect_one_record();
  auto h = hub();
  EXPECT_TRUE(runs::trace(h, district_, "demographics", "d-77", {}).ok());
  auto const alone = runs::rekey(h, district_, "demographics", "d-77", "d-78");
  ASSERT_FALSE(alone.ok());
  EXPECT_EQ(alone.trouble().text, "The id of a demographic record is the person's: change that with \"rollbook rekey users\".");
  EXPECT_EQ(changes(rekeyed_, "demographics"), "+0 ~1 -0");
  EXPECT_EQ(undo(*rekeyed_.run).outcome, "applied");
  EXPECT_NE(cell("demographics", "u1_1", "birthDate"), "(none)");
  EXPECT_EQ(sync(two_schools(5)).outcome, "no_changes");
}

TEST_P(Rekey, DemographicsThatComeLaterHaveTheIdOfTheirPersonWhenTheyAreHandedOn) {
  auto without = two_schools(5);
  sync(without.drop("demographics", "u1_1"));
  sync(two_schools(5));
  EXPECT_NE(cell("demographics", "d-77", "birthDate"), "(none)");
  EXPECT_EQ(cell("demographics", "u1_1", "birthDate"), "(none)");
}

TEST_P(Rekey, TheSourceTakesToTheNewId) {
  auto const night = sync(with_id("d-77"));
  EXPECT_EQ(night.outcome, "applied") << told(night);
  EXPECT_EQ(changes(night, "users"), "+0 ~1 -0") << "the user name says the new id too";
  EXPECT_EQ(changes(night, "enrollments"), "+0 ~0 -0");
  expect_one_record();
  EXPECT_EQ(sync(with_id("d-77")).outcome, "no_changes");
  DeliveryOf delta;
  delta.mode("enrollments", "delta");
  delta.put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "d-77"}, {"role", "student"}});
  sync(delta);
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "d-77");
  EXPECT_EQ(undo(*night.run).outcome, "applied");
  EXPECT_EQ(ids("users").size(), 12u);
}

TEST_P(Rekey, TheSourceMayGoBackToItsOldId) {
  sync(with_id("d-77"));
  EXPECT_EQ(changes(sync(two_schools(5)), "users"), "+0 ~1 -0");
  expect_one_record();
}

TEST_P(Rekey, SomebodyElseUnderTheNewIdIsLeftOut) {
  auto const night = sync(two_schools(5).put("users", somebody("d-77")));
  EXPECT_EQ(counts(night, "users").excluded, 1u) << told(night);
  EXPECT_NE(told(night).find("id d-77"), std::string::npos);
  expect_one_record();
}

TEST_P(Rekey, SomebodyElseUnderTheNewIdIsLeftOutAlsoWhenTheRecordIsNotListed) {
  auto without = two_schools(5);
  without.drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1").put("users", somebody("d-77"));
  auto const night = sync(without);
  EXPECT_EQ(counts(night, "users").excluded, 1u) << told(night);
  EXPECT_EQ(cell("users", "d-77", "familyName"), "(none)");
  EXPECT_EQ(changes(sync(without), "users"), "+1 ~0 -0") << "now the id is free";
  EXPECT_EQ(cell("users", "d-77", "familyName"), "Kid");
}

TEST_P(Rekey, AnotherSourceThatUsesTheNewIdMeansTheSamePerson) {
  add_source("hr", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  DeliveryOf staff;
  auto row = somebody("d-77");
  row["givenName"] = "Ada1";
  row["familyName"] = "Quill1";
  EXPECT_TRUE(sync(staff.put("users", row), "hr").is_applied());
  EXPECT_EQ(ids("users").size(), 12u);
  DeliveryOf others;
  auto const second = sync(others.put("users", somebody("d-77")), "hr");
  EXPECT_EQ(counts(second, "users").excluded, 1u) << told(second);
  EXPECT_EQ(ids("users").size(), 12u);
}

TEST_P(Rekey, WhoIsGivenTheirOldIdAgainIsKnownByIt) {
  sync(with_id("d-77"));
  EXPECT_EQ(undo(*rekeyed_.run).outcome, "applied");
  EXPECT_EQ(changes(sync(two_schools(5)), "users"), "+0 ~1 -0");
  EXPECT_EQ(ids("users").size(), 12u);
  EXPECT_EQ(cell("enrollments", "e1_1", "userSourcedId"), "u1_1");
}

}  // namespace
}  // namespace rollbook::test
