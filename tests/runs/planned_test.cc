// What is planned: pauses of a source, suspensions of a district, days without removals, other thresholds.
#include <gtest/gtest.h>

#include "runs/many_schools.h"
#include "runs/planned.h"
#include "runs/verify.h"
#include "store/ranges.h"

namespace rollbook::test {
namespace {

using Words = std::vector<std::string>;

class Planned : public Runs {
 protected:
  void begin(DeliveryOf const& first = two_schools(30)) {
    add_source();
    ASSERT_TRUE(sync(first).is_applied());
  }

  store::Source source(std::string const& name = "sis") { return *store::find_source(home_->operations(), district_, name); }

  void plan(store::Range range) {
    auto const added = store::add_range(home_->operations(), district_, range, {"a test", "2026-09-01T00:00:00Z"});
    ASSERT_TRUE(added.ok()) << added.trouble().text;
  }
  void pause(std::optional<std::int32_t> last = {}, std::optional<std::int32_t> first = {}, std::string const& name = "sis") {
    plan({0, source(name).id, store::RangeKind::Paused, first, last, ""});
  }
  void suspend(std::optional<std::int32_t> last = {}) { plan({0, {}, store::RangeKind::Suspended, {}, last, ""}); }
  void no_removals(std::int32_t first, std::int32_t last) { plan({0, {}, store::RangeKind::NoRemovals, first, last, ""}); }

  std::vector<runs::Answer> resume() { return resumed(source()); }
  std::vector<runs::Answer> resumed(std::optional<store::Source> const& whose) {
    auto h = hub();
    auto const answers = runs::resume(h, district_, whose);
    EXPECT_TRUE(answers.ok()) << (answers.ok() ? "" : answers.trouble().text);
    return answers.ok() ? *answers : std::vector<runs::Answer>();
  }
  std::string why_not_resumed(std::optional<store::Source> const& whose) {
    auto h = hub();
    auto const answers = runs::resume(h, district_, whose);
    return answers.ok() ? "" : answers.trouble().text;
  }
  runs::Answer answer_of(std::int64_t run) {
    auto const found = store::find_run(home_->operations(), district_.id, run);
    return found ? *runs::from_json(found->report) : runs::Answer{};
  }
  std::int64_t runs_so_far() { return static_cast<std::int64_t>(store::list_runs(home_->operations(), district_.id).size()); }
  bool audited(std::string const& what, std::string const& detail) {
    auto rows = home_->operations().prepare("SELECT 1 FROM audit WHERE what = ? AND detail = ? AND who = 'a test'");
    return rows->with(what, detail).step();
  }
  void TearDown() override {
    if (home_) expect_sound();
    Runs::TearDown();
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Planned, both_databases(), name_of_database);

DeliveryOf named(std::string const& family) {
  auto d = two_schools(30);
  d.put("users", {{"sourcedId", "u1_1"}, {"familyName", family}});
  return d;
}

std::string family_of_first(Files const& files) {
  auto const& text = files.at("users.csv");
  auto const at = text.find("u1_1,");
  return text.substr(at, text.find('\n', at) - at);
}

// Pauses.

TEST_P(Planned, ADeliveryOfAPausedSourceIsKeptAndHeld) {
  begin();
  pause(20261231);
  auto const held = sync(named("Inkwell"));
  EXPECT_EQ(held.outcome, "held");
  EXPECT_EQ(held.decision, "open");
  EXPECT_EQ(held.status(), 3);
  EXPECT_EQ(held.held_because, Words{"paused"});
  EXPECT_TRUE(says(held, "The source sis is paused until 2026-12-31: what it sends is kept, and taken when the pause ends."));
  EXPECT_EQ(changes(held, "users"), "+0 ~1 -0");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Planned, ADryRunSaysSoToo) {
  begin();
  pause();
  auto const held = dry_run(named("Inkwell"));
  EXPECT_EQ(held.held_because, Words{"paused"});
  EXPECT_TRUE(says(held, "The source sis is paused: "));
}

TEST_P(Planned, NoApprovalEndsAPause) {
  begin();
  pause();
  sync(named("Inkwell"));
  auto const approved = approve(2);
  EXPECT_EQ(approved.outcome, "held");
  EXPECT_EQ(approved.held_because, Words{"paused"});
  EXPECT_TRUE(says(approved, "The source sis is paused"));
  EXPECT_TRUE(says(approved, "An approval does not change that"));
  EXPECT_EQ(decision_of(2), "open");
  auto const seen = dry_run(named("Inkwell"));
  EXPECT_EQ(sync(named("Inkwell"), "sis", seen.digest).outcome, "held");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

TEST_P(Planned, ADeliveryThatCannotBeReadIsRefusedInAPauseToo) {
  begin();
  pause();
  auto files = named("Inkwell").files();
  files["users.csv"] = "";
  EXPECT_EQ(sync(files).outcome, "refused");
}

TEST_P(Planned, GuardsAreToldInAPauseToo) {
  begin();
  pause();
  auto d = two_schools(30);
  students_go(d, 2, 1, 30);
  EXPECT_EQ(sync(d).held_because, (Words{"guard", "paused"}));
}

TEST_P(Planned, WhenAPauseEndsTheNewestFullDeliveryIsTaken) {
  begin();
  pause();
  sync(named("Inkwell"));
  sync(named("Penhaligon"));
  auto const answers = resume();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].run, 3);
  EXPECT_EQ(answers[0].outcome, "applied");
  EXPECT_TRUE(answers[0].held_because.empty());
  EXPECT_EQ(decision_of(2), "superseded");
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Penhaligon");
}

TEST_P(Planned, WhatFollowedTheNewestFullDeliveryIsTakenInOrder) {
  begin();
  pause();
  sync(delta_of_one_name("1_2", "Early"));
  sync(named("Inkwell"));
  sync(delta_of_one_name("1_1", "Second"));
  auto const last = sync(delta_of_one_name("1_1", "Third"));
  EXPECT_EQ(last.held_because, Words{"paused"});
  auto const answers = resume();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].run, 3);
  EXPECT_EQ(answers[2].run, 5);
  EXPECT_EQ(decision_of(2), "superseded");
  for (auto const& answer : answers) EXPECT_TRUE(answer.is_applied());
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Third");
  EXPECT_EQ(cell("users", "u1_2", "familyName"), "Quill1");
}

TEST_P(Planned, DeltasAloneAreTakenInOrder) {
  begin();
  pause();
  sync(delta_of_one_name("1_1", "First"));
  sync(delta_of_one_name("1_1", "Second"));
  EXPECT_EQ(resume().size(), 2u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Second");
}

TEST_P(Planned, ASmallerFullDeliverySupersedesNothingWhenAPauseEnds) {
  begin();
  pause();
  auto all = named("Inkwell");
  all.put("classes", {{"sourcedId", "c1"}, {"title", "Reading"}});
  sync(all);
  auto less = named("Penhaligon");
  for (auto const* table : {"classes", "enrollments", "demographics", "courses", "academicSessions"}) less.mode(table, "absent");
  sync(less);
  EXPECT_EQ(resume().size(), 2u);
  EXPECT_EQ(cell("classes", "c1", "title"), "Reading");
}

TEST_P(Planned, WhatWasConfirmedAsAdditiveSupersedesNothingWhenAPauseEnds) {
  begin();
  pause();
  sync(named("Inkwell"));
  auto some = two_schools(30).put("users", {{"sourcedId", "u1_2"}, {"familyName", "Penhaligon"}});
  students_go(some, 1, 1, 1);
  ASSERT_EQ(sync_confirmed(some, {Version::V11, true}).held_because, Words{"paused"});
  EXPECT_EQ(resume().size(), 2u);
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Inkwell");
  EXPECT_EQ(cell("users", "u1_2", "familyName"), "Penhaligon");
}

TEST_P(Planned, AdditiveDeliveriesAreAllTaken) {
  begin();
  set("sis", {{"mode", "add-and-update"}});
  pause();
  sync(two_schools(31));
  sync(named("Inkwell"));
  EXPECT_EQ(resume().size(), 2u);
  EXPECT_TRUE(has("users", "u1_31"));
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Inkwell");
}

TEST_P(Planned, WhatIsTakenAfterAPauseGoesThroughTheGuards) {
  begin();
  pause();
  auto d = two_schools(30);
  students_go(d, 2, 1, 30);
  sync(d);
  approve(2);
  auto const answers = resume();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].outcome, "held");
  EXPECT_EQ(answers[0].held_because, Words{"guard"});
  EXPECT_TRUE(has("users", "u2_1"));
  EXPECT_TRUE(approve(2).is_applied());
}

TEST_P(Planned, AfterAPauseThatEndsByItselfTheNextWorkTakesWhatHasCome) {
  begin();
  pause(20260905);
  sync(named("Inkwell"));
  today = 20260905;
  EXPECT_EQ(sync(delta_of_one_name("2_1", "Larch")).outcome, "held");
  today = 20260906;
  auto const next = sync(delta_of_one_name("2_2", "Birch"));
  EXPECT_TRUE(next.is_applied());
  EXPECT_TRUE(answer_of(2).is_applied());
  EXPECT_TRUE(answer_of(3).is_applied());
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Inkwell");
  EXPECT_EQ(cell("users", "u2_1", "familyName"), "Larch");
}

TEST_P(Planned, APauseBeginsOnItsFirstDay) {
  begin();
  pause(20260910, 20260903);
  today = 20260902;
  EXPECT_EQ(sync(named("Inkwell")).outcome, "applied");
  today = 20260903;
  EXPECT_EQ(sync(named("Penhaligon")).outcome, "held");
  today = 20260910;
  EXPECT_EQ(sync(named("Larch")).outcome, "held");
  today = 20260911;
  EXPECT_EQ(sync(named("Birch")).outcome, "applied");
}

TEST_P(Planned, OtherSourcesGoOnWhileOneIsPaused) {
  begin();
  add_source("hr");
  pause();
  auto staff = two_schools(30);
  for (auto const* table : {"classes", "enrollments", "demographics", "courses", "academicSessions"}) staff.mode(table, "absent");
  EXPECT_TRUE(sync(staff, "hr").is_applied());
}

TEST_P(Planned, PausingAgainChangesTheDays) {
  begin();
  pause(20261231);
  pause(20260905);
  today = 20260906;
  EXPECT_EQ(sync(named("Inkwell")).outcome, "applied");
}

TEST_P(Planned, ATrialStaysATrialAfterItsPause) {
  begin();
  set("sis", {{"live", "no"}});
  pause();
  EXPECT_EQ(sync(named("Inkwell")).held_because, (Words{"paused", "trial"}));
  auto const answers = resume();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].held_because, Words{"trial"});
}

TEST_P(Planned, WhoIsNotPausedCannotBeResumed) {
  begin();
  EXPECT_EQ(why_not_resumed(source()), "The source \"sis\" is not paused.");
  EXPECT_EQ(why_not_resumed({}), "The district \"Oak\" is not suspended.");
}

TEST_P(Planned, PausesAreAudited) {
  begin();
  pause(20261231);
  resume();
  EXPECT_TRUE(audited("range added", "sis: paused until 2026-12-31"));
  EXPECT_TRUE(audited("source resumed", "sis"));
}

TEST_P(Planned, AnUndoWorksInAPause) {
  begin();
  ASSERT_TRUE(sync(named("Inkwell")).is_applied());
  pause();
  EXPECT_TRUE(undo(2).is_applied());
  EXPECT_EQ(cell("users", "u1_1", "familyName"), "Quill1");
}

// Suspensions.

TEST_P(Planned, ASuspendedDistrictKeepsWhatEverySourceSends) {
  begin();
  suspend(20261231);
  auto const held = sync(named("Inkwell"));
  EXPECT_EQ(held.held_because, Words{"suspended"});
  EXPECT_TRUE(says(held, "The district is suspended until 2026-12-31"));
  EXPECT_EQ(approve(2).outcome, "held");
  auto const answers = resumed({});
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].outcome, "applied");
  EXPECT_TRUE(audited("district resumed", "Oak"));
}

TEST_P(Planned, APausedSourceOfASuspendedDistrictWaitsForBoth) {
  begin();
  pause();
  suspend();
  EXPECT_EQ(sync(named("Inkwell")).held_because, (Words{"paused", "suspended"}));
  EXPECT_TRUE(resumed({}).empty());
  EXPECT_EQ(decision_of(2), "open");
  EXPECT_EQ(resume().size(), 1u);
}

// Days without removals.

TEST_P(Planned, OnDaysWithoutRemovalsNothingGoes) {
  begin();
  no_removals(20260601, 20260905);
  auto d = named("Inkwell");
  students_go(d, 2, 1, 2);
  auto const taken = sync(d);
  EXPECT_EQ(taken.outcome, "applied_with_warnings");
  EXPECT_EQ(changes(taken, "users"), "+0 ~1 -0");
  ASSERT_EQ(taken.withheld.size(), 3u);
  EXPECT_EQ(taken.withheld[0].table, "users");
  EXPECT_EQ(taken.withheld[0].rows, 2u);
  EXPECT_EQ(taken.withheld[0].why, "no removals until 2026-09-05");
  EXPECT_TRUE(has("users", "u2_1"));
  EXPECT_TRUE(has("enrollments", "e2_1"));
}

TEST_P(Planned, NeitherAGuardNorAnApprovalHasToDoWithIt) {
  begin();
  no_removals(20260601, 20260905);
  auto d = two_schools(30);
  students_go(d, 2, 1, 30);
  auto const taken = sync(d);
  EXPECT_EQ(taken.outcome, "no_changes");
  EXPECT_TRUE(taken.held_because.empty());
  EXPECT_EQ(taken.withheld.size(), 3u);
  EXPECT_EQ(ids("users").size(), 62u);
}

TEST_P(Planned, TheNextFullDeliveryProposesTheRemovalsAgain) {
  begin();
  no_removals(20260601, 20260905);
  auto d = two_schools(30);
  students_go(d, 2, 1, 2);
  sync(d);
  today = 20260906;
  EXPECT_EQ(changes(sync(d), "users"), "+0 ~0 -2");
  EXPECT_FALSE(has("users", "u2_1"));
}

TEST_P(Planned, WhatRefersToARecordThatStaysForNowIsTaken) {
  begin();
  no_removals(20260601, 20260905);
  auto d = two_schools(30);
  d.drop("classes", "c2");  // its enrollments are still listed
  auto const taken = sync(d);
  EXPECT_EQ(taken.outcome, "no_changes");
  EXPECT_EQ(counts(taken, "enrollments").excluded, 0u);
}

TEST_P(Planned, ADeltasRemovalsAreHeldOver) {
  begin();
  no_removals(20260601, 20260905);
  auto delta = delta_of_one_name("1_1", "Inkwell");
  delta.put("enrollments", {{"sourcedId", "e2_1"}, {"status", "tobedeleted"}});
  auto const taken = sync(delta);
  EXPECT_EQ(taken.outcome, "applied_with_warnings");
  ASSERT_EQ(taken.withheld.size(), 1u);
  EXPECT_EQ(taken.withheld[0].why, "no removals until 2026-09-05");
  EXPECT_TRUE(has("enrollments", "e2_1"));
  auto const waits = answer_of(3);
  EXPECT_EQ(waits.outcome, "held");
  EXPECT_EQ(waits.held_because, Words{"guard"});
  EXPECT_TRUE(says(waits, "Removals that deltas asked for wait (1): no removals until 2026-09-05."));
  EXPECT_EQ(changes(waits, "enrollments"), "+0 ~0 -1");
}

TEST_P(Planned, ADeltaOfRemovalsAloneIsHeldOverToo) {
  begin();
  no_removals(20260601, 20260905);
  auto const taken = sync(delta_without_students(2, 1, 1));
  EXPECT_EQ(taken.outcome, "no_changes");
  EXPECT_EQ(changes(answer_of(3), "users"), "+0 ~0 -1");
}

TEST_P(Planned, NoApprovalRemovesWhatIsHeldOver) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 1));
  EXPECT_EQ(approve(3).outcome, "held");
  EXPECT_TRUE(has("users", "u2_1"));
}

TEST_P(Planned, WhatIsHeldOverGoesWhenTheDaysAreOver) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 1));
  today = 20260906;
  sync(delta_of_one_name("1_1", "Inkwell"));
  EXPECT_EQ(answer_of(3).outcome, "applied");
  EXPECT_EQ(changes(answer_of(3), "users"), "+0 ~0 -1");
  EXPECT_FALSE(has("users", "u2_1"));
  EXPECT_FALSE(has("demographics", "u2_1"));
}

TEST_P(Planned, WhatIsHeldOverGoesThroughTheGuards) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 20));
  today = 20260906;
  sync(delta_of_one_name("1_1", "Inkwell"));
  EXPECT_EQ(answer_of(3).outcome, "held");
  EXPECT_TRUE(has("users", "u2_1"));
  EXPECT_TRUE(approve(3).is_applied());
  EXPECT_FALSE(has("users", "u2_1"));
}

TEST_P(Planned, DeltasDoNotQueueBehindWhatIsHeldOver) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 1));
  EXPECT_TRUE(sync(delta_of_one_name("1_1", "Inkwell")).is_applied());
}

TEST_P(Planned, AllThatIsHeldOverWaitsInOneRun) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 1));
  sync(delta_without_students(2, 2, 3));
  EXPECT_EQ(runs_so_far(), 4);
  EXPECT_EQ(changes(answer_of(3), "users"), "+0 ~0 -3");
}

TEST_P(Planned, WhoComesBackInTheMeantimeStays) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 2));
  EXPECT_EQ(sync(delta_of_one_name("2_1", "Quill2")).outcome, "no_changes");  // the same as ever: she is there
  today = 20260906;
  sync(delta_of_one_name("1_1", "Inkwell"));
  EXPECT_TRUE(has("users", "u2_1"));
  EXPECT_FALSE(has("users", "u2_2"));
}

TEST_P(Planned, AFullDeliveryHasTheLastWordOnWhatIsHeldOver) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 1));
  today = 20260904;
  ASSERT_TRUE(sync(named("Inkwell")).is_applied());
  EXPECT_EQ(decision_of(3), "superseded");
  today = 20260906;
  sync(delta_of_one_name("1_1", "Larch"));
  EXPECT_TRUE(has("users", "u2_1"));
}

TEST_P(Planned, WhatWasHeldOverCanBeUndone) {
  begin();
  no_removals(20260601, 20260905);
  sync(delta_without_students(2, 1, 1));
  today = 20260906;
  auto const before = exported();
  sync(delta_of_one_name("1_1", "Inkwell"));
  ASSERT_TRUE(undo(4).is_applied());
  ASSERT_TRUE(undo(3).is_applied());
  EXPECT_EQ(family_of_first(exported()), family_of_first(before));
  EXPECT_TRUE(has("users", "u2_1"));
  EXPECT_TRUE(has("enrollments", "e2_1"));
}

// Other thresholds.

TEST_P(Planned, ThresholdsOfARangeReplaceThoseOfTheSource) {
  begin();
  plan({0, {}, store::RangeKind::Thresholds, 20260901, 20260905, "threshold.removed=60,threshold.removed-in-a-week=100"});
  auto d = two_schools(30);
  students_go(d, 2, 1, 15);
  EXPECT_EQ(dry_run(d).outcome, "applied");
  today = 20260906;
  EXPECT_EQ(dry_run(d).held_because, Words{"guard"});
}

TEST_P(Planned, ARangeOfOneSourceLeavesOthersAlone) {
  begin();
  add_source("hr");
  plan({0, source("hr").id, store::RangeKind::Thresholds, 20260901, 20260905, "threshold.removed=100,threshold.removed-in-a-week=100"});
  plan({0, source("hr").id, store::RangeKind::NoRemovals, 20260901, 20260905, ""});
  auto d = two_schools(30);
  students_go(d, 2, 1, 15);
  auto const held = dry_run(d);
  EXPECT_EQ(held.held_because, Words{"guard"});
  EXPECT_TRUE(held.withheld.empty());
}

TEST_P(Planned, ARangeIsLookedAtBeforeItIsPlanned) {
  begin();
  auto const why = [&](store::Range const& range) {
    auto const added = store::add_range(home_->operations(), district_, range, {"a test", "2026-09-01T00:00:00Z"});
    return added.ok() ? "" : added.trouble().text;
  };
  EXPECT_EQ(why({0, {}, store::RangeKind::NoRemovals, 20260905, 20260901, ""}), "A range cannot end on 2026-09-01, before it begins on 2026-09-05.");
  EXPECT_EQ(why({0, {}, store::RangeKind::Thresholds, 20260901, 20260905, "threshold.removed=101"}),
            "The setting threshold.removed: it is a whole number from 0 to 100.");
  EXPECT_EQ(why({0, {}, store::RangeKind::Thresholds, 20260901, 20260905, "live=yes"}).find("\"live=yes\" is no threshold"), 0u);
}

TEST_P(Planned, ARangeCanBeTakenBack) {
  begin();
  no_removals(20260601, 20260905);
  auto const ranges = store::list_ranges(home_->operations(), district_);
  ASSERT_EQ(ranges->size(), 1u);
  ASSERT_TRUE(store::remove_range(home_->operations(), district_, (*ranges)[0].id, {"a test", ""}).ok());
  EXPECT_TRUE(audited("range removed", "no-removals from 2026-06-01 until 2026-09-05"));
  EXPECT_EQ(store::remove_range(home_->operations(), district_, 1, {"a test", ""}).trouble().text, "The district \"Oak\" has no planned range 1.");
  auto d = two_schools(30);
  students_go(d, 2, 1, 2);
  EXPECT_EQ(changes(sync(d), "users"), "+0 ~0 -2");
}

}  // namespace
}  // namespace rollbook::test
