// Parts go with their whole, what is still needed stays, and what refers to nothing waits: semantics, section 2.
#include <gtest/gtest.h>

#include "runs/many_schools.h"

namespace rollbook::test {
namespace {

using Cells = std::map<std::string, std::string>;

store::SettingChanges const without_thresholds = {{"live", "yes"},
                                                  {"apply-by-itself", "yes"},
                                                  {"threshold.removed", "100"},
                                                  {"threshold.changed", "100"},
                                                  {"threshold.created", "100"},
                                                  {"threshold.excluded", "100"},
                                                  {"threshold.removed-in-a-week", "100"}};

Cells person(std::string const& id, std::string const& role, std::string const& school) {
  return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", school},    {"role", role},
          {"username", id},  {"givenName", "Bo"},     {"familyName", "Larch " + id}};
}

Cells class_at(std::string const& id, std::string const& school, std::string const& course = "c") {
  return {{"sourcedId", id},          {"title", "Class " + id},    {"courseSourcedId", course},
          {"classType", "scheduled"}, {"schoolSourcedId", school}, {"termSourcedIds", "t"}};
}

Cells deleted(std::string const& id) { return {{"sourcedId", id}, {"status", "tobedeleted"}}; }

std::string kept(runs::Answer const& answer) {
  std::string all;
  for (auto const& one : answer.kept) all += one.table + " " + one.sourced_id + " for " + one.because_table + " " + one.because_id + "\n";
  return all;
}

class References : public Runs {
 protected:
  // A delivery without files that used to come waits for a person, who approves it.
  runs::Answer sync_part(DeliveryOf const& delivery) {
    auto const held = sync(delivery);
    EXPECT_EQ(held.held_because, (std::vector<std::string>{"missing-file"}));
    return held.run ? approve(*held.run) : held;
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, References, both_databases(), name_of_database);

TEST_P(References, ADeletedPersonTakesTheirPartsAlong) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(empty_delta().put("users", deleted("u1_1")));
  EXPECT_TRUE(second.is_applied()) << second.outcome;
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
  EXPECT_EQ(changes(second, "enrollments"), "+0 ~0 -1");
  EXPECT_EQ(second.with_their_whole, (std::map<std::string, std::uint64_t>{{"demographics", 1}, {"enrollments", 1}}));
  EXPECT_FALSE(has("enrollments", "e1_1"));
  EXPECT_FALSE(has("demographics", "u1_1"));
}

TEST_P(References, PartsGoThoughTheirFileIsAbsent) {
  add_source();
  sync(two_schools(3));
  auto const second = sync_part(two_schools(3).drop("users", "u1_1").mode("enrollments", "absent").drop("demographics", "u1_1"));
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
  EXPECT_EQ(second.with_their_whole, (std::map<std::string, std::uint64_t>{{"enrollments", 1}}));
  EXPECT_EQ(changes(second, "demographics"), "+0 ~0 -1");
  EXPECT_FALSE(has("enrollments", "e1_1"));
  EXPECT_EQ(sync(two_schools(3).drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1")).outcome, "no_changes");
}

TEST_P(References, ADeletedClassTakesItsEnrollmentsGradesAndResourcesAlong) {
  add_source("sis", without_thresholds);
  EXPECT_EQ(sync(with_grades(two_schools(3))).errors, 0u);
  auto const second = sync(empty_delta()
                               .mode("lineItems", "delta")
                               .mode("results", "delta")
                               .mode("categories", "delta")
                               .mode("resources", "delta")
                               .mode("classResources", "delta")
                               .put("classes", deleted("c1")));
  EXPECT_TRUE(second.is_applied()) << second.outcome;
  EXPECT_EQ(second.with_their_whole, (std::map<std::string, std::uint64_t>{{"classResources", 1}, {"enrollments", 4}, {"lineItems", 1}, {"results", 1}}));
  EXPECT_EQ(ids("results"), (std::vector<std::string>{"r2"}));
  EXPECT_EQ(ids("lineItems"), (std::vector<std::string>{"l2"}));
  EXPECT_EQ(ids("users").size(), 8u);
}

TEST_P(References, ACourseThatAKeptClassNeedsIsKept) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(empty_delta().put("courses", deleted("c")));
  EXPECT_EQ(second.outcome, "no_changes");
  EXPECT_EQ(changes(second, "courses"), "+0 ~0 -0");
  EXPECT_EQ(second.kept_total, 1u);
  EXPECT_EQ(kept(second), "courses c for classes c1\n");
  EXPECT_TRUE(has("courses", "c"));
}

TEST_P(References, ACourseThatNobodyNeedsAnyMoreGoes) {
  add_source();
  sync(two_schools(3).put("courses", {{"sourcedId", "k"}, {"title", "Sums"}, {"orgSourcedId", "d"}}));
  auto const second = sync(empty_delta().put("courses", deleted("c")).put("classes", class_at("c1", "s1", "k")).put("classes", class_at("c2", "s2", "k")));
  EXPECT_EQ(changes(second, "courses"), "+0 ~0 -1");
  EXPECT_EQ(changes(second, "classes"), "+0 ~2 -0");
  EXPECT_TRUE(second.kept.empty());
}

TEST_P(References, ASchoolWithKeptPeopleIsKept) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(empty_delta().put("orgs", deleted("s2")).put("classes", deleted("c2")));
  EXPECT_EQ(changes(second, "orgs"), "+0 ~0 -0");
  EXPECT_EQ(changes(second, "classes"), "+0 ~0 -1");
  EXPECT_EQ(kept(second), "orgs s2 for users p2\n");
}

TEST_P(References, WhatAKeptRecordNeedsIsKeptToo) {
  add_source();
  sync(two_schools(3));
  auto const second = sync(empty_delta().put("orgs", deleted("d")).put("courses", deleted("c")));
  EXPECT_EQ(second.outcome, "no_changes");
  EXPECT_EQ(second.kept_total, 2u);
  EXPECT_TRUE(has("orgs", "d"));
  EXPECT_EQ(cell("courses", "c", "orgSourcedId"), "d");
}

TEST_P(References, ARecordThatOnlyAnExcludedRowNeedsIsKept) {
  add_source();
  sync(two_schools(3).put("courses", {{"sourcedId", "k"}, {"title", "Sums"}, {"orgSourcedId", "d"}}).put("classes", class_at("c3", "s1", "k")));
  auto broken = class_at("c3", "s1", "k");
  broken["classType"] = "evening";
  auto const second = sync(two_schools(3).put("classes", broken));
  EXPECT_EQ(changes(second, "courses"), "+0 ~0 -0");
  EXPECT_EQ(kept(second), "courses k for classes c3\n");
  EXPECT_EQ(cell("classes", "c3", "courseSourcedId"), "k");
}

TEST_P(References, ARowOfAFullFileThatNeedsWhatItNoLongerListsIsExcludedAndKeepsIt) {
  add_source();
  sync(two_schools(3).put("courses", {{"sourcedId", "k"}, {"title", "Sums"}, {"orgSourcedId", "d"}}).put("classes", class_at("c3", "s1", "k")));
  auto const second = sync(two_schools(3).put("classes", class_at("c3", "s1", "k")));
  EXPECT_EQ(counts(second, "classes").excluded, 1u);
  EXPECT_EQ(kept(second), "courses k for classes c3\n");
  EXPECT_EQ(cell("classes", "c3", "courseSourcedId"), "k");
}

TEST_P(References, WhatADeltaDeletesCannotBeNeededByItsOtherRows) {
  add_source();
  sync(two_schools(3).put("courses", {{"sourcedId", "k"}, {"title", "Sums"}, {"orgSourcedId", "d"}}).put("classes", class_at("c3", "s1", "k")));
  auto renamed = class_at("c3", "s1", "k");
  renamed["title"] = "Sums 3";
  auto const second = sync(empty_delta().put("courses", deleted("k")).put("classes", renamed).put("classes", class_at("c4", "s1", "k")));
  EXPECT_EQ(counts(second, "classes").excluded, 2u);
  EXPECT_EQ(changes(second, "classes"), "+0 ~0 -0");
  EXPECT_EQ(kept(second), "courses k for classes c3\n");
  EXPECT_EQ(cell("classes", "c3", "courseSourcedId"), "k");
  EXPECT_FALSE(has("classes", "c4"));
}

TEST_P(References, ANewEnrollmentOfSomebodyDeletedInTheSameDeltaIsExcluded) {
  add_source();
  sync(two_schools(3));
  auto const second =
      sync(empty_delta()
               .put("users", deleted("u1_1"))
               .put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u1_1"}, {"role", "student"}}));
  EXPECT_EQ(counts(second, "enrollments").excluded, 1u);
  EXPECT_FALSE(has("users", "u1_1"));
  EXPECT_FALSE(has("enrollments", "e9"));
}

TEST_P(References, OrganizationsAndPeopleAloneAreAWholeDelivery) {
  add_source();
  auto const everything = two_schools(3);
  auto first = everything;
  for (auto const* table : {"academicSessions", "courses", "classes", "enrollments", "demographics"}) first.mode(table, "absent");
  EXPECT_EQ(sync(first).outcome, "applied");
  auto later = everything;
  later.mode("orgs", "absent").mode("users", "absent");
  auto const second = sync_part(later);
  EXPECT_EQ(second.outcome, "applied");
  EXPECT_EQ(changes(second, "classes"), "+2 ~0 -0");
  EXPECT_EQ(changes(second, "enrollments"), "+8 ~0 -0");
  EXPECT_EQ(changes(second, "demographics"), "+6 ~0 -0");
  EXPECT_EQ(cell("enrollments", "e1_2", "userSourcedId"), "u1_2");
  EXPECT_EQ(ids("users").size(), 8u);
}

TEST_P(References, ARowThatNeedsWhatIsNowhereIsExcludedUntilItComes) {
  add_source();
  auto const late = two_schools(3).put(
      "enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c9"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "u1_1"}, {"role", "student"}});
  auto const first = sync(late);
  EXPECT_EQ(first.outcome, "applied_with_warnings");
  EXPECT_EQ(counts(first, "enrollments").excluded, 1u);
  EXPECT_EQ(first.dependent, 1u);
  EXPECT_EQ(first.errors, 0u);
  EXPECT_EQ(sync(late).outcome, "no_changes");
  auto whole = late;
  auto const then = sync(whole.put("classes", class_at("c9", "s1")));
  EXPECT_EQ(changes(then, "enrollments"), "+1 ~0 -0");
  EXPECT_EQ(cell("enrollments", "e9", "classSourcedId"), "c9");
}

TEST_P(References, AMissingGuardianDoesNotExcludeTheStudentAndIsLinkedWhenTheyCome) {
  add_source();
  auto const lonely = two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"agentSourcedIds", "g1,g2"}}).put("users", person("g2", "guardian", "s1"));
  auto const first = sync(lonely);
  EXPECT_EQ(first.outcome, "applied_with_warnings");
  EXPECT_EQ(counts(first, "users").excluded, 0u);
  EXPECT_EQ(cell("users", "u1_1", "agentSourcedIds"), "g2");
  EXPECT_EQ(sync(lonely).outcome, "no_changes");
  auto together = lonely;
  auto const second = sync(together.put("users", person("g1", "guardian", "s1")));
  EXPECT_EQ(changes(second, "users"), "+1 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "agentSourcedIds"), "g1,g2");
  auto const third = sync(lonely);
  EXPECT_EQ(changes(third, "users"), "+0 ~1 -1");
  EXPECT_EQ(cell("users", "u1_1", "agentSourcedIds"), "g2");
}

TEST_P(References, AGuardianWhoWasFilteredOutIsLinkedWhenTheFilterEnds) {
  add_source();
  set("sis", {{"filter.roles", "student,teacher"}});
  auto const family = two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"agentSourcedIds", "g1"}}).put("users", person("g1", "guardian", "s1"));
  sync(family);
  EXPECT_EQ(cell("users", "u1_1", "agentSourcedIds"), "");
  set("sis", {{"filter.roles", ""}});
  EXPECT_EQ(changes(sync(family), "users"), "+1 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "agentSourcedIds"), "g1");
}

TEST_P(References, AGuardianWhoWasExcludedIsLinkedWhenTheirRowIsGood) {
  add_source();
  auto const family = two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"agentSourcedIds", "g1"}}).put("users", person("g1", "guardian", "s1"));
  auto broken = family;
  sync(broken.put("users", {{"sourcedId", "g1"}, {"enabledUser", "perhaps"}}));
  EXPECT_EQ(cell("users", "u1_1", "agentSourcedIds"), "");
  EXPECT_EQ(changes(sync(family), "users"), "+1 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "agentSourcedIds"), "g1");
}

TEST_P(References, AnOptionalParentThatIsMissingIsDroppedUntilItComes) {
  add_source();
  auto const alone =
      two_schools(3).put("orgs", {{"sourcedId", "s3"}, {"name", "School 3"}, {"type", "school"}, {"identifier", "S3"}, {"parentSourcedId", "north"}});
  EXPECT_EQ(counts(sync(alone), "orgs").excluded, 0u);
  EXPECT_EQ(cell("orgs", "s3", "parentSourcedId"), "");
  auto whole = alone;
  auto const second = sync(whole.put("orgs", {{"sourcedId", "north"}, {"name", "North"}, {"type", "district"}, {"parentSourcedId", "d"}}));
  EXPECT_EQ(changes(second, "orgs"), "+1 ~1 -0");
  EXPECT_EQ(cell("orgs", "s3", "parentSourcedId"), "north");
}

TEST_P(References, AListThatMustNotBeEmptyExcludesWhenAllOfItIsMissing) {
  add_source();
  auto some = class_at("c3", "s1"), none = class_at("c4", "s1");
  some["termSourcedIds"] = "t,t9";
  none["termSourcedIds"] = "t8,t9";
  auto const first = sync(two_schools(3).put("classes", some).put("classes", none));
  EXPECT_EQ(changes(first, "classes"), "+3 ~0 -0");
  EXPECT_EQ(counts(first, "classes").excluded, 1u);
  EXPECT_EQ(cell("classes", "c3", "termSourcedIds"), "t");
}

TEST_P(References, RowsThatWaitForAnExcludedRowAreGoodWhenItsRecordIsStored) {
  add_source();
  sync(two_schools(3));
  auto next = two_schools(3).put("classes", {{"sourcedId", "c1"}, {"classType", "evening"}});
  next.put("users", person("u9", "student", "s1"))
      .put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c1"}, {"schoolSourcedId", "s1"}, {"userSourcedId", "u9"}, {"role", "student"}});
  auto const second = sync(next);
  EXPECT_EQ(second.outcome, "applied_with_warnings");
  EXPECT_EQ(counts(second, "classes").excluded, 1u);
  EXPECT_EQ(counts(second, "enrollments").excluded, 0u);
  EXPECT_EQ(changes(second, "enrollments"), "+1 ~0 -0");
  EXPECT_EQ(counts(second, "enrollments").unchanged, 8u);
  EXPECT_EQ(cell("enrollments", "e9", "classSourcedId"), "c1");
}

TEST_P(References, RowsThatWaitForAnExcludedRowThatIsNewAreExcludedToo) {
  add_source();
  auto const first = sync(two_schools(3).put("classes", {{"sourcedId", "c1"}, {"classType", "evening"}}));
  EXPECT_EQ(counts(first, "classes").excluded, 1u);
  EXPECT_EQ(counts(first, "enrollments").excluded, 4u);
  EXPECT_EQ(first.errors, 1u);
  EXPECT_EQ(first.dependent, 4u);
  auto const second = sync(two_schools(3));
  EXPECT_EQ(changes(second, "classes"), "+1 ~0 -0");
  EXPECT_EQ(changes(second, "enrollments"), "+4 ~0 -0");
}

TEST_P(References, ADeltaFindsInTheStoreWhatItDoesNotBring) {
  add_source();
  sync(two_schools(3));
  auto const second =
      sync(empty_delta()
               .put("enrollments", {{"sourcedId", "e9"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u1_1"}, {"role", "student"}})
               .put("enrollments", {{"sourcedId", "e8"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u99"}, {"role", "student"}}));
  EXPECT_EQ(changes(second, "enrollments"), "+1 ~0 -0");
  EXPECT_EQ(counts(second, "enrollments").excluded, 1u);
  EXPECT_EQ(cell("enrollments", "e9", "userSourcedId"), "u1_1");
}

TEST_P(References, AGuardianWhoIsDeletedInADeltaIsKeptWhileAStudentNamesThem) {
  add_source();
  sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"agentSourcedIds", "g1"}}).put("users", person("g1", "guardian", "s1")));
  auto const second = sync(empty_delta().put("users", deleted("g1")));
  EXPECT_EQ(second.outcome, "no_changes");
  EXPECT_EQ(kept(second), "users g1 for users u1_1\n");
}

TEST_P(References, APersonWhoMovesFromOneSchoolToTheOtherInADeltaKeepsTheirParts) {
  add_source();
  sync(two_schools(3));
  auto moved = person("u1_1", "student", "s2");
  auto const second =
      sync(empty_delta()
               .put("users", moved)
               .put("enrollments", {{"sourcedId", "e1_1"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u1_1"}, {"role", "student"}})
               .put("classes", deleted("c1")));
  EXPECT_TRUE(second.is_applied()) << second.outcome;
  EXPECT_EQ(cell("enrollments", "e1_1", "classSourcedId"), "c2");
  EXPECT_EQ(second.with_their_whole, (std::map<std::string, std::uint64_t>{{"enrollments", 3}}));
}

// Organizations and people of one source, as another system has them too.
DeliveryOf people_only(DeliveryOf d) {
  for (auto const* table : {"academicSessions", "courses", "classes", "enrollments", "demographics"}) d.mode(table, "absent");
  return d;
}

DeliveryOf classes_only(DeliveryOf d) { return d.mode("orgs", "absent").mode("users", "absent"); }

TEST_P(References, WhatAnotherSourceStillNeedsIsKept) {
  add_source("hr", without_thresholds);
  add_source();
  sync(people_only(two_schools(3)), "hr");
  EXPECT_EQ(sync(classes_only(two_schools(3))).outcome, "applied");
  auto left = people_only(two_schools(3)).drop("orgs", "s2").drop("users", "p2");
  for (auto const* id : {"u2_1", "u2_2", "u2_3"}) left.drop("users", id);
  auto const second = sync(left, "hr");
  EXPECT_EQ(second.kept_total, 1u);
  EXPECT_EQ(kept(second).find("orgs s2 for "), 0u) << kept(second);
  EXPECT_EQ(cell("classes", "c2", "schoolSourcedId"), "s2");
}

TEST_P(References, PartsThatAnotherSourceBroughtGoWithTheirWhole) {
  add_source("hr", without_thresholds);
  add_source();
  sync(people_only(two_schools(3)), "hr");
  sync(classes_only(two_schools(3)));
  auto const second = sync(people_only(two_schools(3)).drop("users", "u1_1"), "hr");
  EXPECT_EQ(changes(second, "users"), "+0 ~0 -1");
  EXPECT_EQ(second.with_their_whole, (std::map<std::string, std::uint64_t>{{"demographics", 1}, {"enrollments", 1}}));
  EXPECT_FALSE(has("enrollments", "e1_1"));
}

TEST_P(References, PartsOfAnotherSourceComeBackWithTheirWhole) {
  add_source("hr", without_thresholds);
  add_source("sis", without_thresholds);
  sync(people_only(two_schools(3)), "hr");
  sync(classes_only(two_schools(3)));
  auto const before = exported();
  auto const second = sync(people_only(two_schools(3)).drop("users", "u1_1"), "hr");
  auto const after = exported();
  auto const undone = undo(*second.run);
  EXPECT_EQ(undone.outcome, "applied") << ::testing::PrintToString(undone.conflicts);
  EXPECT_EQ(changes(undone, "enrollments"), "+1 ~0 -0");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(sync(classes_only(two_schools(3))).outcome, "no_changes");
  EXPECT_EQ(undo(*undone.run).outcome, "applied");
  EXPECT_EQ(exported(), after);
}

TEST_P(References, PartsOfAnotherSourceComeBackAlsoWhenMuchHasHappenedSince) {
  add_source("hr", without_thresholds);
  add_source("sis", without_thresholds);
  sync(people_only(two_schools(3)), "hr");
  sync(classes_only(two_schools(3)));
  auto const before = exported();
  auto const people = people_only(two_schools(3)).drop("users", "u1_1");
  auto const second = sync(people, "hr");
  auto const renamed = [](DeliveryOf d) { return people_only(std::move(d)).put("users", {{"sourcedId", "p2"}, {"familyName", "Larch"}}); };
  sync(renamed(two_schools(3)).drop("users", "u1_1"), "hr");
  auto const undone = undo(*second.run);
  EXPECT_TRUE(undone.conflicts.empty()) << ::testing::PrintToString(undone.conflicts);
  EXPECT_TRUE(has("enrollments", "e1_1"));
  EXPECT_EQ(undo(*undone.run).outcome, "applied");
  EXPECT_FALSE(has("enrollments", "e1_1"));
  EXPECT_FALSE(has("users", "u1_1"));
}

TEST_P(References, TheOtherSourceMayGoOnSpeakingOfPartsThatHaveGone) {
  add_source("hr", without_thresholds);
  add_source("sis", without_thresholds);
  sync(people_only(two_schools(3)), "hr");
  sync(classes_only(two_schools(3)));
  sync(people_only(two_schools(3)).drop("users", "u1_1"), "hr");
  auto const night = sync(classes_only(two_schools(3)));
  EXPECT_EQ(night.outcome, "no_changes");
  EXPECT_EQ(counts(night, "enrollments").excluded, 1u);
  sync(people_only(two_schools(3)), "hr");
  EXPECT_EQ(changes(sync(classes_only(two_schools(3))), "enrollments"), "+1 ~0 -0");
  EXPECT_TRUE(has("enrollments", "e1_1"));
}

TEST_P(References, PartsOfAnotherSourceStayWithAWholeThatIsLeftOut) {
  add_source("hr", {{"live", "yes"}, {"threshold.floor", "1000"}});
  add_source("sis", without_thresholds);
  approve(*sync(people_only(two_schools(3)), "hr").run);
  sync(classes_only(two_schools(3)));
  auto const held = sync(people_only(two_schools(3)).drop("users", "u1_1").drop("users", "u2_1"), "hr");
  ASSERT_EQ(held.outcome, "held");
  EXPECT_EQ(changes(held, "enrollments"), "+0 ~0 -2");
  auto const part = approve(*held.run, {"s2"});
  EXPECT_EQ(changes(part, "enrollments"), "+0 ~0 -1");
  EXPECT_FALSE(has("enrollments", "e1_1"));
  EXPECT_TRUE(has("enrollments", "e2_1"));
  EXPECT_TRUE(has("users", "u2_1"));
}

TEST_P(References, ARecordOfTwoSourcesStaysUntilBothHaveDroppedIt) {
  add_source("hr", without_thresholds);
  add_source();
  sync(people_only(two_schools(3)), "hr");
  EXPECT_EQ(changes(sync(two_schools(3)), "users"), "+8 ~0 -0");
  EXPECT_EQ(ids("users").size(), 8u);
  sync(people_only(two_schools(3)).drop("users", "u1_1"), "hr");
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("enrollments", "e1_1"));
  sync(two_schools(3).drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1"));
  EXPECT_FALSE(has("users", "u1_1"));
}

TEST_P(References, WhoStaysThroughAnotherSourceKeepsTheirParts) {
  auto const with_demographics = [](DeliveryOf d) { return people_only(std::move(d)).mode("demographics", "bulk"); };
  add_source("hr", without_thresholds);
  add_source();
  sync(with_demographics(two_schools(3)), "hr");
  sync(two_schools(3).mode("demographics", "absent"));
  auto const held = sync(people_only(two_schools(3)).drop("users", "u1_1"), "hr");
  EXPECT_TRUE(approve(held.run.value_or(0)).is_applied());
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("demographics", "u1_1"));
}

TEST_P(References, TheFirstSourceCountsAndTheSecondComesIntoForceWhenItGoes) {
  add_source("hr", without_thresholds);
  add_source();
  sync(people_only(two_schools(3)), "hr");
  auto const differing = two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"givenName", "Adele"}});
  EXPECT_EQ(sync(differing).outcome, "applied_with_warnings");
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
  sync(people_only(two_schools(3)).drop("users", "u1_1"), "hr");
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Adele");
}

TEST_P(References, AnotherPersonUnderAnIdOfAnotherSourceIsExcluded) {
  add_source("hr", without_thresholds);
  add_source();
  sync(people_only(two_schools(3)), "hr");
  auto const second = sync(two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"givenName", "Bo"}, {"familyName", "Larch"}, {"identifier", "L1"}}));
  EXPECT_EQ(second.outcome, "applied_with_warnings");
  EXPECT_EQ(counts(second, "users").excluded, 1u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
  auto const says_so = std::any_of(second.reasons.begin(), second.reasons.end(), [](auto const& reason) { return reason.find("u1_1") != std::string::npos; });
  EXPECT_TRUE(says_so);
}

}  // namespace
}  // namespace rollbook::test
