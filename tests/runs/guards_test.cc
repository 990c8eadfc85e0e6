// Numbers that are too large hold a run: semantics, section 5.
#include <gtest/gtest.h>

#include "runs/many_schools.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Guards : public Runs {
 protected:
  // Both schools have 100 students and a teacher.
  void begin(DeliveryOf const& first = two_schools(100)) {
    add_source();
    ASSERT_TRUE(sync(first).is_applied());
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Guards, both_databases(), name_of_database);

TEST_P(Guards, TheFirstDeliveryIsMeasuredAgainstNothing) {
  add_source();
  EXPECT_EQ(sync(two_schools(100)).outcome, "applied");
}

TEST_P(Guards, MoreThanTenPercentOfASchoolGoing) {
  begin();
  auto next = two_schools(100);
  students_go(next, 1, 1, 11);
  auto const held = sync(next);
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.status(), 3);
  EXPECT_EQ(held.held_because, std::vector<std::string>{"guard"});
  EXPECT_TRUE(says(held, "People at School 1 (s1): 11 of 101 (11 %)"));
  EXPECT_TRUE(says(held, "Enrollments at School 1 (s1)"));
  EXPECT_FALSE(says(held, "School 2"));
  EXPECT_FALSE(says(held, "district"));
  EXPECT_EQ(ids("users").size(), 202u);
}

TEST_P(Guards, TenPercentMayGo) {
  begin();
  auto next = two_schools(100);
  students_go(next, 1, 1, 10);
  students_go(next, 2, 1, 10);
  EXPECT_EQ(sync(next).outcome, "applied");
}

TEST_P(Guards, TenRowsNeverHoldWhateverTheirShare) {
  begin(two_schools(10));
  auto next = two_schools(10);
  students_go(next, 1, 1, 10);
  EXPECT_TRUE(sync(next).is_applied());
}

TEST_P(Guards, ADistrictThatShrinksEverywhereALittle) {
  begin(many_schools(12, 5));
  auto next = many_schools(12, 5);
  for (int s = 1; s <= 12; ++s) students_go(next, s, 1, 1);
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "People in the district: 12 of 72 (17 %)"));
  EXPECT_FALSE(says(held, "School"));
}

TEST_P(Guards, RowsOfNoSchoolCountForTheDistrict) {
  auto const courses = [](int count) {
    auto d = two_schools(20);
    for (int i = 1; i < count; ++i) d.put("courses", {{"sourcedId", "k" + std::to_string(i)}, {"title", "Course"}, {"orgSourcedId", "d"}});
    return d;
  };
  begin(courses(40));
  auto const held = sync(courses(29));
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "Courses in the district: 11 of 40"));
}

TEST_P(Guards, MoreThanThreeQuartersOfASchoolChanging) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 75, "users", "familyName", "Inkwell");
  EXPECT_EQ(dry_run(next).outcome, "applied");
  students_get(next, 1, 1, 76, "users", "familyName", "Inkwell");
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "People at School 1 (s1): 76 of 101 (75 %)"));
  EXPECT_FALSE(says(held, "district"));
}

TEST_P(Guards, MoreThanHalfOfASchoolComing) {
  begin();
  auto next = two_schools(100);
  for_students(1, 101, 150, [&](std::string const& n) { add_student(next, 1, n); });
  EXPECT_EQ(dry_run(next).outcome, "applied");
  add_student(next, 1, "1_151");
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "People at School 1 (s1): 51 of 101 (50 %)"));
}

TEST_P(Guards, ASchoolOfWhichNothingIsStoredMayCome) {
  begin();
  auto next = two_schools(100);
  add_school(next, 3, 60);
  auto const applied = sync(next);
  EXPECT_EQ(applied.outcome, "applied");
  EXPECT_EQ(changes(applied, "users"), "+61 ~0 -0");
}

TEST_P(Guards, ATableOfWhichNothingIsStoredMayCome) {
  auto without = two_schools(100);
  begin(without.mode("demographics", "absent"));
  EXPECT_EQ(sync(two_schools(100)).outcome, "applied");
}

TEST_P(Guards, MoreThanTenPercentOfASchoolExcluded) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 10, "users", "enabledUser", "perhaps");
  EXPECT_NE(dry_run(next).outcome, "held");
  students_get(next, 1, 1, 11, "users", "enabledUser", "perhaps");
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_EQ(counts(held, "users").excluded, 11u);
  EXPECT_TRUE(says(held, "People at School 1 (s1): 11 of 101 (11 %)"));
}

TEST_P(Guards, ExcludedRowsThatAreNotStoredCountForTheDistrict) {
  begin(two_schools(20));
  auto next = two_schools(20);
  for_students(1, 21, 31, [&](std::string const& n) { add_student(next, 1, n); });
  students_get(next, 1, 21, 31, "users", "enabledUser", "perhaps");
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "People in the district: 11 of 42"));
}

TEST_P(Guards, LeavingASchoolCountsAsRemovedThere) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 11, "users", "orgSourcedIds", "s2");
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_EQ(changes(held, "users"), "+0 ~11 -0");
  EXPECT_TRUE(says(held, "People at School 1 (s1): 11 of 101 (11 %)"));
  EXPECT_FALSE(says(held, "School 2"));
}

TEST_P(Guards, LeavingOneOfTwoSchoolsCountsThere) {
  auto first = two_schools(100);
  students_get(first, 1, 1, 15, "users", "orgSourcedIds", "s1,s2");
  begin(first);
  auto const held = sync(two_schools(100));
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "People at School 2 (s2)"));
  EXPECT_FALSE(says(held, "School 1"));
}

TEST_P(Guards, AnEnrollmentInAClassOfAnotherSchoolHasLeftItsSchool) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 11, "users", "orgSourcedIds", "s1,s2");
  students_get(next, 1, 1, 11, "enrollments", "classSourcedId", "c2");
  students_get(next, 1, 1, 11, "enrollments", "schoolSourcedId", "s2");
  auto const held = sync(next);
  EXPECT_TRUE(says(held, "Enrollments at School 1 (s1): 11 of 101"));
  EXPECT_FALSE(says(held, "People at School 1"));
}

TEST_P(Guards, AClassThatMovesTakesItsEnrollmentsFromItsSchool) {
  begin();
  auto next = two_schools(100);
  next.put("classes", {{"sourcedId", "c1"}, {"schoolSourcedId", "s2"}});
  students_get(next, 1, 1, 100, "users", "orgSourcedIds", "s1,s2");
  next.put("users", {{"sourcedId", "p1"}, {"orgSourcedIds", "s1,s2"}});
  students_get(next, 1, 1, 100, "enrollments", "schoolSourcedId", "s2");
  next.put("enrollments", {{"sourcedId", "e1_p"}, {"schoolSourcedId", "s2"}});
  EXPECT_TRUE(says(sync(next), "Enrollments at School 1 (s1): 101 of 101 (100 %) would go"));
}

TEST_P(Guards, MovingBetweenSchoolsIsNoLossToTheDistrict) {
  begin(many_schools(12, 5));
  auto next = many_schools(12, 5);
  for (int s = 1; s <= 12; ++s) students_get(next, s, 1, 1, "users", "orgSourcedIds", "s" + std::to_string(s % 12 + 1));
  auto const moved = sync(next);
  EXPECT_TRUE(moved.is_applied());
  EXPECT_FALSE(says(moved, "district"));
}

TEST_P(Guards, WhoBelongsToManySchoolsCountsOnceInTheDistrict) {
  auto first = many_schools(12, 10);
  students_get(first, 1, 1, 10, "users", "orgSourcedIds", "s1,s2,s3");
  begin(first);
  auto next = first;
  students_go(next, 1, 1, 10);
  for (int s = 4; s <= 12; ++s) students_get(next, s, 1, 5, "users", "familyName", "Inkwell");
  auto const gone = sync(next);
  EXPECT_TRUE(gone.is_applied());
  EXPECT_FALSE(says(gone, "would go"));
}

TEST_P(Guards, DisabledCountsAsRemoved) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 11, "users", "enabledUser", "false");
  auto const held = sync(next);
  EXPECT_TRUE(says(held, "People at School 1 (s1): 11 of 101 (11 %)"));
  EXPECT_EQ(held.outcome, "held");
}

TEST_P(Guards, WhoWasDisabledAlreadyIsNotLostAgain) {
  auto first = two_schools(100);
  students_get(first, 1, 1, 20, "users", "enabledUser", "false");
  begin(first);
  students_get(first, 1, 1, 20, "users", "familyName", "Inkwell");
  EXPECT_EQ(sync(first).outcome, "applied");
}

TEST_P(Guards, AnEndDateMovedBeforeTodayCountsAsRemoved) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 11, "enrollments", "endDate", "2026-09-01");
  EXPECT_EQ(dry_run(next).outcome, "applied");
  students_get(next, 1, 1, 11, "enrollments", "endDate", "2026-08-31");
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "Enrollments at School 1 (s1): 11 of 101 (11 %)"));
}

TEST_P(Guards, ARoleAwayFromStudentCountsAsRemoved) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 11, "users", "role", "aide");
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "People at School 1 (s1): 11 of 101 (11 %)"));
}

TEST_P(Guards, ARoleTowardsStudentIsAChangeLikeAnyOther) {
  auto first = two_schools(100);
  students_get(first, 1, 1, 20, "users", "role", "aide");
  begin(first);
  EXPECT_TRUE(sync(two_schools(100)).is_applied());
}

TEST_P(Guards, InOneRoster12RolesSayWherePeopleAre) {
  begin();
  auto files = exported({}, "1.2");
  edit_column(files, "users", "primaryOrgSourcedId", [](std::string& org, std::size_t) { org.clear(); });
  add_source("roles");
  ASSERT_TRUE(sync(files, "roles").is_applied());
  auto const goes = [](std::string const& user) { return user.starts_with("u1_") && std::stoi(user.substr(3)) <= 11; };
  for (auto const* table : {"users", "demographics"}) keep_rows(files, table, [&](Sheet::Row const& row, std::size_t) { return !goes(row[0]); });
  for (auto const* table : {"enrollments", "roles"}) {
    auto const user = Sheet::of(text_of(files, table)).column("userSourcedId");
    keep_rows(files, table, [&](Sheet::Row const& row, std::size_t) { return !goes(row[user]); });
  }
  auto const held = sync(files, "roles");
  EXPECT_TRUE(says(held, "People at School 1 (s1): 11 of 101")) << told(held);
  EXPECT_TRUE(says(held, "Roles at School 1 (s1): 11 of 101"));
  EXPECT_TRUE(says(held, "Demographics at School 1 (s1): 11 of 100"));
}

TEST_P(Guards, InOneRoster12ARoleAtAnotherSchoolHasLeftItsSchool) {
  begin();
  auto files = exported({}, "1.2");
  add_source("roles");
  ASSERT_TRUE(sync(files, "roles").is_applied());
  auto const user = Sheet::of(text_of(files, "roles")).column("userSourcedId"), org = Sheet::of(text_of(files, "roles")).column("orgSourcedId");
  edit(files, "roles", [&](Sheet& sheet) {
    for (auto& row : sheet.rows)
      if (row[user].starts_with("u1_") && std::stoi(row[user].substr(3)) <= 11) row[org] = "s2";
  });
  auto const held = sync(files, "roles");
  EXPECT_TRUE(says(held, "Roles at School 1 (s1): 11 of 101")) << told(held);
}

TEST_P(Guards, SchoolsThatPeopleMovedToAreMeasuredWithThem) {
  begin(two_schools(40));
  set("sis", {{"threshold.removed", "100"}});
  auto moved = two_schools(40);
  students_get(moved, 1, 1, 20, "users", "orgSourcedIds", "s2");
  ASSERT_TRUE(sync(moved).is_applied());
  set("sis", {{"threshold.removed", "30"}, {"threshold.removed-in-a-week", "100"}});
  for_students(1, 21, 31, [&](std::string const& n) { moved.drop("demographics", "u" + n); });
  EXPECT_TRUE(says(sync(moved), "Demographics at School 1 (s1): 11 of 20 (55 %)"));
}

TEST_P(Guards, ASlowBleedOverSevenDays) {
  begin();
  auto next = two_schools(100);
  today = 20260928;
  students_go(next, 1, 1, 9);
  ASSERT_TRUE(sync(next).is_applied());
  today = 20260930;
  students_go(next, 1, 10, 18);
  ASSERT_TRUE(sync(next).is_applied());
  today = 20261004;
  students_go(next, 1, 19, 26);
  auto const held = sync(next);
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(says(held, "People at School 1 (s1): 26 of 101 (26 %) would have gone within seven days"));
}

TEST_P(Guards, ABleedThatIsSlowerThanAWeek) {
  begin();
  auto next = two_schools(100);
  today = 20260928;
  students_go(next, 1, 1, 9);
  ASSERT_TRUE(sync(next).is_applied());
  today = 20260930;
  students_go(next, 1, 10, 18);
  ASSERT_TRUE(sync(next).is_applied());
  today = 20261006;
  students_go(next, 1, 19, 26);
  EXPECT_TRUE(sync(next).is_applied());
}

TEST_P(Guards, WhatWasDisabledBelongsToTheSlowBleed) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 10, "users", "enabledUser", "false");
  ASSERT_TRUE(sync(next).is_applied());
  today = 20260902;
  students_get(next, 1, 11, 20, "users", "enabledUser", "false");
  ASSERT_TRUE(sync(next).is_applied());
  today = 20260903;
  students_get(next, 1, 21, 30, "users", "enabledUser", "false");
  EXPECT_TRUE(says(sync(next), "within seven days"));
}

TEST_P(Guards, WhatCameBackNoLongerBelongsToTheSlowBleed) {
  begin();
  auto next = two_schools(100);
  students_go(next, 1, 1, 10);
  auto const first = sync(next);
  ASSERT_TRUE(undo(*first.run).is_applied());
  auto other = two_schools(100);
  for (int night = 1; night <= 2; ++night) {
    today = 20260901 + night;
    students_go(other, 1, 1 + 10 * night, 10 + 10 * night);
    auto const answer = sync(other);
    EXPECT_TRUE(answer.is_applied()) << night << told(answer);
  }
}

TEST_P(Guards, WhoIsEnabledAgainByAnUndoNoLongerBelongsToTheSlowBleed) {
  begin();
  auto next = two_schools(100);
  students_get(next, 1, 1, 10, "users", "enabledUser", "false");
  ASSERT_TRUE(undo(*sync(next).run).is_applied());
  auto other = two_schools(100);
  for (int night = 1; night <= 2; ++night) {
    today = 20260901 + night;
    students_get(other, 1, 1 + 10 * night, 10 + 10 * night, "users", "enabledUser", "false");
    auto const answer = sync(other);
    EXPECT_TRUE(answer.is_applied()) << night << told(answer);
  }
}

TEST_P(Guards, ABleedThatAPersonAgreedToBeginsAnew) {
  begin();
  auto next = two_schools(100);
  for (int night = 0; night <= 2; ++night) {
    today = 20260901 + night;
    students_go(next, 1, 1 + 9 * night, 9 + 9 * night);
    auto const answer = sync(next);
    if (night < 2) ASSERT_TRUE(answer.is_applied()) << night << told(answer);
    else ASSERT_TRUE(approve(*answer.run).is_applied());
  }
  today = 20260904;
  students_go(next, 1, 28, 34);
  auto const after = sync(next);
  EXPECT_TRUE(after.is_applied()) << told(after);
  today = 20260905;
  students_go(next, 1, 35, 41);
  ASSERT_TRUE(sync(next).is_applied());
  today = 20260906;
  students_go(next, 1, 42, 47);
  EXPECT_TRUE(says(sync(next), "within seven days")) << "what went since is counted";
}

TEST_P(Guards, WhatIsApprovedWithoutAGuardBelongsToTheSlowBleed) {
  begin();
  set("sis", {{"apply-by-itself", "no"}});
  auto next = two_schools(100);
  for (int night = 0; night <= 1; ++night) {
    today = 20260901 + night;
    students_go(next, 1, 1 + 9 * night, 9 + 9 * night);
    auto const held = sync(next);
    EXPECT_EQ(held.held_because, std::vector<std::string>{"preview"});
    ASSERT_TRUE(approve(*held.run).is_applied());
  }
  today = 20260903;
  students_go(next, 1, 19, 26);
  EXPECT_TRUE(says(sync(next), "within seven days"));
}

TEST_P(Guards, EverySourceHasItsOwnThresholds) {
  add_source();
  ASSERT_TRUE(sync(two_schools(100)).is_applied());
  auto gone = two_schools(100), changed = two_schools(100), come = two_schools(100), wrong = two_schools(100);
  students_go(gone, 1, 1, 20);
  students_get(changed, 1, 1, 80, "users", "familyName", "Inkwell");
  for_students(1, 101, 160, [&](std::string const& n) { add_student(come, 1, n); });
  students_get(wrong, 1, 1, 20, "users", "enabledUser", "perhaps");
  for (auto const* delivery : {&gone, &changed, &come, &wrong}) EXPECT_EQ(dry_run(*delivery).outcome, "held");
  set("sis", {{"threshold.removed", "20"}, {"threshold.changed", "80"}, {"threshold.created", "60"}, {"threshold.excluded", "20"}});
  for (auto const* delivery : {&gone, &changed, &come, &wrong}) EXPECT_NE(dry_run(*delivery).outcome, "held");
  set("sis", {{"threshold.removed", "0"}, {"threshold.floor", "0"}});
  auto one = two_schools(100);
  students_go(one, 1, 1, 1);
  EXPECT_TRUE(says(dry_run(one), "People at School 1 (s1): 1 of 101"));
}

TEST_P(Guards, AHeldRunTouchesNothing) {
  begin();
  auto const before = exported();
  auto next = two_schools(100);
  students_go(next, 1, 1, 30);
  auto const held = sync(next);
  EXPECT_EQ(held.outcome, "held");
  EXPECT_FALSE(held.revision);
  EXPECT_EQ(exported(), before);
}

TEST_P(Guards, ADryRunSaysWhatTheRunWillSayAndWritesNothing) {
  begin();
  auto next = two_schools(100);
  students_go(next, 1, 1, 5);
  students_get(next, 2, 1, 7, "users", "familyName", "Inkwell");
  students_get(next, 2, 8, 8, "users", "enabledUser", "perhaps");
  add_student(next, 2, "2_101");
  auto const before = exported();
  auto const dry = dry_run(next);
  EXPECT_FALSE(dry.run);
  EXPECT_FALSE(dry.revision);
  EXPECT_EQ(dry.outcome, "applied_with_warnings");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(store::list_runs(home_->operations(), district_.id).size(), 1u);
  EXPECT_EQ(dry_run(next).digest, dry.digest);

  auto const real = sync(next);
  EXPECT_EQ(real.run, 2);
  EXPECT_EQ(real.revision, 2);
  EXPECT_EQ(real.outcome, dry.outcome);
  EXPECT_EQ(real.digest, dry.digest);
  for (auto const* table : {"orgs", "classes", "users", "enrollments", "demographics"}) {
    EXPECT_EQ(changes(real, table), changes(dry, table)) << table;
    EXPECT_EQ(counts(real, table).unchanged, counts(dry, table).unchanged) << table;
    EXPECT_EQ(counts(real, table).excluded, counts(dry, table).excluded) << table;
  }
  EXPECT_EQ(changes(real, "users"), "+1 ~7 -5");
}

TEST_P(Guards, ADryRunOfWhatWouldBeHeldSaysWhy) {
  begin();
  auto next = two_schools(100);
  students_go(next, 1, 1, 30);
  auto const dry = dry_run(next);
  auto const held = sync(next);
  EXPECT_EQ(dry.outcome, "held");
  EXPECT_FALSE(dry.run);
  EXPECT_EQ(dry.held_because, held.held_because);
  EXPECT_EQ(dry.reasons, held.reasons);
  EXPECT_EQ(dry.digest, held.digest);
}

}  // namespace
}  // namespace rollbook::test
