// An organization is deleted: what goes with it, what stays, and that all of it comes back.
#include "runs/cascade.h"

#include <gtest/gtest.h>

#include "runs/edit.h"
#include "runs/many_schools.h"
#include "runs/names.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

class Cascade : public Runs {
 protected:
  void begin(DeliveryOf const& first = two_schools(3)) {
    add_source();
    ASSERT_TRUE(sync(first).is_applied());
  }
  std::uint32_t key_of(std::string const& id) {
    auto const roster = home_->roster(district_.id);
    return runs::key_of_id(**roster, TableId::Orgs, id).value_or(no_key);
  }
  // It is looked at, and held.
  runs::Answer ask(std::string const& org) {
    auto h = hub();
    auto const answer = runs::work_off(h, district_, "cascade", runs::queue_cascade(h, district_, key_of(org)));
    EXPECT_TRUE(answer.ok()) << answer.trouble().text;
    return answer ? *answer : runs::Answer();
  }
  runs::Answer remove(std::string const& org) { return approve(*ask(org).run); }
  void TearDown() override {
    if (home_) expect_sound();
    Runs::TearDown();
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Cascade, both_databases(), name_of_database);

TEST_P(Cascade, IsCountedByTableAndWaitsForAPerson) {
  begin();
  auto const before = exported();
  auto const answer = ask("s1");
  EXPECT_EQ(answer.outcome, "held");
  EXPECT_TRUE(held_for(answer, "destructive"));
  EXPECT_EQ(answer.kind, "cascade");
  EXPECT_EQ(changes(answer, "orgs"), "+0 ~0 -1");
  EXPECT_EQ(changes(answer, "classes"), "+0 ~0 -1");
  EXPECT_EQ(changes(answer, "users"), "+0 ~0 -4") << "three students and their teacher";
  EXPECT_EQ(changes(answer, "demographics"), "+0 ~0 -3");
  EXPECT_EQ(changes(answer, "enrollments"), "+0 ~0 -4");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(discard(*answer.run).decision, "discarded");
  EXPECT_EQ(exported(), before);
}

TEST_P(Cascade, GoesWithAllThatBelongsToIt) {
  begin();
  auto const answer = remove("s1");
  EXPECT_EQ(answer.outcome, "applied");
  EXPECT_EQ(answer.revision, 2);
  EXPECT_FALSE(has("orgs", "s1"));
  EXPECT_FALSE(has("classes", "c1"));
  EXPECT_FALSE(has("users", "u1_1"));
  EXPECT_FALSE(has("demographics", "u1_1"));
  EXPECT_TRUE(has("orgs", "s2"));
  EXPECT_TRUE(has("users", "u2_1"));
  EXPECT_TRUE(has("courses", "c"));
  EXPECT_EQ(ids("enrollments"), (std::vector<std::string>{"e2_p", "e2_1", "e2_2", "e2_3"}));
}

TEST_P(Cascade, ComesBackWhenItIsUndone) {
  begin();
  auto const before = exported();
  auto const run = *remove("s1").run;
  auto const back = undo(run);
  EXPECT_EQ(back.outcome, "applied");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes");
  auto const again = undo(*back.run);
  EXPECT_EQ(again.outcome, "applied");
  EXPECT_FALSE(has("orgs", "s1"));
  sync(two_schools(3));
  EXPECT_FALSE(has("users", "u1_1")) << "and it stays away once more";
}

TEST_P(Cascade, StaysAwayAsLongAsTheSourceGoesOnSayingTheSame) {
  begin();
  remove("s1");
  auto const same = sync(two_schools(3));
  EXPECT_EQ(same.outcome, "no_changes") << to_text(same);
  EXPECT_FALSE(has("orgs", "s1"));
  auto next = two_schools(3);
  next.put("users", {{"sourcedId", "u2_1"}, {"givenName", "Another"}});
  EXPECT_TRUE(sync(next).is_applied());
  EXPECT_EQ(cell("users", "u2_1", "givenName"), "Another");
  EXPECT_FALSE(has("users", "u1_1"));
}

TEST_P(Cascade, WhoBelongsElsewhereTooStaysAndLosesOnlyThis) {
  auto first = two_schools(3);
  first.put("users", {{"sourcedId", "u1_1"}, {"orgSourcedIds", "s1,s2"}});
  begin(first);
  auto const before = exported();
  auto const answer = remove("s1");
  EXPECT_EQ(changes(answer, "users"), "+0 ~1 -3");
  EXPECT_EQ(cell("users", "u1_1", "orgSourcedIds"), "s2");
  EXPECT_TRUE(has("demographics", "u1_1"));
  EXPECT_FALSE(has("enrollments", "e1_1"));
  EXPECT_EQ(sync(first).outcome, "no_changes");
  EXPECT_EQ(cell("users", "u1_1", "orgSourcedIds"), "s2");
  EXPECT_EQ(undo(*answer.run).outcome, "applied");
  EXPECT_EQ(exported(), before);
}

TEST_P(Cascade, OrganizationsBelowGoWithIt) {
  begin();
  auto const answer = ask("d");
  EXPECT_EQ(changes(answer, "orgs"), "+0 ~0 -3");
  EXPECT_EQ(changes(answer, "courses"), "+0 ~0 -1");
  EXPECT_EQ(changes(answer, "users"), "+0 ~0 -8");
  EXPECT_TRUE(says(answer, "2 organizations below it go with it."));
  auto const run = *approve(*answer.run).run;
  EXPECT_TRUE(ids("users").empty());
  EXPECT_TRUE(undo(run).is_applied());
  EXPECT_EQ(ids("users").size(), 8u);
}

TEST_P(Cascade, WhatSeveralSourcesSayGoesForAllOfThem) {
  begin();
  add_source("hr");
  ASSERT_TRUE(sync(two_schools(3), "hr").is_applied());
  auto const before = exported();
  auto const answer = remove("s1");
  EXPECT_EQ(changes(answer, "users"), "+0 ~0 -4") << "records, not rows";
  EXPECT_FALSE(has("users", "u1_1"));
  EXPECT_EQ(sync(two_schools(3), "hr").outcome, "no_changes");
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes");
  EXPECT_FALSE(has("users", "u1_1"));
  EXPECT_TRUE(undo(*answer.run).is_applied());
  EXPECT_EQ(exported(), before);
}

TEST_P(Cascade, IsLookedAtAnewWhenTheRosterHasChanged) {
  begin();
  auto const held = ask("s1");
  ASSERT_TRUE(sync(two_schools(4), "sis").is_applied());
  auto const answer = approve(*held.run);
  EXPECT_EQ(answer.outcome, "held");
  EXPECT_EQ(changes(answer, "users"), "+0 ~0 -5");
  EXPECT_TRUE(has("orgs", "s1"));
  EXPECT_EQ(approve(*held.run).outcome, "applied");
}

TEST_P(Cascade, EditsThatNameItEndAndComeBack) {
  begin();
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district_, {"users", "u2_1", {{"orgSourcedIds", "s2,s1"}}, ""})->is_applied());
  auto const run = *remove("s1").run;
  EXPECT_EQ(cell("users", "u2_1", "orgSourcedIds"), "s2");
  ASSERT_TRUE(undo(run).is_applied());
  EXPECT_EQ(cell("users", "u2_1", "orgSourcedIds"), "s2,s1");
}

TEST_P(Cascade, AnOrganizationThatIsNotThereIsNotDeleted) {
  begin();
  auto h = hub();
  EXPECT_FALSE(runs::queue_cascade(h, district_, 4711).ok());
}

}  // namespace
}  // namespace rollbook::test
