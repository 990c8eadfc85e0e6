// What becomes of a run, and what people decide of those that wait: semantics, section 4.
#include <gtest/gtest.h>

#include <filesystem>

#include "runs/many_schools.h"

namespace rollbook::test {
namespace {

using Words = std::vector<std::string>;

class Decisions : public Runs {
 protected:
  void begin(DeliveryOf const& first = two_schools(30)) {
    add_source();
    ASSERT_TRUE(sync(first).is_applied());
  }
  void begin_with_approvals(DeliveryOf const& first = two_schools(30)) {
    begin(first);
    set("sis", {{"apply-by-itself", "no"}});
  }
  std::optional<store::Run> run(std::int64_t number) { return store::find_run(home_->operations(), district_.id, number); }
  bool is_live() { return store::find_source(home_->operations(), district_, "sis")->settings.is("live"); }
};
INSTANTIATE_TEST_SUITE_P(Runs, Decisions, both_databases(), name_of_database);

DeliveryOf one_name(std::string const& family) {
  auto d = two_schools(30);
  d.put("users", {{"sourcedId", "u1_1"}, {"familyName", family}});
  return d;
}

DeliveryOf emptied() {
  auto d = two_schools(30);
  students_go(d, 2, 1, 30);
  return d;
}

bool is_trouble(runs::Answer const& answer) { return answer.outcome.starts_with("trouble: "); }

// What comes of a run.

TEST_P(Decisions, AppliedWhenSomethingDiffersAndAllRowsAreTaken) {
  begin();
  auto const applied = sync(one_name("Inkwell"));
  EXPECT_EQ(applied.outcome, "applied");
  EXPECT_EQ(applied.run, 2);
  EXPECT_EQ(applied.revision, 2);
  EXPECT_EQ(applied.status(), 0);
  EXPECT_FALSE(applied.decision);
  EXPECT_EQ(run(2)->outcome, "applied");
  EXPECT_EQ(run(2)->revision, 2);
}

TEST_P(Decisions, AppliedWithWarningsWhenRowsAreExcluded) {
  begin();
  auto next = one_name("Inkwell");
  next.put("users", {{"sourcedId", "u1_2"}, {"enabledUser", "perhaps"}});
  auto const applied = sync(next);
  EXPECT_EQ(applied.outcome, "applied_with_warnings");
  EXPECT_EQ(applied.revision, 2);
  EXPECT_EQ(applied.status(), 0);
  EXPECT_EQ(counts(applied, "users").excluded, 1u);
  EXPECT_EQ(changes(applied, "users"), "+0 ~1 -0");
}

TEST_P(Decisions, NoChangesStillShowWhatIsExcluded) {
  begin();
  auto next = two_schools(30);
  next.put("users", {{"sourcedId", "u1_2"}, {"enabledUser", "perhaps"}});
  auto const same = sync(next);
  EXPECT_EQ(same.outcome, "no_changes");
  EXPECT_EQ(same.run, 2);
  EXPECT_FALSE(same.revision);
  EXPECT_EQ(same.status(), 0);
  EXPECT_EQ(counts(same, "users").excluded, 1u);
  EXPECT_FALSE(same.findings.empty());
}

TEST_P(Decisions, RefusedWhenItCannotBeRead) {
  begin();
  auto files = one_name("Inkwell").files();
  files.erase("manifest.csv");
  auto const refused = sync(files);
  EXPECT_EQ(refused.outcome, "refused");
  EXPECT_FALSE(refused.revision);
  EXPECT_FALSE(refused.decision);
  EXPECT_EQ(refused.status(), 1);
  EXPECT_FALSE(refused.reasons.empty());
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Decisions, RefusedWhenItContradictsItself) {
  begin();
  auto files = one_name("Inkwell").files();
  files.erase("demographics.csv");
  EXPECT_EQ(sync(files).outcome, "refused");
}

TEST_P(Decisions, HeldWaitsForADecision) {
  begin();
  auto const held = sync(emptied());
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.decision, "open");
  EXPECT_FALSE(held.revision);
  EXPECT_EQ(held.status(), 3);
  EXPECT_EQ(run(2)->outcome, "held");
  EXPECT_EQ(run(2)->held_because, "guard");
}

TEST_P(Decisions, FailedCanBeRunAgain) {
  if (GetParam() != "SQLite") GTEST_SKIP() << "the vault of this test is a folder";
  begin();
  sync(emptied());
  auto const vault = folder() + "/home/districts/" + std::to_string(district_.id) + "/vault";
  std::filesystem::rename(vault, vault + ".away");
  auto const failed = approve(2);
  EXPECT_EQ(failed.outcome, "failed");
  EXPECT_EQ(failed.status(), 4);
  EXPECT_FALSE(failed.revision);
  EXPECT_EQ(ids("users").size(), 62u);
  std::filesystem::remove_all(vault);
  std::filesystem::rename(vault + ".away", vault);
  EXPECT_TRUE(approve(2).is_applied());
  EXPECT_EQ(ids("users").size(), 32u);
}

// What holds a run.

TEST_P(Decisions, ANewSourceIsATrial) {
  add_source("sis", {});
  auto const held = sync(two_schools(30));
  EXPECT_EQ(held.held_because, Words{"trial"});
  EXPECT_EQ(changes(held, "users"), "+62 ~0 -0");
  EXPECT_TRUE(ids("users").empty());
  EXPECT_FALSE(is_live());
}

TEST_P(Decisions, ATrialGoesLiveWithTheFirstApproval) {
  add_source("sis", {});
  sync(two_schools(30));
  auto const applied = approve(1);
  EXPECT_EQ(applied.outcome, "applied");
  EXPECT_EQ(applied.decision, "approved");
  EXPECT_TRUE(is_live());
  EXPECT_EQ(sync(one_name("Inkwell")).held_because, Words{"preview"});
}

TEST_P(Decisions, ATrialThatIsDiscardedStaysATrial) {
  add_source("sis", {});
  sync(two_schools(30));
  discard(1);
  EXPECT_FALSE(is_live());
  EXPECT_EQ(sync(two_schools(30)).held_because, Words{"trial"});
}

TEST_P(Decisions, LiveWithoutApplyByItselfIsAPreview) {
  begin_with_approvals();
  auto const held = sync(one_name("Inkwell"));
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.held_because, Words{"preview"});
  EXPECT_EQ(held.decision, "open");
}

TEST_P(Decisions, NoChangesNeedNoApproval) {
  begin_with_approvals();
  EXPECT_EQ(sync(two_schools(30)).outcome, "no_changes");
}

TEST_P(Decisions, ABulkFileWithDeletionsLooksLikeADelta) {
  begin();
  auto next = two_schools(30);
  next.put("users", {{"sourcedId", "u1_1"}, {"status", "tobedeleted"}, {"dateLastModified", "2026-09-01T00:00:00.000Z"}});
  EXPECT_TRUE(held_for(sync(next), "looks-like-delta"));
}

TEST_P(Decisions, ADeltaOfASourceThatReplacesLooksLikeADelta) {
  begin();
  set("sis", {{"mode", "replace"}});
  auto const held = sync(delta_of_one_name("1_1", "Inkwell"));
  EXPECT_TRUE(held_for(held, "looks-like-delta"));
  EXPECT_TRUE(says(held, "this source sends full deliveries"));
}

TEST_P(Decisions, AFileThatUsedToComeIsMissing) {
  begin();
  auto next = two_schools(30);
  auto const held = sync(next.mode("demographics", "absent"));
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.held_because, Words{"missing-file"});
  EXPECT_TRUE(says(held, "demographics.csv used to come"));
}

TEST_P(Decisions, AFileThatTheSourceNormallySendsIsMissing) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"sends", "users,demographics"}});
  auto next = two_schools(30);
  EXPECT_EQ(sync(next.mode("demographics", "absent")).held_because, Words{"missing-file"});
}

TEST_P(Decisions, AFileThatIsApprovedToBeMissingIsNotMissedAgain) {
  begin();
  auto without = one_name("Inkwell");
  without.mode("demographics", "absent");
  auto const held = sync(without);
  ASSERT_EQ(held.held_because, Words{"missing-file"});
  ASSERT_TRUE(approve(*held.run).is_applied());
  without.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Penhaligon"}});
  EXPECT_TRUE(sync(without).is_applied());
}

TEST_P(Decisions, AnAnomalyWithRemovalsHolds) {
  begin();
  auto next = two_schools(30);
  students_go(next, 1, 1, 1);
  EXPECT_EQ(sync(next.without_column("users", "identifier")).held_because, Words{"anomaly"});
}

TEST_P(Decisions, SeveralReasonsAreAllTold) {
  begin_with_approvals();
  auto next = emptied();
  auto const held = sync(next.mode("courses", "absent"));
  EXPECT_TRUE(held_for(held, "guard"));
  EXPECT_TRUE(held_for(held, "missing-file"));
  EXPECT_TRUE(held_for(held, "preview"));
}

// Approving and discarding.

TEST_P(Decisions, ApprovingAppliesWhatWasSeen) {
  begin();
  auto const held = sync(emptied());
  auto const applied = approve(2);
  EXPECT_TRUE(applied.is_applied());
  EXPECT_EQ(applied.run, 2);
  EXPECT_EQ(applied.revision, 2);
  EXPECT_EQ(applied.decision, "approved");
  EXPECT_EQ(applied.digest, held.digest);
  EXPECT_EQ(changes(applied, "users"), changes(held, "users"));
  EXPECT_EQ(decision_of(2), "approved");
  EXPECT_EQ(run(2)->outcome, applied.outcome);
  EXPECT_EQ(ids("users").size(), 32u);
}

TEST_P(Decisions, SyncWithTheDigestOfADryRunApplies) {
  begin_with_approvals();
  auto const dry = dry_run(emptied());
  auto const applied = sync(emptied(), "sis", dry.digest);
  EXPECT_TRUE(applied.is_applied());
  EXPECT_EQ(applied.decision, "approved");
  EXPECT_EQ(applied.digest, dry.digest);
}

TEST_P(Decisions, SyncWithTheDigestOfAnotherChangeSetIsHeld) {
  begin_with_approvals();
  auto const dry = dry_run(one_name("Inkwell"));
  auto const held = sync(one_name("Penhaligon"), "sis", dry.digest);
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.decision, "open");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Decisions, WhenTheRosterMovedOnTheRunIsHeldAgain) {
  begin();
  auto const seen = sync(emptied());
  ASSERT_TRUE(sync(delta_of_one_name("1_1", "Inkwell")).is_applied());
  auto const again = approve(2);
  EXPECT_EQ(again.outcome, "held");
  EXPECT_EQ(again.run, 2);
  EXPECT_EQ(again.decision, "open");
  EXPECT_NE(again.digest, seen.digest);
  EXPECT_EQ(changes(again, "users"), "+0 ~1 -30");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Inkwell");
  EXPECT_EQ(approve(2).decision, "approved");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Decisions, WhenTheRosterMovedOnItIsHeldAgainThoughNothingElseHoldsIt) {
  begin();
  ASSERT_EQ(sync(emptied()).outcome, "held");
  ASSERT_TRUE(sync(delta_of_one_name("1_1", "Inkwell")).is_applied());
  set("sis", {{"threshold.removed", "100"}, {"threshold.removed-in-a-week", "100"}});
  EXPECT_EQ(approve(2).outcome, "held");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Inkwell");
}

TEST_P(Decisions, ApprovingIsRememberedThoughNothingHoldsTheRunAnyMore) {
  begin_with_approvals();
  ASSERT_EQ(sync(one_name("Inkwell")).outcome, "held");
  set("sis", {{"apply-by-itself", "yes"}});
  auto const applied = approve(2);
  EXPECT_TRUE(applied.is_applied());
  EXPECT_EQ(applied.decision, "approved");
}

TEST_P(Decisions, AnotherSourceDoesNotMoveWhatWasSeen) {
  begin();
  auto const seen = sync(emptied());
  add_source("hr");
  DeliveryOf staff;
  staff.put("orgs", {{"sourcedId", "x"}, {"name", "Office"}, {"type", "department"}});
  ASSERT_TRUE(sync(staff, "hr").is_applied());
  auto const applied = approve(2);
  EXPECT_TRUE(applied.is_applied());
  EXPECT_EQ(applied.digest, seen.digest);
}

TEST_P(Decisions, DiscardingLeavesTheRosterAsItIs) {
  begin();
  sync(emptied());
  auto const before = exported();
  auto const discarded = discard(2);
  EXPECT_EQ(discarded.outcome, "held");
  EXPECT_EQ(discarded.decision, "discarded");
  EXPECT_EQ(decision_of(2), "discarded");
  EXPECT_EQ(exported(), before);
}

TEST_P(Decisions, ASecondDecisionIsAnError) {
  begin();
  EXPECT_TRUE(is_trouble(approve(1)));
  EXPECT_TRUE(is_trouble(discard(1)));
  EXPECT_TRUE(is_trouble(approve(77)));
  EXPECT_TRUE(is_trouble(discard(77)));
  sync(emptied());
  discard(2);
  EXPECT_TRUE(is_trouble(approve(2)));
  EXPECT_TRUE(is_trouble(discard(2)));
  EXPECT_EQ(decision_of(2), "discarded");
  sync(emptied());
  approve(3);
  EXPECT_TRUE(is_trouble(approve(3)));
  EXPECT_TRUE(is_trouble(discard(3)));
  EXPECT_EQ(decision_of(3), "approved");
}

}  // namespace
}  // namespace rollbook::test
