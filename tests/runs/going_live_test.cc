// A source in trial goes live when somebody has said of its organizations which ones of the district they are; by whichever door.
#include "runs/going_live.h"

#include "runs/many_schools.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class GoingLive : public Runs {
 protected:
  bool is_live(std::string const& name) { return store::find_source(home_->operations(), district_, name)->settings.is("live"); }
  // One source is live; the other one is a trial, and its first delivery waits.
  std::int64_t second_in_trial() {
    add_source();
    EXPECT_TRUE(sync(two_schools(2)).is_applied());
    add_source("hr", {});
    auto const held = sync(two_schools(2), "hr");
    EXPECT_TRUE(held_for(held, "trial")) << told(held);
    return *held.run;
  }
  static constexpr char const* why =
      "Still to be decided: 3 (Larkspur, School 1, School 2). That is done in the portal, in the setup of the source under Organizations, or by \"rollbook "
      "source set hr map.schools=d=ID,…\"";
};
INSTANTIATE_TEST_SUITE_P(Runs, GoingLive, both_databases(), name_of_database);

TEST_P(GoingLive, AnApprovalWithOrganizationsThatNobodyDecidedIsRefused) {
  auto const run = second_in_trial();
  auto const refused = approve(run);
  EXPECT_EQ(refused.outcome.find("trouble: With this the source hr would go live, and it cannot yet."), 0u) << refused.outcome;
  EXPECT_NE(refused.outcome.find(why), std::string::npos) << refused.outcome;
  EXPECT_EQ(decision_of(run), "open");
  EXPECT_FALSE(is_live("hr"));
}

TEST_P(GoingLive, OnceTheyAreDecidedItGoesLive) {
  auto const run = second_in_trial();
  set("hr", {{"map.schools", "d=d,s1=s1"}, {"alias.organizations", "s2=s2"}});
  auto const approved = approve(run);
  EXPECT_TRUE(approved.is_applied()) << told(approved);
  EXPECT_TRUE(is_live("hr"));
}

TEST_P(GoingLive, TheFirstSourceOfADistrictHasNothingToDecide) {
  add_source("sis", {});
  auto const held = sync(two_schools(2));
  EXPECT_TRUE(approve(*held.run).is_applied());
  EXPECT_TRUE(is_live("sis"));
}

TEST_P(GoingLive, ADigestApprovesNoMoreThanAPerson) {
  second_in_trial();
  auto const dry = dry_run(two_schools(3), "hr");
  auto const held = sync(two_schools(3), "hr", dry.digest);
  EXPECT_EQ(held.outcome, "held") << told(held);
  EXPECT_NE(told(held).find("With this the source hr would go live, and it cannot yet."), std::string::npos) << told(held);
  EXPECT_FALSE(is_live("hr"));
}

TEST_P(GoingLive, WhatComesLastIsAskedWhenAPersonSetsItLive) {
  second_in_trial();
  auto h = hub();
  auto const hr = *store::find_source(home_->operations(), district_, "hr");
  EXPECT_NE(runs::why_not_live(h, district_, hr).find(why), std::string::npos);
  EXPECT_EQ(runs::why_not_live(h, district_, *store::find_source(home_->operations(), district_, "sis")), "");
  add_source("new", {});
  EXPECT_EQ(runs::why_not_live(h, district_, *store::find_source(home_->operations(), district_, "new")), "") << "nothing has come yet";
}

TEST_P(GoingLive, ALiveSourceIsNotAsked) {
  auto const run = second_in_trial();
  set("hr", {{"live", "yes"}});
  EXPECT_TRUE(approve(run).is_applied());
}

}  // namespace
}  // namespace rollbook::test
