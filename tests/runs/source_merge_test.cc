// A source takes the place of another one while it has been delivering beside it: what both had as records of their own becomes one.
#include "runs/source_changes.h"

namespace rollbook::test {
namespace {

class SourceMerge : public TwoSources {
 protected:
  runs::Answer replaced() {
    auto const held = replace("sis", "new");
    return held.run ? approve(*held.run) : held;
  }
  // The first student, whom the new source calls n-u1_1, as others tell of her.
  using Cells = std::map<std::string, std::string>;
  static Cells ada_at(std::string const& school) {
    return {{"sourcedId", "n-u1_1"}, {"enabledUser", "true"}, {"orgSourcedIds", school}, {"role", "student"},
            {"username", "u1_1"},    {"givenName", "Ada1"},   {"familyName", "Quill1"},  {"identifier", "Iu1_1"}};
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, SourceMerge, both_databases(), name_of_database);

TEST_P(SourceMerge, WhatBothHaveBecomesOneRecord) {
  begin_beside();
  auto const person = key_of("users", "u1_1"), enrollment = key_of("enrollments", "e1_1"), school = key_of("orgs", "s1"), group = key_of("classes", "c1");
  ASSERT_TRUE(replaced().is_applied());
  EXPECT_EQ(ids("users").size(), 12u);
  EXPECT_EQ(ids("enrollments").size(), 12u);
  EXPECT_EQ(ids("demographics").size(), 10u);
  EXPECT_EQ(ids("classes").size(), 2u);
  EXPECT_EQ(key_of("users", "n-u1_1"), person);
  EXPECT_EQ(key_of("enrollments", "n-e1_1"), enrollment);
  EXPECT_EQ(key_of("orgs", "n-s1"), school);
  EXPECT_EQ(key_of("classes", "n-c1"), group);
  EXPECT_EQ(cell("enrollments", "n-e1_1", "userSourcedId"), "n-u1_1");
  EXPECT_EQ(cell("enrollments", "n-e1_1", "classSourcedId"), "n-c1");
  EXPECT_EQ(cell("users", "n-u1_1", "orgSourcedIds"), "n-s1");
}

TEST_P(SourceMerge, TheNightAfterItNothingChanges) {
  begin_beside();
  ASSERT_TRUE(replaced().is_applied());
  auto const next = sync(by_new(), "new");
  for (auto const* table : {"users", "classes", "enrollments", "demographics"}) {
    EXPECT_EQ(changes(next, table), "+0 ~0 -0") << table;
  }
  auto d = by_new();
  d.put("users", {{"sourcedId", "n-u1_2"}, {"familyName", "Inkwell"}});
  d.drop("users", "n-u2_5").drop("enrollments", "n-e2_5").drop("demographics", "n-u2_5");
  auto const after = sync(d, "new");
  EXPECT_EQ(changes(after, "users"), "+0 ~1 -1");
  EXPECT_EQ(changes(after, "enrollments"), "+0 ~0 -1");
}

TEST_P(SourceMerge, ThePreviewNamesWhatBecomesOne) {
  begin_beside();
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "People: 12 of 12 are in the newest delivery of new, 0 by sourcedId and 12 by what identifies them; 0 are not."));
  EXPECT_TRUE(says(held, "People: 12 of them new has as records of its own; each becomes one with the record of sis, and nothing that refers to it is lost."));
  EXPECT_NE(std::find(held.consequences.begin(), held.consequences.end(), "Person n-u1_1 of new becomes one with u1_1, and n-u1_1 is its id from then on."),
            held.consequences.end());
  EXPECT_EQ(counts(held, "users").updated, 12u);
  EXPECT_EQ(ids("users").size(), 24u);
}

TEST_P(SourceMerge, UndoneBothHaveWhatTheyHad) {
  begin_beside();
  edit("u1_1", "email", "ada@oak.example");
  edit("n-u1_1", "phone", "555-0100");
  auto const before = exported();
  auto const merged = key_of("users", "n-u1_1");
  auto const replacement = replaced();
  ASSERT_TRUE(replacement.is_applied());
  auto const after = exported();
  auto const undone = undo(*replacement.run);
  EXPECT_TRUE(undone.is_applied());
  EXPECT_TRUE(undone.conflicts.empty());
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(key_of("users", "n-u1_1"), merged);
  EXPECT_EQ(state("sis"), "active");
  EXPECT_EQ(sync(with_codes(two_schools(5))).outcome, "no_changes");
  EXPECT_EQ(sync(by_new(), "new").outcome, "no_changes");
  ASSERT_TRUE(undo(*undone.run).is_applied());
  EXPECT_EQ(exported(), after);
}

TEST_P(SourceMerge, ValuesOfTheNewSourceCountUnderTheEditsOfBoth) {
  begin_beside();
  auto d = by_new();
  d.put("users", {{"sourcedId", "n-u1_1"}, {"middleName", "Grace"}});
  ASSERT_TRUE(sync(d, "new").is_applied());
  edit("u1_1", "email", "ada@oak.example");
  edit("n-u1_1", "phone", "555-0100");
  edit("n-u1_1", "email", "other@oak.example");
  auto const held = replace("sis", "new");
  EXPECT_EQ(held.conflicts, Words{"person u1_1: email was set by hand on both records that become one; what was set on the record of sis counts"});
  EXPECT_EQ(approve(*held.run).outcome, "applied_with_warnings");
  EXPECT_EQ(cell("users", "n-u1_1", "middleName"), "Grace");
  EXPECT_EQ(cell("users", "n-u1_1", "email"), "ada@oak.example");
  EXPECT_EQ(cell("users", "n-u1_1", "phone"), "555-0100");
}

TEST_P(SourceMerge, EditsThatNameARecordFollowIt) {
  begin_beside();
  auto h = hub();
  ASSERT_TRUE(told(runs::edit(h, district_, {"users", "n-u1_2", {{"orgSourcedIds", "n-s2"}}, ""})).is_applied());
  ASSERT_TRUE(replaced().is_applied());
  EXPECT_EQ(cell("users", "n-u1_2", "orgSourcedIds"), "n-s2");
  EXPECT_EQ(ids("orgs").size(), 4u);  // of the district itself both have one of their own: it has no identifier
}

TEST_P(SourceMerge, SeveralThatLookTheSameAreMatchedWithNone) {
  begin(with_codes(two_schools(5)).put("users", {{"sourcedId", "u2_4"}, {"givenName", "Ada4"}, {"familyName", "Quill1"}, {"identifier", "Iu1_4"}}));
  add_source("new", known_otherwise);
  ASSERT_TRUE(sync(by_new(), "new").is_applied());
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "People: 10 of 12 are in the newest delivery of new, 0 by sourcedId and 10 by what identifies them; 2 are not."));
  EXPECT_TRUE(says(held, "People: 2 could be several records or are one of several that look the same; they are matched with none of them."));
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_TRUE(has("users", "u1_4"));
  EXPECT_TRUE(has("users", "u2_4"));
  EXPECT_TRUE(has("users", "n-u1_4"));
  EXPECT_EQ(cell("enrollments", "e1_4", "userSourcedId"), "u1_4");
}

TEST_P(SourceMerge, WhatAThirdSourceKeepsApartStaysApart) {
  begin_beside();
  add_source("hr");
  auto both = people_only(two_schools(5));
  both.put("users", ada_at("s1"));
  ASSERT_TRUE(sync(both, "hr").is_applied());
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "People: 1 could be several records"));
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("users", "n-u1_1"));
  EXPECT_FALSE(has("users", "u1_2"));
}

TEST_P(SourceMerge, WhatAThirdSourceSaysOfIt) {
  begin_beside();
  add_source("clubs", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  DeliveryOf clubs;
  clubs.put("enrollments", {{"sourcedId", "k1"}, {"classSourcedId", "n-c1"}, {"schoolSourcedId", "n-s1"}, {"userSourcedId", "n-u1_1"}, {"role", "student"}});
  clubs.put("users", ada_at("n-s1"));
  ASSERT_TRUE(sync(clubs, "clubs").is_applied());
  auto const before = exported();
  auto const replacement = replaced();
  ASSERT_TRUE(replacement.is_applied());
  EXPECT_TRUE(has("enrollments", "k1"));
  EXPECT_EQ(sync(clubs, "clubs").outcome, "no_changes");
  ASSERT_TRUE(undo(*replacement.run).is_applied());
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(sync(clubs, "clubs").outcome, "no_changes");
}

TEST_P(SourceMerge, ASourceOfDeltasIsMatchedByWhatItBrought) {
  begin(with_codes(two_schools(5)));
  add_source("new", known_otherwise);
  ASSERT_TRUE(sync(by_new(), "new").is_applied());
  auto delta = empty_delta();
  auto ada = ada_at("n-s1");
  ada["middleName"] = "Grace";
  delta.put("users", ada);
  ASSERT_TRUE(sync(delta, "new").is_applied());
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "People: 12 of 12 are known to new, 0 by sourcedId and 12 by what identifies them; 0 are not."));
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_EQ(ids("users").size(), 12u);
  EXPECT_EQ(cell("users", "n-u1_1", "middleName"), "Grace");
}

TEST_P(SourceMerge, PeopleOfTheSameIdsKeepTheirEnrollmentsUnderTheNewOnes) {
  begin();
  add_source("new", known_otherwise);
  auto d = two_schools(5);
  for (std::string const s : {"1", "2"})
    for (int i = 1; i <= 5; ++i) {
      auto const n = s + "_" + std::to_string(i);
      d.drop("enrollments", "e" + n)
          .put("enrollments",
               {{"sourcedId", "x" + n}, {"classSourcedId", "c" + s}, {"schoolSourcedId", "s" + s}, {"userSourcedId", "u" + n}, {"role", "student"}});
    }
  ASSERT_TRUE(sync(d, "new").is_applied());
  ASSERT_EQ(ids("enrollments").size(), 22u);
  auto const key = key_of("enrollments", "e1_1");
  ASSERT_TRUE(replaced().is_applied());
  EXPECT_EQ(ids("enrollments").size(), 12u);
  EXPECT_EQ(key_of("enrollments", "x1_1"), key);
  EXPECT_EQ(sync(d, "new").outcome, "no_changes");
}

TEST_P(SourceMerge, NobodyLosesAnEnrollmentThatOnlyOneOfThemHas) {
  begin(with_codes(two_schools(5)).drop("enrollments", "e1_1"));
  add_source("new", known_otherwise);
  ASSERT_TRUE(sync(by_new().drop("enrollments", "n-e1_2"), "new").is_applied());
  ASSERT_TRUE(replaced().is_applied());
  EXPECT_EQ(ids("enrollments").size(), 12u);
  EXPECT_EQ(cell("enrollments", "n-e1_1", "userSourcedId"), "n-u1_1");
  EXPECT_EQ(cell("enrollments", "e1_2", "userSourcedId"), "n-u1_2");
}

TEST_P(SourceMerge, UndoneLateWhatChangedSinceStaysOne) {
  begin_beside();
  auto const replacement = replaced();
  ASSERT_TRUE(replacement.is_applied());
  auto d = by_new(6);
  d.put("users", {{"sourcedId", "n-u1_1"}, {"familyName", "Inkwell"}});
  ASSERT_TRUE(sync(d, "new").is_applied());
  auto const undone = undo(*replacement.run);
  EXPECT_EQ(undone.outcome, "applied_with_warnings");
  EXPECT_TRUE(has("users", "u1_2"));
  EXPECT_TRUE(has("users", "n-u1_2"));
  EXPECT_NE(has("users", "u1_1"), has("users", "n-u1_1")) << "one record still, under one id";
  EXPECT_NE(sync(d, "new").outcome, "failed");
}

TEST_P(SourceMerge, GuardsMeasureTheSchoolThatBecameOne) {
  begin_beside(150);
  ASSERT_TRUE(replaced().is_applied());
  set("new", {{"threshold.floor", "10"}});
  auto fewer = by_new(150);
  for_students(1, 1, 16, [&](std::string const& n) { fewer.drop("users", "n-u" + n).drop("enrollments", "n-e" + n).drop("demographics", "n-u" + n); });
  EXPECT_TRUE(says(dry_run(fewer, "new"), "People at School 1 (n-s1): 16 of 151 (11 %) would go"));
}

}  // namespace
}  // namespace rollbook::test
