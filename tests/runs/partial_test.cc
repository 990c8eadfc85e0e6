// A run of which some schools wait and the others go on: semantics, sections 4 and 5.
#include <gtest/gtest.h>

#include <algorithm>

#include "runs/many_schools.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Partial : public Runs {
 protected:
  void begin(DeliveryOf const& first) {
    add_source();
    ASSERT_TRUE(sync(first).is_applied());
  }
  // Runs that wait for a decision.
  std::vector<std::int64_t> waiting() {
    std::vector<std::int64_t> numbers;
    for (auto const& run : store::list_runs(home_->operations(), district_.id))
      if (run.decision == "open") numbers.push_back(run.id);
    return numbers;
  }
  // The one run that waits; 0 when there is none, or several.
  std::int64_t the_waiting_one() {
    auto const all = waiting();
    EXPECT_EQ(all.size(), 1u);
    return all.size() == 1 ? all[0] : 0;
  }
  store::Run run(std::int64_t number) { return store::find_run(home_->operations(), district_.id, number).value_or(store::Run{}); }
  std::string family(std::string const& user) { return cell("users", user, "familyName"); }

  // Four schools; the second is emptied, in the others something small changes. Held as run 2, approved without the second school.
  void hold_back_the_second() {
    begin(many_schools(4, 20));
    ASSERT_EQ(sync(second_emptied()).held_because, std::vector<std::string>{"guard"});
    ASSERT_TRUE(approve(2, {"s2"}).is_applied());
  }
  static DeliveryOf second_emptied() {
    auto d = many_schools(4, 20);
    students_go(d, 2, 1, 20);
    d.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Inkwell"}});
    students_go(d, 3, 1, 1);
    add_student(d, 4, "4_21");
    return d;
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Partial, both_databases(), name_of_database);

TEST_P(Partial, TheOtherSchoolsAreApplied) {
  begin(many_schools(4, 20));
  auto const held = sync(second_emptied());
  EXPECT_EQ(held.held_because, std::vector<std::string>{"guard"});
  auto const applied = approve(2, {"s2"});
  EXPECT_TRUE(applied.is_applied());
  EXPECT_EQ(applied.run, 2);
  EXPECT_EQ(applied.revision, 2);
  EXPECT_EQ(applied.decision, "approved-in-part");
  EXPECT_EQ(decision_of(2), "approved-in-part");
  EXPECT_EQ(changes(applied, "users"), "+1 ~1 -1");
  EXPECT_EQ(changes(applied, "enrollments"), "+1 ~0 -1");
  EXPECT_EQ(applied.left_out, (std::map<std::string, std::uint64_t>{{"users", 20}, {"enrollments", 20}, {"demographics", 20}}));
  EXPECT_EQ(family("u1_1"), "Inkwell");
  EXPECT_EQ(family("u3_1"), "(none)");
  EXPECT_EQ(family("u4_21"), "Quill4");
  for_students(2, 1, 20, [&](std::string const& n) { EXPECT_TRUE(has("users", "u" + n)) << n; });
  EXPECT_EQ(ids("enrollments").size(), 84u);
}

// A result says its school by its line item's class alone.
TEST_P(Partial, ResultsAreAtTheSchoolOfTheirClassAndWaitWithIt) {
  auto roster = with_grades(two_schools(20));
  auto const result = [](int school, int i) { return "r" + std::to_string(school) + "_" + std::to_string(i); };
  for (int school = 1; school <= 2; ++school)
    for (int i = 1; i <= 20; ++i)
      add_result(roster, result(school, i), std::to_string(school), "u" + std::to_string(school) + "_" + std::to_string(i));
  begin(roster);
  auto next = roster;
  next.put("users", {{"sourcedId", "u2_1"}, {"familyName", "Inkwell"}});
  for (int i = 1; i <= 20; ++i) next.drop("results", result(1, i));
  auto const held = sync(next);
  EXPECT_EQ(held.held_because, std::vector<std::string>{"guard"});
  ASSERT_EQ(held.schools.size(), 2u) << told(held);
  for (auto const& school : held.schools)
    for (auto const& [table, counts] : school.tables) EXPECT_EQ(counts.removed, table == "results" && school.sourced_id == "s1" ? 20u : 0u) << table;
  ASSERT_TRUE(approve(2, {"s1"}).is_applied());
  EXPECT_EQ(ids("results").size(), 42u);
  EXPECT_EQ(family("u2_1"), "Inkwell");
  ASSERT_TRUE(approve(the_waiting_one()).is_applied());
  EXPECT_EQ(ids("results").size(), 22u);
  EXPECT_EQ(undo(3).outcome, "applied");
  EXPECT_EQ(ids("results").size(), 42u);
  expect_sound();
}

TEST_P(Partial, SeveralSchoolsCanWait) {
  begin(many_schools(4, 20));
  auto next = second_emptied();
  students_go(next, 3, 1, 20);
  sync(next);
  auto const applied = approve(2, {"s2", "s3"});
  EXPECT_EQ(applied.decision, "approved-in-part");
  EXPECT_EQ(changes(applied, "users"), "+1 ~1 -0");
  EXPECT_EQ(ids("users").size(), 85u);
}

TEST_P(Partial, ASchoolThatIsNotThereIsAnError) {
  begin(many_schools(4, 20));
  sync(second_emptied());
  EXPECT_FALSE(approve(2, {"s77"}).is_applied());
  EXPECT_EQ(decision_of(2), "open");
  EXPECT_EQ(family("u1_1"), "Quill1");
  EXPECT_EQ(approve(2, {"s2"}).decision, "approved-in-part");
}

TEST_P(Partial, ATeacherOfAHeldAndAReleasedSchoolStaysAsHeWas) {
  auto first = many_schools(4, 20);
  first.put("users", {{"sourcedId", "p1"}, {"orgSourcedIds", "s1,s2"}});
  begin(first);
  auto next = second_emptied();
  next.put("users", {{"sourcedId", "p1"}, {"orgSourcedIds", "s1,s2"}, {"familyName", "Penhaligon"}});
  next.put("users", {{"sourcedId", "p3"}, {"familyName", "Penhaligon"}});
  sync(next);
  ASSERT_TRUE(approve(2, {"s2"}).is_applied());
  EXPECT_EQ(family("p1"), "Cher1");
  EXPECT_EQ(family("p3"), "Penhaligon");
}

TEST_P(Partial, WhoMovesBetweenAHeldAndAReleasedSchoolStaysWhereHeWas) {
  begin(many_schools(4, 20));
  auto next = second_emptied();
  add_student(next, 2, "2_20");
  next.put("users", {{"sourcedId", "u2_20"}, {"orgSourcedIds", "s3"}});
  next.put("users", {{"sourcedId", "u1_5"}, {"orgSourcedIds", "s2"}});
  next.put("users", {{"sourcedId", "u1_6"}, {"orgSourcedIds", "s3"}});
  sync(next);
  ASSERT_TRUE(approve(2, {"s2"}).is_applied());
  EXPECT_EQ(cell("users", "u2_20", "orgSourcedIds"), "s2");
  EXPECT_EQ(cell("users", "u1_5", "orgSourcedIds"), "s1");
  EXPECT_EQ(cell("users", "u1_6", "orgSourcedIds"), "s3");
}

TEST_P(Partial, AnEnrollmentThatMovesBetweenThemStaysWhereItWas) {
  auto first = many_schools(4, 20);
  first.put("users", {{"sourcedId", "u2_20"}, {"orgSourcedIds", "s2,s3"}});
  begin(first);
  auto next = first;
  students_go(next, 2, 1, 19);
  next.put("enrollments", {{"sourcedId", "e2_20"}, {"classSourcedId", "c3"}, {"schoolSourcedId", "s3"}});
  sync(next);
  approve(2, {"s2"});
  EXPECT_EQ(cell("enrollments", "e2_20", "classSourcedId"), "c2");
}

TEST_P(Partial, AClassThatMovesOutOfAHeldSchoolStaysWithItsEnrollments) {
  begin(many_schools(4, 20));
  auto next = second_emptied();
  next.put("classes", {{"sourcedId", "c2"}, {"schoolSourcedId", "s3"}});
  next.put("users", {{"sourcedId", "p2"}, {"orgSourcedIds", "s2,s3"}});
  next.put("enrollments", {{"sourcedId", "e2_p"}, {"schoolSourcedId", "s3"}});
  sync(next);
  ASSERT_TRUE(approve(2, {"s2"}).is_applied());
  EXPECT_EQ(cell("classes", "c2", "schoolSourcedId"), "s2");
  EXPECT_EQ(cell("enrollments", "e2_p", "schoolSourcedId"), "s2");
  EXPECT_EQ(ids("enrollments").size(), 84u);
}

TEST_P(Partial, ANewEnrollmentWaitsForItsNewStudent) {
  begin(many_schools(4, 20));
  auto next = second_emptied();
  add_student(next, 1, "1_21");
  next.put("users", {{"sourcedId", "u1_21"}, {"orgSourcedIds", "s1,s2"}});
  sync(next);
  auto const applied = approve(2, {"s2"});
  ASSERT_TRUE(applied.is_applied());
  EXPECT_FALSE(has("users", "u1_21"));
  EXPECT_FALSE(has("enrollments", "e1_21"));
  EXPECT_FALSE(has("demographics", "u1_21"));
  EXPECT_TRUE(says(applied, "1 change of enrollments of other schools waits too"));
}

TEST_P(Partial, AKnownStudentOfTheHeldSchoolMayEnrollElsewhere) {
  begin(many_schools(4, 20));
  auto next = second_emptied();
  add_student(next, 2, "2_20");
  next.put("users", {{"sourcedId", "u2_20"}, {"familyName", "Penhaligon"}});
  next.put("enrollments", {{"sourcedId", "guest"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "u2_20"}, {"role", "student"}});
  sync(next);
  ASSERT_TRUE(approve(2, {"s2"}).is_applied());
  EXPECT_EQ(family("u2_20"), "Quill2");
  EXPECT_EQ(cell("enrollments", "guest", "userSourcedId"), "u2_20");
}

TEST_P(Partial, ATeacherGoesOnlyWhenHisEnrollmentsDo) {
  auto first = many_schools(4, 20);
  first.put("enrollments", {{"sourcedId", "extra"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "p1"}, {"role", "teacher"}});
  begin(first);
  auto next = second_emptied();
  next.drop("users", "p1").drop("enrollments", "e1_p");
  sync(next);
  auto const applied = approve(2, {"s2"});
  ASSERT_TRUE(applied.is_applied());
  EXPECT_TRUE(has("users", "p1"));
  EXPECT_TRUE(has("enrollments", "extra"));
  EXPECT_FALSE(has("enrollments", "e1_p"));
  EXPECT_TRUE(says(applied, "1 change of people of other schools waits too"));
}

TEST_P(Partial, ACourseGoesOnlyWhenItsClassesDo) {
  auto first = many_schools(4, 20);
  first.put("courses", {{"sourcedId", "art"}, {"title", "Art"}, {"orgSourcedId", "d"}});
  first.put("courses", {{"sourcedId", "music"}, {"title", "Music"}, {"orgSourcedId", "d"}});
  first.put("classes", {{"sourcedId", "c2"}, {"courseSourcedId", "art"}});
  first.put("classes", {{"sourcedId", "c3"}, {"courseSourcedId", "music"}});
  begin(first);
  sync(second_emptied());
  auto const applied = approve(2, {"s2"});
  ASSERT_TRUE(applied.is_applied());
  EXPECT_TRUE(has("courses", "art"));
  EXPECT_FALSE(has("courses", "music"));
  EXPECT_EQ(cell("classes", "c2", "courseSourcedId"), "art");
  EXPECT_EQ(cell("classes", "c3", "courseSourcedId"), "c");
  EXPECT_TRUE(says(applied, "1 change of courses of other schools waits too"));
}

TEST_P(Partial, InOneRoster12RolesSayWhoseChangesWait) {
  begin(many_schools(4, 20));
  auto files = exported({}, "1.2");
  edit_column(files, "users", "primaryOrgSourcedId", [](std::string& org, std::size_t) { org.clear(); });
  add_source("roles");
  ASSERT_TRUE(sync(files, "roles").is_applied());
  set("roles", {{"apply-by-itself", "no"}});
  edit_cell(files, "users", "u1_1", "familyName", "Inkwell");
  edit_cell(files, "users", "u2_1", "familyName", "Inkwell");
  edit_cell(files, "demographics", "u2_2", "sex", "male");
  auto const applied = approve(*sync(files, "roles").run, {"s2"});
  ASSERT_TRUE(applied.is_applied());
  EXPECT_EQ(changes(applied, "users"), "+0 ~1 -0");
  EXPECT_EQ(changes(applied, "demographics"), "+0 ~0 -0");
}

TEST_P(Partial, ANewSchoolThatWaitsDoesNotComeAtAll) {
  begin(many_schools(3, 20));
  auto next = many_schools(3, 20);
  add_school(next, 4, 20);
  students_go(next, 2, 1, 20);
  next.put("users", {{"sourcedId", "u1_1"}, {"orgSourcedIds", "s1,s4"}});
  sync(next);
  auto const applied = approve(2, {"s2", "s4"});
  EXPECT_EQ(applied.decision, "approved-in-part");
  EXPECT_FALSE(has("orgs", "s4"));
  EXPECT_FALSE(has("classes", "c4"));
  EXPECT_FALSE(has("users", "u4_1"));
  EXPECT_EQ(cell("users", "u1_1", "orgSourcedIds"), "s1");
  EXPECT_EQ(ids("users").size(), 63u);
}

TEST_P(Partial, TheNextFullDeliveryProposesWhatWasLeftOut) {
  hold_back_the_second();
  auto next = second_emptied();
  next.put("users", {{"sourcedId", "u3_5"}, {"familyName", "Penhaligon"}});
  auto const night = sync(next);
  EXPECT_TRUE(night.is_applied());
  EXPECT_TRUE(night.held_because.empty());
  EXPECT_EQ(changes(night, "users"), "+0 ~1 -0");
  EXPECT_EQ(night.left_out, (std::map<std::string, std::uint64_t>{{"users", 20}, {"enrollments", 20}, {"demographics", 20}}));
  EXPECT_EQ(family("u3_5"), "Penhaligon");
  EXPECT_EQ(family("u2_5"), "Quill2");
  auto const rest = the_waiting_one();
  EXPECT_GT(rest, *night.run);
  EXPECT_EQ(run(rest).outcome, "held");
}

TEST_P(Partial, ItIsProposedThoughNothingElseChanges) {
  hold_back_the_second();
  auto const night = sync(second_emptied());
  EXPECT_EQ(night.status(), 0);
  EXPECT_FALSE(night.revision);
  EXPECT_EQ(night.left_out.count("users"), 1u);
  EXPECT_GT(the_waiting_one(), *night.run);
}

TEST_P(Partial, ItIsProposedNightAfterNightButOnce) {
  hold_back_the_second();
  auto next = second_emptied();
  for (auto const* name : {"Penhaligon", "Thistlewood", "Marchbanks"}) {
    next.put("users", {{"sourcedId", "u3_5"}, {"familyName", name}});
    EXPECT_TRUE(sync(next).is_applied());
    EXPECT_EQ(waiting().size(), 1u);
  }
}

TEST_P(Partial, ApprovingTheRemainderAppliesIt) {
  hold_back_the_second();
  auto next = second_emptied();
  next.put("users", {{"sourcedId", "u3_5"}, {"familyName", "Penhaligon"}});
  sync(next);
  auto const rest = the_waiting_one();
  auto const applied = approve(rest);
  EXPECT_TRUE(applied.is_applied());
  EXPECT_EQ(applied.decision, "approved");
  EXPECT_EQ(changes(applied, "users"), "+0 ~0 -20");
  EXPECT_TRUE(applied.left_out.empty());
  EXPECT_FALSE(has("users", "u2_1"));
  EXPECT_TRUE(waiting().empty());
  auto const after = sync(next);
  EXPECT_EQ(after.outcome, "no_changes");
  EXPECT_TRUE(after.left_out.empty());
}

TEST_P(Partial, TheRemainderCanBeReleasedInParts) {
  begin(many_schools(4, 20));
  auto next = second_emptied();
  students_go(next, 3, 1, 20);
  sync(next);
  ASSERT_TRUE(approve(2, {"s2", "s3"}).is_applied());
  next.put("users", {{"sourcedId", "u4_5"}, {"familyName", "Penhaligon"}});
  ASSERT_TRUE(sync(next).is_applied());
  auto const applied = approve(the_waiting_one(), {"s3"});
  EXPECT_EQ(applied.decision, "approved-in-part");
  EXPECT_FALSE(has("users", "u2_1"));
  EXPECT_TRUE(has("users", "u3_2"));
  next.put("users", {{"sourcedId", "u4_5"}, {"familyName", "Thistlewood"}});
  auto const night = sync(next);
  EXPECT_TRUE(night.is_applied());
  EXPECT_EQ(night.left_out.count("users"), 1u);
  EXPECT_TRUE(has("users", "u3_2"));
}

TEST_P(Partial, WhenTheSourceRepairsItTheRemainderDisappears) {
  hold_back_the_second();
  auto next = second_emptied();
  for_students(2, 1, 20, [&](std::string const& n) { add_student(next, 2, n); });
  auto const night = sync(next);
  EXPECT_EQ(night.status(), 0);
  EXPECT_TRUE(night.left_out.empty());
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(ids("users").size(), 84u);
}

TEST_P(Partial, WhenTheSourceRepairsItLaterTheProposalDisappears) {
  hold_back_the_second();
  auto next = second_emptied();
  next.put("users", {{"sourcedId", "u3_5"}, {"familyName", "Penhaligon"}});
  sync(next);
  auto const rest = the_waiting_one();
  for_students(2, 1, 20, [&](std::string const& n) { add_student(next, 2, n); });
  EXPECT_TRUE(sync(next).left_out.empty());
  EXPECT_EQ(decision_of(rest), "superseded");
  EXPECT_TRUE(waiting().empty());
}

TEST_P(Partial, WhatWasRepairedAndThenGoesAgainIsAnAlarmAgain) {
  hold_back_the_second();
  auto repaired = second_emptied();
  for_students(2, 1, 20, [&](std::string const& n) { add_student(repaired, 2, n); });
  sync(repaired);
  EXPECT_EQ(sync(second_emptied()).held_because, std::vector<std::string>{"guard"});
}

TEST_P(Partial, ADiscardedRemainderIsProposedAgain) {
  hold_back_the_second();
  auto next = second_emptied();
  next.put("users", {{"sourcedId", "u3_5"}, {"familyName", "Penhaligon"}});
  sync(next);
  discard(the_waiting_one());
  next.put("users", {{"sourcedId", "u3_5"}, {"familyName", "Thistlewood"}});
  EXPECT_TRUE(sync(next).is_applied());
  EXPECT_EQ(waiting().size(), 1u);
  EXPECT_TRUE(has("users", "u2_1"));
}

TEST_P(Partial, LeavingOutAllThatDiffersIsRemembered) {
  begin(many_schools(4, 20));
  auto next = many_schools(4, 20);
  students_go(next, 2, 1, 20);
  sync(next);
  auto const decided = approve(2, {"s2"});
  EXPECT_EQ(decided.status(), 0);
  EXPECT_EQ(decided.decision, "approved-in-part");
  next.put("users", {{"sourcedId", "u3_5"}, {"familyName", "Penhaligon"}});
  auto const night = sync(next);
  EXPECT_TRUE(night.is_applied());
  EXPECT_EQ(night.left_out.count("users"), 1u);
  EXPECT_TRUE(has("users", "u2_1"));
}

TEST_P(Partial, OfASourceThatNeedsApprovalItIsDecidedOnceToo) {
  begin(many_schools(4, 20));
  set("sis", {{"apply-by-itself", "no"}});
  sync(second_emptied());
  EXPECT_EQ(approve(2, {"s2"}).decision, "approved-in-part");
  auto next = second_emptied();
  next.put("users", {{"sourcedId", "u3_5"}, {"familyName", "Penhaligon"}});
  auto const night = sync(next);
  EXPECT_EQ(night.held_because, std::vector<std::string>{"preview"});
  auto const applied = approve(*night.run);
  EXPECT_TRUE(applied.is_applied());
  EXPECT_EQ(changes(applied, "users"), "+0 ~1 -0");
  EXPECT_EQ(the_waiting_one(), *night.run + 1);
}

TEST_P(Partial, OfADeltaTheRemainderWaitsAsItsOwnRun) {
  begin(many_schools(4, 20));
  auto delta = delta_without_students(2, 1, 20);
  delta.put("users", {{"sourcedId", "u3_1"}, {"status", "tobedeleted"}});
  ASSERT_EQ(sync(delta).held_because, std::vector<std::string>{"guard"});
  auto const applied = approve(2, {"s2"});
  ASSERT_TRUE(applied.is_applied());
  EXPECT_FALSE(has("users", "u3_1"));
  EXPECT_TRUE(has("users", "u2_1"));
  auto const rest = the_waiting_one();
  EXPECT_EQ(rest, 3);
  EXPECT_EQ(run(rest).outcome, "held");
  EXPECT_TRUE(approve(rest).is_applied());
  EXPECT_FALSE(has("users", "u2_1"));
  EXPECT_EQ(ids("users").size(), 63u);
}

}  // namespace
}  // namespace rollbook::test
