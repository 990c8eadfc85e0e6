// What is old is let go: from the vault, from both databases, and from the logs beside them.
#include "runs/accepted.h"
#include "runs/look.h"
#include "runs/retention.h"

#include <gtest/gtest.h>

#include "runs/old_runs.h"
#include "store/audit.h"

namespace rollbook::test {
namespace {

using store::Kept;

class Retention : public OldRuns {};
INSTANTIATE_TEST_SUITE_P(Runs, Retention, both_databases(), name_of_database);

TEST_P(Retention, WithoutASettingEverythingIsKept) {
  add_source();
  sync(two_schools(3));
  auto const files = vault_files();
  grow_old();
  EXPECT_TRUE(let_go().empty());
  EXPECT_EQ(vault_files(), files);
}

TEST_P(Retention, FilesOfOldDeliveriesGoAndTheRunStays) {
  add_source();
  auto const first = *sync(two_schools(3)).run;
  grow_old();
  auto const before = exported();
  auto const second = *sync(two_schools(4)).run;
  keep(Kept::Deliveries, 90);
  auto h = hub();
  auto const preview = runs::would_go(h, district_, Kept::Deliveries, 90);
  ASSERT_TRUE(preview.ok());
  auto const gone = let_go();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].runs, 1u);
  EXPECT_GT(gone[0].entries, 0u);
  EXPECT_EQ(gone[0].entries, preview->entries) << "as the preview said";
  EXPECT_EQ(gone[0].bytes, preview->bytes);
  EXPECT_EQ(store::find_run(home_->operations(), district_.id, first)->delivery, "");
  EXPECT_NE(store::find_run(home_->operations(), district_.id, second)->delivery, "");
  EXPECT_TRUE(let_go().empty()) << "once";
  auto const listed = runs::list_let_go(home_->operations(), district_.id, 10);
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].before, "2026-06-03");
  expect_sound();
  EXPECT_EQ(undo(second).outcome, "applied") << "that needs no files";
  EXPECT_EQ(exported(), before);
}

TEST_P(Retention, AFileThatANewerRunHasTooStays) {
  add_source();
  sync(two_schools(3));
  grow_old();
  auto const files = vault_files();
  sync(two_schools(3));
  EXPECT_EQ(vault_files(), files) << "the same bytes are kept once";
  keep(Kept::Deliveries, 90);
  auto const gone = let_go();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].entries, 0u);
  EXPECT_EQ(vault_files(), files);
  expect_sound();
}

TEST_P(Retention, AFileThatWasWrittenJustNowIsLeftForAnotherDay) {
  if (data_folder_.empty()) GTEST_SKIP() << "a matter of files";
  add_source();
  auto const run = *sync(two_schools(3)).run;
  home_->operations().run("UPDATE runs SET created = '2025-01-01T02:00:00Z'");
  auto const files = vault_files();
  keep(Kept::Deliveries, 90);
  EXPECT_TRUE(let_go().empty());
  EXPECT_EQ(vault_files(), files);
  EXPECT_NE(store::find_run(home_->operations(), district_.id, run)->delivery, "");
  grow_old();
  EXPECT_EQ(let_go().size(), 1u);
  EXPECT_EQ(vault_files(), 0u);
}

TEST_P(Retention, WhatWaitsForADecisionStays) {
  add_source("sis", {});
  auto const held = sync(two_schools(3));
  ASSERT_EQ(held.outcome, "held");
  grow_old();
  keep(Kept::Deliveries, 90);
  keep(Kept::Findings, 90);
  EXPECT_TRUE(let_go().empty());
  EXPECT_TRUE(approve(*held.run).is_applied());
}

TEST_P(Retention, FindingsAndListsGoAndTheirCountsStay) {
  add_source();
  auto night = two_schools(3);
  night.put("users", {{"sourcedId", "u1_1"}, {"enabledUser", "perhaps"}});
  auto const run = *sync(night).run;
  ASSERT_GT(rows("run_findings"), 0);
  ASSERT_GT(rows("run_changes"), 0);
  auto const errors = runs::from_json(store::find_run(home_->operations(), district_.id, run)->report)->errors;
  grow_old();
  keep(Kept::Findings, 30);
  auto const gone = let_go();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_GT(gone[0].entries, 0u);
  EXPECT_EQ(rows("run_findings") + rows("run_changes") + rows("run_schools") + rows("run_contents"), 0);
  EXPECT_EQ(runs::from_json(store::find_run(home_->operations(), district_.id, run)->report)->errors, errors);
  expect_sound();
}

TEST_P(Retention, AcceptancesThatEndedLongAgoGoWithTheirReasons) {
  add_source();
  sync(two_schools(3));
  auto const accept = [&](std::string const& rule, std::int32_t until) {
    auto h = hub();
    auto roster = runs::open_roster(h, district_);
    runs::Accepted what;
    what.table = static_cast<std::int64_t>(TableId::Users);
    what.rule = rule;
    what.reason = "Ask Zyxomma.";
    what.until = until;
    EXPECT_FALSE(runs::accept(h, district_, **roster, what));
  };
  accept("USR001", today + 1);
  accept("USR002", today + 19000);  // in more than a year
  EXPECT_EQ(rows("quality_accepted"), 2);
  today += 10000;  // a year later
  keep(Kept::Findings, 30);
  let_go();
  EXPECT_EQ(rows("quality_accepted"), 1) << "the one that still counts";
  expect_sound();
}

TEST_P(Retention, NothingOfIsLeftInAnyByteOfTheDataFolder) {
  if (data_folder_.empty()) GTEST_SKIP() << "a matter of files";
  add_source();
  std::string const canary = "Zyxomma-Petiolatum";
  auto night = two_schools(3);
  night.put("users", {{"sourcedId", "u1_1"}, {"enabledUser", canary}});  // an error, whose value is in its finding
  sync(night);
  EXPECT_FALSE(files_with(canary).empty()) << "else nothing is proved";
  grow_old();
  sync(two_schools(3));
  keep(Kept::Findings, 30);
  keep(Kept::Deliveries, 30);
  EXPECT_EQ(let_go().size(), 2u);
  EXPECT_EQ(files_with(canary), std::vector<std::string>());
}

TEST_P(Retention, WhichRowsAnExportLeftOutGoesToo) {
  auto& operations = home_->operations();
  operations.run(
      "INSERT INTO exports(id, district, created, finished, who, outcome, revision, version, schools, rows, counts) "
      "VALUES(7, 1, '2025-01-01T00:00:00Z', '', 'anna', 'exported', 1, '1.1', '', 0, '')");
  operations.run("INSERT INTO export_left_out(export, place, tbl, record, why) VALUES(7, 0, 6, 'u1_1', 'users.email is blank.')");
  keep(Kept::Findings, 30);
  ASSERT_EQ(let_go().size(), 1u) << "no run is as old";
  auto row = operations.prepare("SELECT count(*) FROM export_left_out");
  EXPECT_TRUE(row->step());
  EXPECT_EQ(row->integer(0), 0);
  row->reset();
  EXPECT_TRUE(let_go().empty());
}

TEST_P(Retention, IsDoneOnceADayByWhoeverWorksForTheDistrict) {
  add_source();
  sync(two_schools(3));
  grow_old();
  keep(Kept::Deliveries, 90);
  auto h = hub();
  h.clock = [this] { return at_; };
  ASSERT_TRUE(runs::work_one(h, district_).ok());
  EXPECT_EQ(runs::list_let_go(home_->operations(), district_.id, 10).size(), 1u);
  sync(two_schools(4));
  grow_old();
  ASSERT_TRUE(runs::work_one(h, district_).ok());
  EXPECT_EQ(runs::list_let_go(home_->operations(), district_.id, 10).size(), 1u) << "not twice on one day";
  h.today = 20260902;
  ASSERT_TRUE(runs::work_one(h, district_).ok());
  EXPECT_EQ(runs::list_let_go(home_->operations(), district_.id, 10).size(), 2u);
  EXPECT_EQ(store::verify_audit(home_->operations(), district_.id)->broken, "");
}

TEST_P(Retention, TooFewDaysAreRefused) {
  EXPECT_TRUE(store::set_days_kept(home_->operations(), district_, Kept::Deliveries, 1, {"anna", at_}));
  EXPECT_FALSE(store::days_kept(home_->operations(), district_.id, Kept::Deliveries));
}

TEST_P(Retention, DaysAreCountedBackOverMonthsAndYears) {
  EXPECT_EQ(runs::first_day_kept(20260901, 90), 20260603);
  EXPECT_EQ(runs::first_day_kept(20260301, 1), 20260228);
  EXPECT_EQ(runs::first_day_kept(20240301, 366), 20230301);
}

}  // namespace
}  // namespace rollbook::test
