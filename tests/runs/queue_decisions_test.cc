// Runs that wait, one behind the other: the queue of semantics, section 4.
#include <gtest/gtest.h>

#include "runs/many_schools.h"

namespace rollbook::test {
namespace {

class QueueDecisions : public Runs {
 protected:
  void begin(DeliveryOf const& first = two_schools(30)) {
    add_source();
    ASSERT_TRUE(sync(first).is_applied());
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, QueueDecisions, both_databases(), name_of_database);

DeliveryOf one_name(std::string const& family) {
  auto d = two_schools(30);
  d.put("users", {{"sourcedId", "u1_1"}, {"familyName", family}});
  return d;
}

DeliveryOf emptied(int school = 2) {
  auto d = two_schools(30);
  students_go(d, school, 1, 30);
  return d;
}

bool is_trouble(runs::Answer const& answer) { return answer.outcome.starts_with("trouble: "); }

// Superseding.

TEST_P(QueueDecisions, AFullDeliveryThatPassesSupersedes) {
  begin();
  sync(emptied());
  ASSERT_TRUE(sync(one_name("Inkwell")).is_applied());
  EXPECT_EQ(decision_of(2), "superseded");
  auto const told = runs::from_json(store::find_run(home_->operations(), district_.id, 2)->report);
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->superseded_by, 3);
  EXPECT_NE(runs::to_text(*told).find("superseded by run 3"), std::string::npos);
  EXPECT_TRUE(is_trouble(approve(2)));
  EXPECT_TRUE(is_trouble(discard(2)));
}

TEST_P(QueueDecisions, AFullDeliveryWithoutChangesSupersedes) {
  begin();
  sync(emptied());
  ASSERT_EQ(sync(two_schools(30)).outcome, "no_changes");
  EXPECT_EQ(decision_of(2), "superseded");
}

TEST_P(QueueDecisions, AFullDeliveryThatIsHeldSupersedesOlderFullOnes) {
  begin();
  sync(emptied(2));
  ASSERT_EQ(sync(emptied(1)).outcome, "held");
  EXPECT_EQ(decision_of(2), "superseded");
  EXPECT_EQ(decision_of(3), "open");
}

TEST_P(QueueDecisions, ARefusedDeliverySupersedesNothing) {
  begin();
  sync(emptied());
  auto files = two_schools(30).files();
  files["users.csv"] = "";
  ASSERT_EQ(sync(files).outcome, "refused");
  EXPECT_EQ(decision_of(2), "open");
}

TEST_P(QueueDecisions, ASmallerDeliverySupersedesNothing) {
  auto first = two_schools(30);
  begin(first.mode("demographics", "absent").mode("enrollments", "absent"));
  auto more = emptied();
  ASSERT_EQ(sync(more.mode("demographics", "absent")).outcome, "held");
  auto less = one_name("Inkwell");
  ASSERT_TRUE(sync(less.mode("demographics", "absent").mode("enrollments", "absent")).is_applied());
  EXPECT_EQ(decision_of(2), "open");
}

TEST_P(QueueDecisions, ASmallerDeliveryThatIsHeldSupersedesNothing) {
  begin();
  sync(emptied());
  auto less = emptied(1);
  ASSERT_EQ(sync(less.mode("demographics", "absent")).outcome, "held");
  EXPECT_EQ(decision_of(2), "open");
}

TEST_P(QueueDecisions, AnAdditiveDeliverySupersedesNothing) {
  begin();
  sync(emptied());
  set("sis", {{"mode", "add-and-update"}});
  ASSERT_TRUE(sync(one_name("Inkwell")).is_applied());
  EXPECT_EQ(decision_of(2), "open");
}

TEST_P(QueueDecisions, AnotherSourceSupersedesNothing) {
  begin();
  sync(emptied());
  add_source("hr");
  ASSERT_NE(sync(two_schools(30), "hr").outcome, "refused");
  EXPECT_EQ(decision_of(2), "open");
}

TEST_P(QueueDecisions, AFullDeliveryThatPassesSupersedesDeltas) {
  begin();
  ASSERT_EQ(sync(delta_without_students(1, 1, 11)).outcome, "held");
  ASSERT_TRUE(sync(one_name("Inkwell")).is_applied());
  EXPECT_EQ(decision_of(2), "superseded");
}

TEST_P(QueueDecisions, AFullDeliveryThatIsHeldLeavesDeltasWaiting) {
  begin();
  ASSERT_EQ(sync(delta_without_students(1, 1, 11)).outcome, "held");
  ASSERT_EQ(sync(emptied()).outcome, "held");
  EXPECT_EQ(decision_of(2), "open");
}

// Deltas.

TEST_P(QueueDecisions, DeltasQueueBehindAHeldDelta) {
  begin();
  ASSERT_EQ(sync(delta_without_students(1, 1, 11)).held_because, std::vector<std::string>{"guard"});
  auto const second = sync(delta_of_one_name("2_1", "Inkwell"));
  EXPECT_EQ(second.outcome, "held");
  EXPECT_EQ(second.held_because, std::vector<std::string>{"behind-held-delta"});
  EXPECT_TRUE(says(second, "run 2"));
}

TEST_P(QueueDecisions, NoDeltaOvertakesAHeldOne) {
  begin();
  sync(delta_without_students(1, 1, 11));
  sync(delta_of_one_name("2_1", "Inkwell"));
  EXPECT_FALSE(approve(3).is_applied());
  EXPECT_EQ(cell("users", "u2_1", "familyName"), "Quill2");
}

TEST_P(QueueDecisions, WhenTheHeldDeltaIsApprovedThoseBehindItFollow) {
  begin();
  sync(delta_without_students(1, 1, 11));
  sync(delta_of_one_name("2_1", "Inkwell"));
  sync(delta_of_one_name("2_1", "Penhaligon"));
  ASSERT_TRUE(approve(2).is_applied());
  EXPECT_NE(decision_of(3), "open");
  EXPECT_NE(decision_of(4), "open");
  EXPECT_EQ(cell("users", "u2_1", "familyName"), "Penhaligon");
}

TEST_P(QueueDecisions, WhatFollowsAnApprovedDeltaGoesThroughTheGuards) {
  begin();
  sync(delta_without_students(1, 1, 11));
  sync(delta_without_students(2, 1, 11));
  auto const first = approve(2);
  ASSERT_TRUE(first.is_applied());
  EXPECT_FALSE(held_for(first, "behind-held-delta"));
  EXPECT_EQ(decision_of(3), "open");
  EXPECT_EQ(cell("users", "u2_1", "familyName"), "Quill2");
  EXPECT_TRUE(approve(3).is_applied());
}

TEST_P(QueueDecisions, ADiscardedDeltaNeedsAFullDelivery) {
  begin();
  sync(delta_without_students(1, 1, 11));
  discard(2);
  auto const later = sync(delta_of_one_name("2_1", "Inkwell"));
  EXPECT_EQ(later.outcome, "held");
  EXPECT_EQ(later.held_because, std::vector<std::string>{"needs-full"});
  ASSERT_TRUE(sync(one_name("Inkwell")).is_applied());
  EXPECT_TRUE(sync(delta_of_one_name("2_1", "Penhaligon")).is_applied());
}

TEST_P(QueueDecisions, WhatWasConfirmedAsAdditiveIsNotTheFullDeliveryThatIsNeeded) {
  begin();
  sync(delta_without_students(1, 1, 11));
  discard(2);
  ASSERT_TRUE(sync_confirmed(one_name("Inkwell"), {Version::V11, true}).is_applied());
  EXPECT_TRUE(held_for(sync(delta_of_one_name("2_1", "Inkwell")), "needs-full"));
  ASSERT_EQ(sync_confirmed(one_name("Inkwell"), {Version::V11, false}).outcome, "no_changes");
  EXPECT_FALSE(held_for(sync(delta_of_one_name("2_1", "Penhaligon")), "needs-full"));
}

TEST_P(QueueDecisions, ASourceThatOnlyAddsHasNoOtherFullDelivery) {
  begin();
  set("sis", {{"mode", "add-and-update"}});
  auto broken = delta_of_one_name("1_1", "Inkwell");
  ASSERT_EQ(sync(broken.without_column("users", "role")).outcome, "refused");
  ASSERT_TRUE(sync(one_name("Inkwell")).is_applied());
  EXPECT_FALSE(held_for(sync(delta_of_one_name("2_1", "Penhaligon")), "needs-full"));
}

TEST_P(QueueDecisions, AFullFileOfAnotherTableIsNotTheOneThatIsNeeded) {
  begin();
  sync(delta_of_one_name("1_1", "Inkwell"));
  auto broken = delta_of_one_name("1_1", "Larch");
  ASSERT_EQ(sync(broken.without_column("users", "role")).outcome, "refused");
  auto orgs = two_schools(30);
  for (auto const* table : {"academicSessions", "courses", "classes", "users", "enrollments", "demographics"}) orgs.mode(table, "absent");
  auto const smaller = sync(orgs.put("orgs", {{"sourcedId", "s1"}, {"name", "North"}}));
  ASSERT_TRUE(approve(smaller.run.value_or(0)).is_applied());
  auto const later = sync(delta_of_one_name("2_1", "Inkwell"));
  EXPECT_TRUE(held_for(later, "needs-full"));
  EXPECT_TRUE(std::any_of(later.reasons.begin(), later.reasons.end(), [](auto const& reason) { return reason.find("users") != std::string::npos; }));
  ASSERT_TRUE(sync(one_name("Larch").put("orgs", {{"sourcedId", "s1"}, {"name", "North"}})).is_applied());
  EXPECT_TRUE(sync(delta_of_one_name("2_1", "Penhaligon")).is_applied());
}

TEST_P(QueueDecisions, ARefusedDeltaNeedsAFullDelivery) {
  begin();
  auto broken = delta_of_one_name("1_1", "Inkwell");
  ASSERT_EQ(sync(broken.without_column("users", "role")).outcome, "refused");
  EXPECT_TRUE(held_for(sync(delta_of_one_name("2_1", "Inkwell")), "needs-full"));
}

TEST_P(QueueDecisions, ARefusedDeltaOfNothingReadableNeedsAFullDelivery) {
  begin();
  auto files = delta_of_one_name("1_1", "Inkwell").files();
  files["users.csv"] = "";
  ASSERT_EQ(sync(files).outcome, "refused");
  EXPECT_TRUE(held_for(sync(delta_of_one_name("2_1", "Inkwell")), "needs-full"));
}

TEST_P(QueueDecisions, AFullDeliveryThatIsHeldIsNotYetTheOneThatIsNeeded) {
  begin();
  sync(delta_without_students(1, 1, 11));
  discard(2);
  ASSERT_EQ(sync(emptied()).outcome, "held");
  EXPECT_TRUE(held_for(sync(delta_of_one_name("1_1", "Inkwell")), "needs-full"));
  ASSERT_TRUE(approve(3).is_applied());
  EXPECT_FALSE(held_for(sync(delta_of_one_name("1_1", "Penhaligon")), "needs-full"));
}

TEST_P(QueueDecisions, AFullDeliveryThatSaysTheSameIsTheOneThatIsNeeded) {
  begin();
  sync(delta_without_students(1, 1, 11));
  discard(2);
  ASSERT_EQ(sync(two_schools(30)).outcome, "no_changes");
  EXPECT_TRUE(sync(delta_of_one_name("1_1", "Inkwell")).is_applied());
}

TEST_P(QueueDecisions, AFullDeliveryIsNotHeldForADiscardedDelta) {
  begin();
  sync(delta_without_students(1, 1, 11));
  discard(2);
  EXPECT_EQ(sync(one_name("Inkwell")).outcome, "applied");
}

TEST_P(QueueDecisions, DiscardingAFullDeliveryNeedsNothing) {
  begin();
  sync(emptied());
  discard(2);
  EXPECT_TRUE(sync(delta_of_one_name("1_1", "Inkwell")).is_applied());
}

}  // namespace
}  // namespace rollbook::test
