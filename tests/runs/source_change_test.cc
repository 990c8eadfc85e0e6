// What becomes of a source: deactivated, deleted, replaced.
#include <gtest/gtest.h>

#include "base/text.h"
#include "runs/source_changes.h"
#include "runs/trace.h"

namespace rollbook::test {
namespace {

class SourceChange : public SourceChanges {};
INSTANTIATE_TEST_SUITE_P(Runs, SourceChange, both_databases(), name_of_database);

// Deactivated.

TEST_P(SourceChange, RecordsOfADeactivatedSourceStay) {
  begin();
  auto const before = exported();
  auto const answer = deactivate();
  EXPECT_EQ(answer.outcome, "applied");
  EXPECT_EQ(answer.kind, "source change");
  EXPECT_EQ(answer.revision, 2);
  EXPECT_EQ(answer.status(), 0);
  EXPECT_TRUE(says(answer, "stay, without an owner, until a source that brings the same ids adopts them."));
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(state("sis"), "deactivated");
  EXPECT_TRUE(audited("source deactivated", "sis"));
}

TEST_P(SourceChange, ADeactivatedSourceTakesNoDeliveries) {
  begin();
  deactivate();
  EXPECT_EQ(sync(two_schools(6)).outcome, "trouble: The source \"sis\" is deactivated: it takes no deliveries.");
  EXPECT_EQ(dry_run(two_schools(6)).outcome, "trouble: The source \"sis\" is deactivated: it takes no deliveries.");
  EXPECT_EQ(deactivate().outcome, "trouble: The source \"sis\" is deactivated already.");
}

TEST_P(SourceChange, WhatWaitsOfADeactivatedSourceIsDiscarded) {
  begin();
  set("sis", {{"apply-by-itself", "no"}});
  ASSERT_EQ(sync(two_schools(6)).outcome, "held");
  deactivate();
  EXPECT_EQ(decision_of(2), "discarded");
  EXPECT_EQ(approve(2).outcome.find("trouble: "), 0u);
}

TEST_P(SourceChange, ANewSourceAdoptsRecordsWithoutAnOwner) {
  begin();
  edit("u1_1", "email", "ada@oak.example");
  deactivate();
  auto const key = key_of("users", "u1_1");
  add_source("new");
  auto const adopted = sync(two_schools(5), "new");
  EXPECT_EQ(adopted.outcome, "applied");
  EXPECT_TRUE(nothing_comes_or_goes(adopted));
  EXPECT_EQ(counts(adopted, "users").unchanged, 12u);
  EXPECT_EQ(key_of("users", "u1_1"), key);
  EXPECT_EQ(cell("users", "u1_1", "email"), "ada@oak.example");
  EXPECT_EQ(sync(two_schools(5), "new").outcome, "no_changes");
  EXPECT_EQ(changes(sync(two_schools(4), "new"), "users"), "+0 ~0 -2");
  EXPECT_FALSE(has("users", "u1_5"));
}

TEST_P(SourceChange, WhatTheNewSourceSaysOfAnAdoptedRecordCounts) {
  begin();
  deactivate();
  add_source("new");
  auto d = two_schools(5);
  d.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Inkwell"}});
  d.put("classes", {{"sourcedId", "c1"}, {"title", "Class 1"}, {"classCode", "R1"}});
  auto const adopted = sync(d, "new");
  EXPECT_EQ(adopted.outcome, "applied");
  EXPECT_EQ(changes(adopted, "users"), "+0 ~1 -0");
  EXPECT_EQ(counts(adopted, "users").unchanged, 11u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Inkwell");
}

TEST_P(SourceChange, WhatNobodyAdoptsStays) {
  begin();
  deactivate();
  add_source("new");
  auto d = two_schools(5);
  students_go(d, 2, 5, 5);
  EXPECT_TRUE(nothing_comes_or_goes(sync(d, "new")));
  EXPECT_TRUE(has("users", "u2_5"));
  EXPECT_TRUE(has("enrollments", "e2_5"));
}

TEST_P(SourceChange, WhatHasNoOwnerKeepsWhatItRefersTo) {
  begin();
  deactivate();
  add_source("new");
  ASSERT_TRUE(sync(people_only(two_schools(5)), "new").is_applied());
  auto const next = sync(people_only(two_schools(5)).drop("users", "u1_1"), "new");
  EXPECT_EQ(changes(next, "users"), "+0 ~0 -0");
  EXPECT_EQ(next.kept_total, 1u);
  EXPECT_TRUE(has("users", "u1_1"));
}

TEST_P(SourceChange, SomebodyElseUnderTheSameIdAdoptsNothing) {
  begin();
  deactivate();
  add_source("new");
  auto d = two_schools(5);
  d.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Bo"}, {"familyName", "Larch"}, {"identifier", "L1"}});
  EXPECT_EQ(counts(sync(d, "new"), "users").excluded, 1u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(SourceChange, AnUndoneAdoptionLeavesTheRecordsWithoutAnOwner) {
  begin();
  auto const before = exported();
  deactivate();
  add_source("new");
  ASSERT_TRUE(sync(two_schools(5), "new").is_applied());
  auto const undone = undo(3);
  EXPECT_TRUE(undone.is_applied());
  EXPECT_TRUE(nothing_comes_or_goes(undone));
  EXPECT_EQ(exported(), before);
  set("new", {{"threshold.floor", "1000"}});
  ASSERT_TRUE(undo(4).is_applied());
  EXPECT_EQ(changes(sync(two_schools(4), "new"), "users"), "+0 ~0 -2");
}

TEST_P(SourceChange, WhatOtherSourcesHaveTooIsTheirsAlone) {
  begin();
  add_source("hr");
  auto staff = people_only(two_schools(5));
  staff.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Adele"}});
  ASSERT_TRUE(sync(staff, "hr").is_applied());
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
  auto const answer = deactivate();
  EXPECT_TRUE(says(answer, "15 records are other sources' too: what those say of them counts."));
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Adele");
  ASSERT_TRUE(undo(3).is_applied());
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1") << "an undo brings back who spoke first, too";
}

TEST_P(SourceChange, ADeactivationCanBeUndone) {
  begin();
  deactivate();
  auto const undone = undo(2);
  EXPECT_EQ(undone.outcome, "applied");
  EXPECT_EQ(state("sis"), "active");
  EXPECT_EQ(changes(sync(two_schools(6)), "users"), "+2 ~0 -0");
  EXPECT_EQ(undo(2).outcome, "no_changes");
}

TEST_P(SourceChange, AnUndoneDeactivationCanBeDoneAgain) {
  begin();
  deactivate();
  undo(2);
  EXPECT_TRUE(undo(3).is_applied());
  EXPECT_EQ(state("sis"), "deactivated");
  add_source("new");
  EXPECT_TRUE(nothing_comes_or_goes(sync(two_schools(5), "new")));
}

// Deleted.

TEST_P(SourceChange, ADeletedSourceIsForgottenAndItsRecordsStay) {
  begin();
  auto const before = exported();
  EXPECT_EQ(forget(false).outcome, "applied");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(state("sis"), "deleted");
  EXPECT_FALSE(store::find_source(home_->operations(), district_, "sis").ok());
  EXPECT_TRUE(audited("source deleted", "sis"));
  add_source();  // its name is free
  EXPECT_TRUE(nothing_comes_or_goes(sync(two_schools(5))));
}

TEST_P(SourceChange, DeletingASourceWithItsRecordsIsHeldAsDestructive) {
  begin();
  auto const held = forget(true);
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.status(), 3);
  EXPECT_EQ(held.decision, "open");
  EXPECT_EQ(held.held_because, Words{"destructive"});
  EXPECT_EQ(changes(held, "users"), "+0 ~0 -12");
  EXPECT_EQ(ids("users").size(), 12u);
  EXPECT_EQ(state("sis"), "active");
}

TEST_P(SourceChange, ApprovedItGoesWithAllThatOnlyItHas) {
  begin();
  forget(true);
  auto const applied = approve(2);
  EXPECT_EQ(applied.outcome, "applied");
  EXPECT_EQ(applied.decision, "approved");
  EXPECT_EQ(ids("users").size(), 0u);
  EXPECT_EQ(ids("enrollments").size(), 0u);
  EXPECT_EQ(state("sis"), "deleted");
}

TEST_P(SourceChange, DiscardedItStays) {
  begin();
  forget(true);
  EXPECT_EQ(discard(2).decision, "discarded");
  EXPECT_EQ(state("sis"), "active");
  EXPECT_EQ(sync(two_schools(6)).outcome, "applied");
}

TEST_P(SourceChange, UndoBringsASourceBackWithItsRecords) {
  begin();
  auto const before = exported();
  forget(true);
  ASSERT_TRUE(approve(2).is_applied());
  ASSERT_TRUE(undo(2).is_applied());
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(state("sis"), "active");
  EXPECT_EQ(sync(two_schools(5)).outcome, "no_changes");
  EXPECT_EQ(changes(sync(two_schools(6)), "users"), "+2 ~0 -0");
}

TEST_P(SourceChange, WhatWasNotSeenIsNotDeleted) {
  begin();
  forget(true);
  ASSERT_TRUE(sync(two_schools(6)).is_applied());
  auto const again = approve(2);
  EXPECT_EQ(again.outcome, "held");
  EXPECT_TRUE(says(again, "This is not what was seen"));
  EXPECT_EQ(changes(again, "users"), "+0 ~0 -14");
  EXPECT_TRUE(approve(2).is_applied());
}

TEST_P(SourceChange, WhatNobodyAdoptedGoesWithItsFormerSource) {
  begin();
  deactivate();
  add_source("new");
  auto d = two_schools(5);
  students_go(d, 2, 5, 5);
  ASSERT_TRUE(sync(d, "new").is_applied());
  auto const before = exported();
  auto const held = forget(true);
  EXPECT_EQ(held.held_because, Words{"destructive"});
  EXPECT_EQ(changes(held, "users"), "+0 ~0 -1");
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_FALSE(has("users", "u2_5"));
  EXPECT_TRUE(has("users", "u2_4"));
  ASSERT_TRUE(undo(*held.run).is_applied());
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(state("sis"), "deactivated");
  EXPECT_TRUE(nothing_comes_or_goes(sync(two_schools(5), "new")));
}

TEST_P(SourceChange, WhatAnotherSourceHasOrNeedsStays) {
  add_source("hr");
  ASSERT_TRUE(sync(people_only(two_schools(5)), "hr").is_applied());
  begin(two_schools(5).mode("orgs", "absent").mode("demographics", "absent"));
  auto const held = forget(true, "hr");
  EXPECT_GT(held.kept_total, 0u);
  ASSERT_TRUE(approve(3).is_applied());
  EXPECT_TRUE(has("orgs", "s1"));
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("enrollments", "e1_1"));
}

TEST_P(SourceChange, WhatBelongsToAnotherSourceKeepsThePeopleItIsAbout) {
  add_source("hr");
  ASSERT_TRUE(sync(people_only(two_schools(5)), "hr").is_applied());
  begin(two_schools(5).mode("orgs", "absent").mode("users", "absent").mode("demographics", "absent"));
  auto const held = forget(true, "hr");
  EXPECT_EQ(changes(held, "users"), "+0 ~0 -0");
  ASSERT_TRUE(approve(3).is_applied());
  EXPECT_TRUE(has("users", "u1_1"));
  EXPECT_TRUE(has("enrollments", "e1_1"));
}

// Replaced.

TEST_P(SourceChange, ReplacingASourceIsHeldUntilApproved) {
  begin();
  add_source("new", trial);
  ASSERT_EQ(sync(two_schools(5), "new").outcome, "held");
  auto const held = replace("sis", "new");
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.status(), 3);
  EXPECT_EQ(held.kind, "source change");
  EXPECT_EQ(held.held_because, Words{"preview"});
  EXPECT_TRUE(nothing_comes_or_goes(held));
  EXPECT_TRUE(says(held, "People: 12 of 12 are in the newest delivery of new, 12 by sourcedId and 0 by what identifies them; 0 are not."));
  EXPECT_EQ(state("sis"), "active");
}

TEST_P(SourceChange, AfterItTheNewSourceHasEverythingWithItsHistory) {
  begin();
  edit("u1_1", "email", "ada@oak.example");
  add_source("new", trial);
  sync(two_schools(5), "new");
  auto const before = exported();
  auto const key = key_of("users", "u1_1");
  auto const held = replace("sis", "new");
  auto const applied = approve(*held.run);
  EXPECT_EQ(applied.outcome, "applied");
  EXPECT_EQ(applied.decision, "approved");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(key_of("users", "u1_1"), key);
  EXPECT_EQ(state("sis"), "deactivated");
  EXPECT_TRUE(audited("source replaced", "sis by new"));
  set("new", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  EXPECT_EQ(sync(two_schools(5), "new").outcome, "no_changes");
  auto d = two_schools(5);
  students_go(d, 2, 5, 5);
  d.put("users", {{"sourcedId", "u1_2"}, {"familyName", "Inkwell"}});
  EXPECT_EQ(changes(sync(d, "new"), "users"), "+0 ~1 -1");
  EXPECT_EQ(cell("users", "u1_1", "email"), "ada@oak.example");
}

TEST_P(SourceChange, TheHistoryOfARecordGoesOnUnderItsNewSource) {
  begin();
  add_source("new");
  ASSERT_TRUE(approve(*replace("sis", "new").run).is_applied());
  auto h = hub();
  auto const record = runs::trace(h, district_, "users", "u1_1", {});
  ASSERT_TRUE(record.ok());
  for (auto const& field : record->fields) {
    if (field.name != "familyName") continue;
    ASSERT_EQ(field.events.size(), 2u);
    EXPECT_EQ(field.events[0].source, "sis");
    EXPECT_TRUE(field.events[0].line);
    EXPECT_EQ(field.events[1].source, "new");
    EXPECT_EQ(field.events[1].kind, "source change");
    EXPECT_FALSE(field.events[1].line);
    EXPECT_FALSE(field.events[1].removed);
  }
}

TEST_P(SourceChange, WhatTheNewSourceDoesNotListIsNamed) {
  begin();
  add_source("new", trial);
  auto d = two_schools(5);
  students_go(d, 2, 5, 5);
  sync(d, "new");
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "People: 11 of 12 are in the newest delivery of new, 11 by sourcedId"));
  ASSERT_EQ(held.consequences.size(), 3u);
  EXPECT_EQ(held.consequences[0], "Person u2_5 is not in the newest delivery of new: its next full delivery removes it.");
  EXPECT_EQ(approve(*held.run).outcome, "applied_with_warnings");
  EXPECT_TRUE(has("users", "u2_5"));
  set("new", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  EXPECT_EQ(changes(sync(d, "new"), "users"), "+0 ~0 -1");
}

TEST_P(SourceChange, ASourceThatHasSentNothingTakesEverythingByItsIds) {
  begin();
  add_source("new");
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "new has sent nothing yet that can be read"));
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_EQ(sync(two_schools(5), "new").outcome, "no_changes");
}

TEST_P(SourceChange, OtherIdsAreMatchedByIdentifierAndName) {
  begin();
  add_source("new", {{"person-identifier", "identifier"}, {"school-identifier", "identifier"}});
  auto d = renamed(5);
  d.put("users", {{"sourcedId", "n-u1_3"}, {"familyName", "Somebody"}});  // the identifier alone is not enough
  sync(d, "new");
  auto const key = key_of("users", "u1_1");
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "People: 11 of 12 are in the newest delivery of new, 0 by sourcedId and 11 by what identifies them; 1 are not."));
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_EQ(key_of("users", "n-u1_1"), key);
  EXPECT_EQ(cell("users", "n-u1_1", "familyName"), "Quill1");
  EXPECT_EQ(cell("enrollments", "e1_1", "userSourcedId"), "n-u1_1");
  EXPECT_TRUE(has("demographics", "n-u1_1"));
  EXPECT_TRUE(has("users", "u1_3"));
}

TEST_P(SourceChange, ValuesThatMustBeUniqueMayBeThoseOfTheOldSource) {
  begin();
  add_source("new", {{"person-identifier", "identifier"}, {"school-identifier", "identifier"}, {"unique", "users.identifier"}});
  sync(renamed(5), "new");
  auto const key = key_of("users", "u1_1");
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "People: 12 of 12 are in the newest delivery of new, 0 by sourcedId and 12 by what identifies them; 0 are not."))
      << ::testing::PrintToString(held.reasons);
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_EQ(key_of("users", "n-u1_1"), key);
  set("new", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  EXPECT_EQ(counts(dry_run(renamed(5), "new"), "users").excluded, 0u);
}

TEST_P(SourceChange, WhatBelongsToMatchedRecordsIsMatchedToo) {
  auto const with_codes = [](DeliveryOf d, std::string const& prefix) {
    for (std::string const s : {"1", "2"}) d.put("classes", {{"sourcedId", prefix + "c" + s}, {"classCode", "C" + s}});
    return d;
  };
  begin(with_codes(two_schools(5), ""));
  add_source("new", {{"person-identifier", "identifier"}, {"school-identifier", "identifier"}, {"class-identifier", "classCode"}});
  sync(with_codes(renamed(5), "n-"), "new");
  auto const key = key_of("enrollments", "e1_1");
  auto const held = replace("sis", "new");
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_EQ(key_of("enrollments", "n-e1_1"), key);
  set("new", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  auto const next = dry_run(with_codes(renamed(5), "n-"), "new");
  for (auto const* table : {"users", "classes", "enrollments", "demographics"})
    EXPECT_EQ(counts(next, table).created + counts(next, table).removed, 0u) << table;
}

TEST_P(SourceChange, GuardsMeasureAReplacementAgainstAllItGot) {
  begin(two_schools(150));
  add_source("new", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  auto some = two_schools(150);
  students_go(some, 1, 6, 150);
  students_go(some, 2, 6, 150);
  ASSERT_TRUE(sync(some, "new").is_applied());
  auto const replaced = approve(*replace("sis", "new").run);
  ASSERT_TRUE(replaced.is_applied()) << replaced.outcome << ::testing::PrintToString(replaced.reasons);
  set("new", {{"threshold.floor", "10"}});
  auto fewer = two_schools(150);
  students_go(fewer, 1, 1, 14);
  auto const dry = dry_run(fewer, "new");
  EXPECT_TRUE(dry.held_because.empty()) << ::testing::PrintToString(dry.reasons);
  students_go(fewer, 1, 15, 16);
  EXPECT_TRUE(says(dry_run(fewer, "new"), "People at School 1 (s1): 16 of 151 (11 %) would go"));
}

TEST_P(SourceChange, AReplacementUndoneLeavesBothWithWhatTheyHad) {
  begin(two_schools(30));
  add_source("new", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  auto some = two_schools(30);
  students_go(some, 1, 6, 30);
  ASSERT_TRUE(sync(some, "new").is_applied());
  auto const counted = [&] {
    std::map<std::string, std::int64_t> all;
    auto roster = home_->roster(district_.id);
    auto rows = (*roster)->prepare("SELECT source, tbl, school, rows FROM school_rows");
    while (rows->step())
      all[std::to_string(rows->integer(0)) + " " + std::to_string(rows->integer(1)) + " " + std::to_string(rows->integer(2))] = rows->integer(3);
    return all;
  };
  auto const before = counted();
  auto const replaced = approve(*replace("sis", "new").run);
  EXPECT_NE(counted(), before);
  ASSERT_TRUE(undo(*replaced.run).is_applied());
  EXPECT_EQ(counted(), before);
}

TEST_P(SourceChange, AReplacementCanBeUndone) {
  begin();
  add_source("new", {{"person-identifier", "identifier"}});
  sync(renamed(5), "new");
  auto const before = exported();
  auto const held = replace("sis", "new");
  ASSERT_TRUE(approve(*held.run).is_applied());
  ASSERT_TRUE(has("users", "n-u1_1"));
  auto const undone = undo(*held.run);
  EXPECT_TRUE(undone.is_applied());
  EXPECT_TRUE(nothing_comes_or_goes(undone));
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(state("sis"), "active");
  EXPECT_EQ(sync(two_schools(5)).outcome, "no_changes");
}

TEST_P(SourceChange, WhatTheNewSourceSaidAlreadyIsLeftAsItIs) {
  begin();
  add_source("new");
  auto d = people_only(two_schools(5));
  d.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Adele"}});
  ASSERT_TRUE(sync(d, "new").is_applied());
  auto const held = replace("sis", "new");
  ASSERT_TRUE(approve(*held.run).is_applied());
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Adele");
  auto all = two_schools(5);
  all.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Adele"}});
  EXPECT_EQ(sync(all, "new").outcome, "no_changes");
}

TEST_P(SourceChange, SomebodyElseUnderTheSameIdIsNotHandedOver) {
  begin();
  add_source("new", trial);
  auto d = two_schools(5);
  d.put("users", {{"sourcedId", "u1_1"}, {"givenName", "Bo"}, {"familyName", "Larch"}, {"identifier", "L1"}});
  sync(d, "new");
  auto const held = replace("sis", "new");
  ASSERT_EQ(held.conflicts.size(), 1u);
  EXPECT_EQ(held.conflicts[0], "person u1_1: the id means another person at new; the record stays without an owner");
  ASSERT_TRUE(approve(*held.run).is_applied());
  set("new", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  EXPECT_EQ(counts(sync(d, "new"), "users").excluded, 1u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

// More than fit into one statement, and not side by side.
TEST_P(SourceChange, HoweverManyAreSomebodyElseThereNoneOfThemIsHandedOver) {
  constexpr int people = 120'000;
  auto const with_people = [&](bool others) {
    auto files = two_schools(1).files();
    auto& users = files["users.csv"];
    auto const header = split(users.substr(0, users.find('\n')), ',');
    for (int i = 0; i < people; ++i) {
      auto const n = std::to_string(i);
      bool const other = others && i % 6 != 0;
      std::map<std::string, std::string> const cells{{"sourcedId", "x" + n},
                                                     {"enabledUser", "true"},
                                                     {"orgSourcedIds", "s1"},
                                                     {"role", "student"},
                                                     {"username", "x" + n},
                                                     {"givenName", other ? "Bo" : "Ada"},
                                                     {"familyName", (other ? "Larch" : "Quill") + n},
                                                     {"identifier", (other ? "L" : "I") + n}};
      for (std::size_t c = 0; c < header.size(); ++c) {
        auto const at = cells.find(header[c]);
        users += (c > 0 ? "," : "") + (at == cells.end() ? "" : at->second);
      }
      users += '\n';
    }
    return files;
  };
  add_source();
  ASSERT_TRUE(sync(with_people(false)).is_applied());
  add_source("new", trial);
  sync(with_people(true), "new");
  auto const held = replace("sis", "new");
  EXPECT_EQ(held.conflicts.size(), 101u) << "the first hundred, and how many more";
  ASSERT_TRUE(approve(*held.run).is_applied());
  auto roster = home_->roster(district_.id);
  auto rows = (*roster)->prepare("SELECT row_source, COUNT(*) FROM \"users\" WHERE row_until IS NULL GROUP BY row_source");
  std::map<std::int64_t, std::int64_t> by_source;
  while (rows->step()) by_source[rows->integer(0)] = rows->integer(1);
  EXPECT_EQ(by_source[source("new").id], people / 6 + 4);
  EXPECT_EQ(by_source[source("sis").id], people - people / 6) << "without an owner, until somebody says who they are";
}

TEST_P(SourceChange, ARunningTermIsAWarning) {
  auto d = two_schools(5);
  d.put("academicSessions",
        {{"sourcedId", "t1"}, {"title", "Fall"}, {"type", "term"}, {"startDate", "2026-08-20"}, {"endDate", "2026-12-18"}, {"schoolYear", "2027"}});
  begin(d);
  add_source("new");
  auto const held = replace("sis", "new");
  EXPECT_TRUE(says(held, "A term is running (t1 until 2026-12-18): changing the source now is highly disruptive."));
  EXPECT_EQ(approve(*held.run).outcome, "applied_with_warnings");
}

TEST_P(SourceChange, OutsideOfTermsNobodyIsWarned) {
  auto d = two_schools(5);
  d.put("academicSessions",
        {{"sourcedId", "t1"}, {"title", "Fall"}, {"type", "term"}, {"startDate", "2026-09-02"}, {"endDate", "2026-12-18"}, {"schoolYear", "2027"}});
  begin(d);
  add_source("new");
  EXPECT_FALSE(says(replace("sis", "new"), "A term is running"));
}

TEST_P(SourceChange, WhatCannotBeReplacedIsSaid) {
  begin();
  add_source("new");
  EXPECT_EQ(replace("sis", "sis").outcome, "trouble: A source cannot take its own place; name two.");
  deactivate("new");
  EXPECT_EQ(replace("sis", "new").outcome, "trouble: The source \"new\" is deactivated: it takes no deliveries.");
  EXPECT_EQ(replace("new", "sis").outcome.find("trouble: The source \"new\" is deactivated: a source that brings"), 0u);
}

TEST_P(SourceChange, TheNewFilesNeedNotHaveTheSameColumns) {
  begin();
  add_source("new");
  ASSERT_TRUE(approve(*replace("sis", "new").run).is_applied());
  auto d = two_schools(5);
  d.without_column("users", "middleName").without_column("classes", "location");
  EXPECT_TRUE(nothing_comes_or_goes(sync(d, "new")));
  d.put("users", {{"sourcedId", "u1_2"}, {"familyName", "Inkwell"}});
  EXPECT_EQ(changes(sync(d, "new"), "users"), "+0 ~1 -0");
}

TEST_P(SourceChange, OfAReplacementUndoneLateWhatWasChangedSinceStays) {
  begin();
  add_source("new");
  ASSERT_TRUE(approve(*replace("sis", "new").run).is_applied());
  auto d = two_schools(6);
  d.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Inkwell"}});
  set("new", {{"threshold.floor", "1000"}});
  ASSERT_TRUE(sync(d, "new").is_applied());
  auto const undone = undo(2);
  EXPECT_EQ(undone.outcome, "applied_with_warnings");
  EXPECT_FALSE(undone.conflicts.empty());
  EXPECT_EQ(state("sis"), "active");
  EXPECT_EQ(ids("users").size(), 14u);
  EXPECT_TRUE(has("users", "u1_6"));
}

TEST_P(SourceChange, OfAnAdoptionUndoneLateWhatWasChangedSinceStays) {
  begin();
  deactivate();
  add_source("new");
  ASSERT_TRUE(sync(two_schools(5), "new").is_applied());
  auto d = two_schools(6);
  d.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Inkwell"}});
  ASSERT_TRUE(sync(d, "new").is_applied());
  EXPECT_EQ(undo(3).outcome, "applied_with_warnings");
  EXPECT_EQ(ids("users").size(), 14u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Inkwell");
}

TEST_P(SourceChange, AnAdoptionCanLeaveASchoolOut) {
  begin();
  deactivate();
  add_source("new", {{"live", "yes"}});
  auto const held = sync(two_schools(5), "new");
  ASSERT_EQ(held.outcome, "held");
  auto const partly = approve(*held.run, {"s2"});
  EXPECT_TRUE(partly.is_applied());
  EXPECT_TRUE(nothing_comes_or_goes(partly));
  EXPECT_EQ(counts(partly, "classes").unchanged, 1u);
  EXPECT_EQ(ids("users").size(), 12u);
}

TEST_P(SourceChange, AdoptedRecordsDoNotComeToASchool) {
  begin();
  deactivate();
  add_source("new");
  for (auto const& school : sync(two_schools(5), "new").schools)
    for (auto const& [table, counts] : school.tables) EXPECT_EQ(counts.created, 0u) << school.sourced_id << " " << table;
}

TEST_P(SourceChange, AskedTwiceTheLaterRunWaits) {
  begin();
  forget(true);
  forget(true);
  EXPECT_EQ(decision_of(2), "superseded");
  EXPECT_EQ(decision_of(3), "open");
}

}  // namespace
}  // namespace rollbook::test
