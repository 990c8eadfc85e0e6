// Deliveries that should have come: told within a quarter of an hour, once, with whose move it is; until they come, or nobody expects them any more.
#include "runs/progress.h"
#include "views/on_time.h"

#include "store/district_life.h"
#include "store/events.h"
#include "store/ranges.h"

namespace rollbook::test {
namespace {

using store::Move;

class LateDeliveries : public OnTime {
 protected:
  void SetUp() override {
    OnTime::SetUp();
    if (IsSkipped()) return;
    add_source();
    set_at("2026-09-01T08:00:00Z", {{"expected-by", "weekdays@07:00"}});  // Tuesday; seven o'clock there is five here
  }
  std::vector<store::Late> all() { return store::late_deliveries(home_->operations(), district_.id, true); }
  std::vector<store::Late> going_on() { return store::late_deliveries(home_->operations(), district_.id, false); }
  void sync_at(std::string const& when, DeliveryOf const& delivery) {
    leave(when, delivery);
    work(when);
  }
  std::int64_t noted(std::string const& kind) {
    auto row = home_->operations().prepare("SELECT count(*) FROM audit WHERE district = ? AND what = ?");
    return row->with(district_.id, kind).step() ? row->integer(0) : -1;
  }
};
INSTANTIATE_TEST_SUITE_P(, LateDeliveries, both_databases(), name_of_database);

TEST_P(LateDeliveries, AreToldOncePerDayWithWhoseMoveItIs) {
  look("2026-09-02T04:59:59Z");
  EXPECT_TRUE(all().empty()) << "today's deadline has not come, and yesterday's was before it was set";
  look("2026-09-02T05:00:20Z");
  look("2026-09-02T05:00:40Z");
  look("2026-09-02T19:00:00Z");
  auto const told = all();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(std::tuple(told[0].due, told[0].raised, told[0].move, told[0].ended), std::tuple("2026-09-02T05:00:00Z", "2026-09-02T05:00:20Z", Move::Sender, ""));
  EXPECT_EQ(noted("delivery late"), 1);
  auto const events = store::untold_events(home_->operations(), 10);
  ASSERT_EQ(events.size(), 1u) << "for letters and webhooks, too";
  EXPECT_EQ(events[0].kind, store::EventKind::NothingArrived);
  EXPECT_EQ(events[0].facts, (store::Facts{{"day", "2026-09-02"}, {"by", "07:00"}, {"move", "sender"}})) << "by the clock of the district";
  EXPECT_FALSE(events[0].run);
  look("2026-09-03T05:00:10Z");
  ASSERT_EQ(all().size(), 2u) << "the next day";
  ASSERT_EQ(going_on().size(), 1u);
  EXPECT_EQ(going_on()[0].due, "2026-09-03T05:00:00Z");
  EXPECT_EQ(all()[1].why_ended, "late again");
}

TEST_P(LateDeliveries, AreNoneWhenSomethingHasComeSinceTheDeadlineBefore) {
  sync_at("2026-09-01T20:00:00Z", two_schools(3));
  look("2026-09-02T05:00:20Z");
  EXPECT_TRUE(all().empty());
  look("2026-09-03T05:00:20Z");
  EXPECT_EQ(all().size(), 1u) << "that was the day before";
}

TEST_P(LateDeliveries, OnlyOnTheDaysThatWereSaid) {
  sync_at("2026-09-04T04:00:00Z", two_schools(3));
  look("2026-09-04T05:00:20Z");
  look("2026-09-05T05:00:20Z");
  look("2026-09-06T12:00:00Z");
  EXPECT_TRUE(all().empty()) << "Saturday, Sunday";
  look("2026-09-07T05:00:20Z");
  EXPECT_EQ(all().size(), 1u);
}

TEST_P(LateDeliveries, EndWhenItComesAndThenCountForTheirOwnDay) {
  look("2026-09-02T05:00:20Z");
  ASSERT_EQ(going_on().size(), 1u);
  sync_at("2026-09-02T09:00:00Z", two_schools(3));
  look("2026-09-02T09:00:20Z");
  EXPECT_TRUE(going_on().empty());
  EXPECT_EQ(std::tuple(all()[0].ended, all()[0].why_ended), std::tuple("2026-09-02T09:00:20Z", "came"));
  EXPECT_EQ(noted("late delivery over"), 1);
  look("2026-09-03T05:00:20Z");
  EXPECT_EQ(going_on().size(), 1u) << "what came at nine yesterday was yesterday's";
}

TEST_P(LateDeliveries, AreTheDistrictsMoveWhileOneIsHeld) {
  sync_at("2026-09-01T20:00:00Z", two_schools(40));
  look("2026-09-02T05:00:20Z");
  auto half = two_schools(40);
  students_go(half, 1, 1, 30);
  sync_at("2026-09-03T04:00:00Z", half);
  look("2026-09-03T05:00:20Z");
  auto const told = going_on();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].move, Move::District);
  auto const held = *told[0].run;
  EXPECT_EQ(run(held).outcome, "held");
  auto const words = runs::in_words(told[0], source());
  EXPECT_NE(words.what.find("run " + std::to_string(held) + " is held"), std::string::npos) << words.what;
  ASSERT_EQ(approve(held).outcome, "applied");
  look("2026-09-03T06:00:00Z");
  EXPECT_TRUE(going_on().empty());
}

TEST_P(LateDeliveries, OneThatAHeldOneHasTakenThePlaceOfIsNotThere) {
  sync_at("2026-09-01T20:00:00Z", two_schools(40));
  look("2026-09-02T05:00:20Z");
  auto half = two_schools(40);
  students_go(half, 1, 1, 30);
  sync_at("2026-09-03T03:00:00Z", half);
  students_go(half, 1, 31, 32);
  sync_at("2026-09-03T04:00:00Z", half);
  look("2026-09-03T05:00:20Z");
  auto const told = going_on();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].move, Move::District);
  EXPECT_EQ(run(*told[0].run).decision, "open");
  EXPECT_EQ(run(*told[0].run - 1).decision, "superseded");
}

TEST_P(LateDeliveries, AreTheSendersMoveWhenWhatCameCannotBeRead) {
  auto files = two_schools(3).files();
  files["users.csv"] = "not,a\nroster,";
  auto h = hub_at("2026-09-02T04:00:00Z");
  auto const left = runs::leave(h, district_, source(), delivery_of(files));
  work("2026-09-02T04:00:10Z");
  look("2026-09-02T05:00:20Z");
  ASSERT_EQ(going_on().size(), 1u);
  EXPECT_EQ(std::pair(going_on()[0].move, going_on()[0].run), std::pair(Move::Sender, std::optional(left->run)));
}

TEST_P(LateDeliveries, AreTheOperatorsMoveWhenNobodyGetsRoundToIt) {
  auto const came = leave("2026-09-02T04:59:00Z", two_schools(3));
  look("2026-09-02T05:00:20Z");
  EXPECT_TRUE(all().empty()) << "it came in time, and is given ten minutes";
  look("2026-09-02T05:10:20Z");
  ASSERT_EQ(going_on().size(), 1u) << "within a quarter of an hour";
  EXPECT_EQ(std::pair(going_on()[0].move, going_on()[0].run), std::pair(Move::Operator, std::optional(came)));
  work("2026-09-02T06:00:00Z");
  look("2026-09-02T06:00:20Z");
  EXPECT_TRUE(going_on().empty());
}

TEST_P(LateDeliveries, AreTheDistrictsMoveWhenItHasCancelledThem) {
  auto const came = leave("2026-09-02T04:50:00Z", two_schools(3));
  ASSERT_FALSE(runs::ask_to_cancel(home_->operations(), district_, came, {"anna", "2026-09-02T04:51:00Z"}));
  work("2026-09-02T04:52:00Z");
  look("2026-09-02T05:10:20Z");
  ASSERT_EQ(going_on().size(), 1u);
  EXPECT_EQ(std::pair(going_on()[0].move, going_on()[0].run), std::pair(Move::District, std::optional(came)));
  auto h = hub_at("2026-09-02T06:00:00Z");
  ASSERT_TRUE(runs::queue_approval(h, district_, came, {}).ok()) << "what was cancelled can be begun anew";
  work("2026-09-02T06:00:00Z");
  look("2026-09-02T06:00:20Z");
  EXPECT_EQ(run(came).outcome, "applied");
  EXPECT_TRUE(going_on().empty());
}

TEST_P(LateDeliveries, MoveFromOneToAnother) {
  look("2026-09-02T05:00:20Z");
  EXPECT_EQ(going_on().at(0).move, Move::Sender);
  auto const came = leave("2026-09-02T06:00:00Z", two_schools(3));
  look("2026-09-02T06:00:20Z");
  EXPECT_EQ(std::pair(going_on().at(0).move, going_on().at(0).run), std::pair(Move::Sender, std::optional(came))) << "nobody is blamed for what came just now";
  look("2026-09-02T06:10:20Z");
  EXPECT_EQ(std::pair(going_on().at(0).move, going_on().at(0).run), std::pair(Move::Operator, std::optional(came)));
  EXPECT_EQ(all().size(), 1u);
}

TEST_P(LateDeliveries, AreNoneThatWaitForTheirScheduleOrForAnApprovalThatEachNeeds) {
  set_at("2026-09-01T08:10:00Z", {{"schedule", "daily@18:00"}});
  leave("2026-09-02T03:00:00Z", two_schools(3));
  look("2026-09-02T05:00:20Z");
  EXPECT_TRUE(all().empty());
  set_at("2026-09-02T08:10:00Z", {{"schedule", ""}, {"apply-by-itself", "no"}});
  sync_at("2026-09-03T03:00:00Z", two_schools(4));
  look("2026-09-03T05:00:20Z");
  EXPECT_TRUE(all().empty());
}

TEST_P(LateDeliveries, AreNoneWhileTheOperatorHasSuspendedTheDistrict) {
  ASSERT_FALSE(store::lock_district(home_->operations(), district_, {"olga", "2026-09-02T04:00:00Z"}));
  ASSERT_FALSE(store::unlock_district(home_->operations(), district_, {"olga", "2026-09-02T09:00:00Z"}));
  look("2026-09-02T09:00:20Z");
  EXPECT_TRUE(all().empty()) << "nobody could have sent anything at seven";
  look("2026-09-03T05:00:20Z");
  EXPECT_EQ(all().size(), 1u);
}

TEST_P(LateDeliveries, AreSilencedByAPlannedRangeAndNotMadeUpFor) {
  store::Range range;
  range.kind = store::RangeKind::Suspended;
  range.first_day = 20260902, range.last_day = 20260903;
  ASSERT_TRUE(store::add_range(home_->operations(), district_, range, {"anna", "2026-09-01T08:00:00Z"}).ok());
  look("2026-09-02T05:00:20Z");
  look("2026-09-03T05:00:20Z");
  look("2026-09-04T04:00:00Z");
  EXPECT_TRUE(all().empty()) << "the deadline of the last day has passed with it";
  look("2026-09-04T05:00:20Z");
  EXPECT_EQ(going_on().size(), 1u);
}

TEST_P(LateDeliveries, EndWhenTheSourceIsPausedOrNothingIsExpectedAnyMore) {
  look("2026-09-02T05:00:20Z");
  ASSERT_EQ(going_on().size(), 1u);
  store::Range range;
  range.kind = store::RangeKind::Paused;
  range.source = source().id;
  auto const pause = store::add_range(home_->operations(), district_, range, {"anna", "2026-09-02T06:00:00Z"});
  look("2026-09-02T06:00:20Z");
  EXPECT_TRUE(going_on().empty());
  EXPECT_EQ(all()[0].why_ended, "not expected");
  ASSERT_TRUE(store::remove_range(home_->operations(), district_, pause->id, {"anna", "2026-09-02T07:00:00Z"}).ok());
  look("2026-09-02T07:00:20Z");
  EXPECT_TRUE(going_on().empty()) << "told once";
  look("2026-09-03T05:00:20Z");
  ASSERT_EQ(going_on().size(), 1u);
  set_at("2026-09-03T08:00:00Z", {{"expected-by", ""}});
  look("2026-09-03T08:00:20Z");
  EXPECT_TRUE(going_on().empty());
}

TEST_P(LateDeliveries, AreToldOnceWhenTheServerWasDown) {
  look("2026-09-08T12:00:00Z");
  ASSERT_EQ(all().size(), 1u);
  EXPECT_EQ(all()[0].due, "2026-09-08T05:00:00Z");
}

}  // namespace
}  // namespace rollbook::test
