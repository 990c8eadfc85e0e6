// Fields set by hand: what becomes of them when sources go on speaking, and when runs are taken back. Semantics, section 3.
#include <gtest/gtest.h>

#include "runs/edit.h"
#include "runs/inbox.h"
#include "runs/school.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Edits : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    ASSERT_TRUE(sync(two_schools(3)).is_applied());
  }
  runs::Answer set_name(std::string const& family, std::string const& until = "", std::string const& id = "u1_1") {
    auto h = hub();
    auto const answer = runs::edit(h, district_, {"users", id, {{"familyName", family}}, until});
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return answer.ok() ? *answer : runs::Answer{};
  }
  runs::Answer source_says(std::string const& family) { return sync(said(family)); }
  static DeliveryOf said(std::string const& family) { return two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"familyName", family}}); }
  std::vector<runs::Clash> clashes() {
    auto h = hub();
    auto const all = runs::inbox(h, district_);
    EXPECT_TRUE(all.ok()) << (all.ok() ? "" : all.trouble().text);
    return all.ok() ? *all : std::vector<runs::Clash>();
  }
  Result<std::vector<runs::Answer>> settle(runs::Settle how, std::string const& number) {
    auto h = hub();
    return runs::settle(h, district_, how, {number});
  }
  std::string name() { return cell("users", "u1_1", "familyName"); }
};
INSTANTIATE_TEST_SUITE_P(Runs, Edits, both_databases(), name_of_database);

// ---- the inbox ----

TEST_P(Edits, AnEditThatTheSourceKnowsNothingOfIsNoClash) {
  set_name("Hand");
  EXPECT_TRUE(clashes().empty());
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes");
  EXPECT_TRUE(clashes().empty());
}

TEST_P(Edits, ASourceThatSaysSomethingNewUnderAnEditClashes) {
  set_name("Hand");
  auto const dry = dry_run(said("Changed"));
  auto const night = source_says("Changed");
  EXPECT_EQ(night.outcome, "applied_with_warnings") << told(night);
  EXPECT_NE(told(night).find("1 field that was edited by hand"), std::string::npos) << told(night);
  EXPECT_EQ(dry.reasons, night.reasons);
  EXPECT_EQ(name(), "Hand");
  auto const all = clashes();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].table, "users");
  EXPECT_EQ(all[0].sourced_id, "u1_1");
  EXPECT_EQ(all[0].field, "familyName");
  EXPECT_EQ(all[0].edited, "Hand");
  EXPECT_EQ(all[0].before, "Quill1");
  EXPECT_EQ(all[0].now, "Changed");
  EXPECT_EQ(all[0].who, "a test");
  EXPECT_EQ(all[0].source, "sis");
  EXPECT_EQ(all[0].run, night.run);
  auto const later = sync(said("Changed").put("users", {{"sourcedId", "u1_1"}, {"givenName", "Adele"}}));
  EXPECT_EQ(told(later).find("edited by hand"), std::string::npos) << "it is told once";
  EXPECT_EQ(clashes()[0].run, night.run) << "and goes on naming the run that brought it";
  EXPECT_EQ(clashes()[0].number, all[0].number);
}

TEST_P(Edits, AReferenceThatWasEditedClashesToo) {
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district_, {"classes", "c1", {{"schoolSourcedId", "s2"}}, ""}).ok());
  auto next = two_schools(3);
  next.put("orgs", {{"sourcedId", "s3"}, {"name", "School 3"}, {"type", "school"}, {"identifier", "S3"}, {"parentSourcedId", "d"}});
  sync(next.put("classes", {{"sourcedId", "c1"}, {"schoolSourcedId", "s3"}}));
  auto const all = clashes();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].edited + " " + all[0].before + " " + all[0].now, "s2 s1 s3");
}

TEST_P(Edits, AnEditThatIsKeptClashesNoMore) {
  set_name("Hand", "2026-12-31");
  source_says("Changed");
  auto const kept = settle(runs::Settle::KeepEdit, clashes().at(0).number);
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->at(0).outcome, "applied");
  EXPECT_TRUE(clashes().empty());
  EXPECT_EQ(name(), "Hand");
  EXPECT_EQ(undo(*kept->at(0).run).outcome, "applied");
  EXPECT_EQ(clashes().size(), 1u) << "undecided again";
  EXPECT_EQ(name(), "Hand");
  settle(runs::Settle::KeepEdit, clashes().at(0).number);
  source_says("Changed again");
  EXPECT_EQ(clashes().size(), 1u);
  today = 20270101;
  EXPECT_TRUE(clashes().empty()) << "the last day of the edit is over";
  EXPECT_EQ(name(), "Changed again");
}

TEST_P(Edits, WhatTheSourceSaysCanBeTaken) {
  set_name("Hand");
  source_says("Changed");
  auto const taken = settle(runs::Settle::TakeSource, clashes().at(0).number);
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(name(), "Changed");
  EXPECT_TRUE(clashes().empty());
  EXPECT_EQ(undo(*taken->at(0).run).outcome, "applied");
  EXPECT_EQ(name(), "Hand");
  EXPECT_EQ(clashes().size(), 1u);
}

TEST_P(Edits, AClashIsSettledAsItWasSeen) {
  set_name("Hand");
  source_says("Changed");
  auto const number = clashes().at(0).number;
  source_says("Changed again");
  EXPECT_NE(clashes().at(0).number, number);
  EXPECT_FALSE(settle(runs::Settle::TakeSource, number).ok());
  EXPECT_EQ(name(), "Hand");
}

TEST_P(Edits, ASourceThatReturnsToItsWordOrAgreesClashesNoMore) {
  set_name("Hand");
  source_says("Changed");
  source_says("Quill1");
  EXPECT_TRUE(clashes().empty());
  source_says("Hand");
  EXPECT_TRUE(clashes().empty());
  source_says("Later");
  EXPECT_EQ(name(), "Later") << "the edit has retired";
}

TEST_P(Edits, OnlyTheSourceThatCountsClashes) {
  add_source("hr", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  auto const people = [](std::string const& family) {
    auto d = said(family);
    for (auto const* table : {"academicSessions", "courses", "classes", "enrollments", "demographics"}) d.mode(table, "absent");
    return d;
  };
  sync(people("Quill1"), "hr");
  set_name("Hand");
  auto const second = sync(people("Other"), "hr");
  EXPECT_EQ(told(second).find("edited by hand"), std::string::npos) << told(second);
  EXPECT_TRUE(clashes().empty());
  sync(people("Hand"), "hr");
  EXPECT_EQ(name(), "Hand");
  source_says("Changed");
  EXPECT_EQ(clashes().size(), 1u) << "the edit is not what the source that counts says";
}

// ---- taking edits back ----

TEST_P(Edits, WhatComesIntoForceUnderAnEditClashesToo) {
  add_source("hr");
  auto second = two_schools(3).put("users", {{"sourcedId", "u1_1"}, {"familyName", "Other"}});
  for (auto const* table : {"academicSessions", "courses", "classes", "enrollments", "demographics"}) second.mode(table, "absent");
  ASSERT_TRUE(sync(second, "hr").is_applied());
  set_name("Hand");
  auto without = two_schools(3);
  without.drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1");
  auto const night = sync(without);
  EXPECT_EQ(night.outcome, "applied_with_warnings") << told(night);
  EXPECT_NE(told(night).find("1 field that was edited by hand"), std::string::npos) << told(night);
  EXPECT_EQ(name(), "Hand");
  auto const all = clashes();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].now, "Other");
  EXPECT_EQ(all[0].source, "hr");
}

TEST_P(Edits, AnEditTakenBackIsGone) {
  auto const before = exported();
  auto const undone = undo(*set_name("Hand").run);
  EXPECT_EQ(undone.outcome, "applied");
  EXPECT_EQ(changes(undone, "users"), "+0 ~1 -0");
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(sync(two_schools(3)).outcome, "no_changes");
}

TEST_P(Edits, AnEditOverAnEditTakenBackLeavesTheFirst) {
  set_name("First");
  auto const second = set_name("Second");
  EXPECT_EQ(undo(*second.run).outcome, "applied");
  EXPECT_EQ(name(), "First");
}

TEST_P(Edits, AnEditUnderAnEditCannotBeTakenBackAlone) {
  auto const first = set_name("First");
  set_name("Second");
  auto const undone = undo(*first.run);
  EXPECT_EQ(undone.outcome, "no_changes") << told(undone);
  EXPECT_EQ(name(), "Second");
}

TEST_P(Edits, TheUndoOfAnEditTakenBackMakesItAgain) {
  set_name("First");
  auto const second = set_name("Second");
  auto const undone = undo(*second.run);
  auto const again = undo(*undone.run);
  EXPECT_EQ(again.outcome, "applied");
  EXPECT_EQ(name(), "Second");
  EXPECT_EQ(undo(*again.run).outcome, "applied");
  EXPECT_EQ(name(), "First");
}

TEST_P(Edits, AnEditWhoseLastDayIsOverCanBeTakenBack) {
  set_name("First");
  auto const second = set_name("Second", "2026-09-03");
  today = 20260910;
  EXPECT_EQ(name(), "Quill1") << "the second took the place of the first, and has ended";
  EXPECT_EQ(undo(*second.run).outcome, "applied");
  EXPECT_EQ(name(), "First");
}

TEST_P(Edits, AnEditOfMoreThanOneFieldIsTakenBackWhereNobodyEditedSince) {
  auto h = hub();
  auto const both = runs::edit(h, district_, {"users", "u1_1", {{"familyName", "Hand"}, {"givenName", "Hanna"}}, ""});
  ASSERT_TRUE(both.ok());
  set_name("Later");
  auto const undone = undo(*both->run);
  EXPECT_EQ(undone.outcome, "applied_with_warnings") << told(undone);
  ASSERT_EQ(undone.conflicts.size(), 1u);
  EXPECT_NE(undone.conflicts[0].find("familyName"), std::string::npos);
  EXPECT_EQ(name(), "Later");
  EXPECT_EQ(cell("users", "u1_1", "givenName"), "Ada1");
}

TEST_P(Edits, ARekeyTakenBackAndAgain) {
  auto h = hub();
  auto const rekeyed = runs::rekey(h, district_, "users", "u1_1", "d-77");
  ASSERT_TRUE(rekeyed.ok());
  auto const after = exported();
  auto const undone = undo(*rekeyed->run);
  EXPECT_EQ(undone.outcome, "applied");
  EXPECT_EQ(name(), "Quill1");
  EXPECT_EQ(undo(*undone.run).outcome, "applied");
  EXPECT_EQ(exported(), after);
}

TEST_P(Edits, AnEditOutlivesARunThatIsTakenBack) {
  auto const night = source_says("Changed");
  set_name("Hand");
  EXPECT_EQ(undo(*night.run).outcome, "applied");
  EXPECT_EQ(name(), "Hand") << "undo works per layer";
  auto const all = clashes();
  ASSERT_EQ(all.size(), 1u) << "what lies under the edit is another value than when it was made";
  EXPECT_EQ(all[0].before + " " + all[0].now, "Changed Quill1");
}

TEST_P(Edits, AnEditThatRetiredComesBackWithTheRunThatEndedIt) {
  set_name("Hand");
  auto const night = source_says("Hand");
  EXPECT_EQ(undo(*night.run).outcome, "applied");
  EXPECT_EQ(name(), "Hand");
  EXPECT_TRUE(clashes().empty());
  source_says("Changed");
  EXPECT_EQ(name(), "Hand");
  EXPECT_EQ(clashes().size(), 1u);
}

TEST_P(Edits, AnEditOfARecordThatWasTakenBackIsThereWhenItComesAgain) {
  auto more = two_schools(3);
  auto row = std::map<std::string, std::string>{{"sourcedId", "u9"}, {"enabledUser", "true"}, {"orgSourcedIds", "s1"}, {"role", "student"},
                                                {"username", "u9"},  {"givenName", "New"},    {"familyName", "Kid"}};
  auto const night = sync(more.put("users", row));
  set_name("Hand", "", "u9");
  auto const undone = undo(*night.run);
  EXPECT_EQ(cell("users", "u9", "familyName"), "(none)");
  EXPECT_EQ(undo(*undone.run).outcome, "applied");
  EXPECT_EQ(cell("users", "u9", "familyName"), "Hand");
}

}  // namespace
}  // namespace rollbook::test
