// What comes by itself waits for the schedule of its source, or for a person who says "now".
#include "views/on_time.h"

#include "runs/planned.h"
#include "runs/source_change.h"
#include "runs/workers.h"
#include "store/ranges.h"

namespace rollbook::test {
namespace {

class SourcesOnTime : public OnTime {};
INSTANTIATE_TEST_SUITE_P(, SourcesOnTime, both_databases(), name_of_database);

using Numbers = std::vector<std::int64_t>;

TEST_P(SourcesOnTime, WhatComesWaitsForTheScheduleAndIsTakenThen) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const first = leave("2026-09-01T09:00:00Z", two_schools(3)), second = leave("2026-09-01T10:00:00Z", delta_of_one_name("1_2", "Lovelace"));
  look("2026-09-01T15:59:59Z");
  work("2026-09-01T15:59:59Z");
  EXPECT_EQ(run(first).state, "waiting");
  EXPECT_TRUE(runs::districts_with_work(home_->operations()).empty()) << "no worker is called for it";
  look("2026-09-01T16:00:00Z");  // six o'clock there
  EXPECT_EQ(run(first).state, "queued");
  work("2026-09-01T16:00:01Z");
  EXPECT_EQ(run(first).outcome, "applied");
  EXPECT_EQ(run(second).outcome, "applied_with_warnings") << "in the order in which they came; a delta has files that say nothing";
  EXPECT_LT(run(first).revision, run(second).revision);
  auto const clock = store::clock_of(home_->operations(), source().id);
  EXPECT_EQ(std::pair(clock.came_at, clock.found), std::pair(std::string("2026-09-01T16:00:00Z"), std::int64_t{2}));
}

TEST_P(SourcesOnTime, AFullDeliveryTakesThePlaceOfTheFullOneThatWaits) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const first = leave("2026-09-01T09:00:00Z", two_schools(3)), delta = leave("2026-09-01T09:30:00Z", delta_of_one_name("1_2", "Lovelace"));
  auto const second = leave("2026-09-01T10:00:00Z", two_schools(4));
  EXPECT_EQ(run(first).decision, "superseded");
  EXPECT_EQ(run(first).state, "done");
  auto const told = *runs::from_json(run(first).report);
  EXPECT_EQ(told.superseded_by, second);
  EXPECT_NE(runs::to_text(told).find("A newer full delivery of the same files came before this one was taken."), std::string::npos);
  EXPECT_EQ(run(delta).state, "waiting") << "nobody knows yet whether the newer one is any good";
  look("2026-09-01T16:00:00Z");
  work("2026-09-01T16:00:01Z");
  EXPECT_EQ(run(first).decision, "superseded");
  EXPECT_EQ(run(second).outcome, "applied");
  EXPECT_TRUE(has("users", "u1_4"));
  EXPECT_EQ(run(second).revision, 1);
}

TEST_P(SourcesOnTime, WhatWaitsIsDiscardedWhenItsSourceEnds) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const came = leave("2026-09-01T09:00:00Z", two_schools(3));
  auto h = hub_at("2026-09-01T10:00:00Z");
  auto const ended = runs::deactivate_source(h, district_, source());
  ASSERT_TRUE(ended.ok()) << ended.trouble().text;
  EXPECT_EQ(run(came).decision, "discarded");
  look("2026-09-01T16:00:00Z");
  work("2026-09-01T16:00:01Z");
  EXPECT_EQ(run(came).decision, "discarded");
}

TEST_P(SourcesOnTime, WhatSaysLessReplacesNothing) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const whole = leave("2026-09-01T09:00:00Z", two_schools(3));
  DeliveryOf orgs_alone;
  orgs_alone.mode("orgs", "bulk");
  orgs_alone.put("orgs", {{"sourcedId", "d"}, {"name", "Oakfield"}, {"type", "district"}, {"identifier", "D1"}});
  leave("2026-09-01T09:10:00Z", orgs_alone);
  leave("2026-09-01T09:20:00Z", delta_of_one_name("1_2", "Lovelace"));
  auto damaged = hub_at("2026-09-01T09:30:00Z");
  auto const zip = delivery_of({{"manifest.csv", "propertyName,value\nnonsense"}});
  ASSERT_TRUE(runs::leave(damaged, district_, source(), zip).ok());
  EXPECT_EQ(run(whole).state, "waiting");
}

TEST_P(SourcesOnTime, OfASourceThatOnlyAddsEachDeliveryIsTaken) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"mode", "add-and-update"}});
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const first = leave("2026-09-01T09:00:00Z", two_schools(3));
  leave("2026-09-01T10:00:00Z", two_schools(4));
  EXPECT_EQ(run(first).state, "waiting");
}

TEST_P(SourcesOnTime, WithoutAScheduleItIsTakenAtOnce) {
  add_source();
  EXPECT_EQ(run(leave("2026-09-01T09:00:00Z", two_schools(3))).state, "queued");
}

TEST_P(SourcesOnTime, ATimeThatFindsNothingNewSaysSoAndDoesNothing) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  look("2026-09-01T16:00:10Z");
  auto const clock = store::clock_of(home_->operations(), source().id);
  EXPECT_EQ(std::pair(clock.came_at, clock.found), std::pair(std::string("2026-09-01T16:00:10Z"), std::int64_t{0}));
  EXPECT_TRUE(store::list_runs(home_->operations(), district_.id).empty());
  look("2026-09-01T16:00:30Z");
  EXPECT_EQ(store::clock_of(home_->operations(), source().id).came_at, "2026-09-01T16:00:10Z") << "once";
}

TEST_P(SourcesOnTime, AScheduleThatIsNewDoesNotMakeUpForTimesBeforeIt) {
  add_source();
  set_at("2026-09-01T17:00:00Z", {{"schedule", "daily@18:00"}});
  auto const came = leave("2026-09-01T17:10:00Z", two_schools(3));
  look("2026-09-01T17:20:00Z");
  EXPECT_EQ(run(came).state, "waiting");
}

TEST_P(SourcesOnTime, TimesThatWereMissedComeOnce) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "every-1-hours"}});
  auto const came = leave("2026-09-01T08:30:00Z", two_schools(3));
  look("2026-09-04T12:34:00Z");
  EXPECT_EQ(run(came).state, "queued");
  work("2026-09-04T12:34:00Z");
  auto const next = leave("2026-09-04T12:35:00Z", two_schools(4));
  look("2026-09-04T12:36:00Z");
  EXPECT_EQ(run(next).state, "waiting") << "three days of hours were one";
  look("2026-09-04T13:00:00Z");
  EXPECT_EQ(run(next).state, "queued");
}

TEST_P(SourcesOnTime, SyncNowTakesWhatWaits) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const came = leave("2026-09-01T09:00:00Z", two_schools(3));
  auto h = hub_at("2026-09-01T09:30:00Z");
  EXPECT_EQ(*runs::sync_now(h, district_, source()), Numbers{came});
  EXPECT_EQ(*runs::sync_now(h, district_, source()), Numbers{}) << "nothing new";
  work("2026-09-01T09:31:00Z");
  EXPECT_EQ(run(came).outcome, "applied");
}

TEST_P(SourcesOnTime, WhoUploadsStandsThereAndTakesAlongWhatCameBefore) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const came = leave("2026-09-01T09:00:00Z", two_schools(3));
  auto const answer = sync(two_schools(4));
  EXPECT_EQ(answer.outcome, "applied");
  EXPECT_EQ(run(came).outcome, "applied");
  EXPECT_LT(run(came).revision, answer.revision) << "it came first";
}

TEST_P(SourcesOnTime, WithoutItsScheduleNothingWaits) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const came = leave("2026-09-01T09:00:00Z", two_schools(3));
  set_at("2026-09-01T10:00:00Z", {{"schedule", ""}});
  look("2026-09-01T10:00:20Z");
  EXPECT_EQ(run(came).state, "queued");
}

TEST_P(SourcesOnTime, WhatWaitsCanBeCancelled) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  auto const came = leave("2026-09-01T09:00:00Z", two_schools(3));
  EXPECT_FALSE(runs::ask_to_cancel(home_->operations(), district_, came, {"anna", "2026-09-01T09:10:00Z"}));
  work("2026-09-01T09:11:00Z");
  EXPECT_EQ(run(came).outcome, "failed");
}

TEST_P(SourcesOnTime, ASuspensionIsObeyed) {
  add_source();
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  store::Range range;
  range.kind = store::RangeKind::Suspended;
  range.first_day = 20260901, range.last_day = 20260902;
  ASSERT_TRUE(store::add_range(home_->operations(), district_, range, {"anna", "2026-09-01T08:00:00Z"}).ok());
  auto const came = leave("2026-09-01T09:00:00Z", two_schools(3));
  look("2026-09-01T16:00:00Z");
  work("2026-09-01T16:00:00Z");
  EXPECT_EQ(run(came).outcome, "held");
  EXPECT_EQ(run(came).held_because, "suspended");
  work("2026-09-03T05:00:00Z");
  EXPECT_EQ(run(came).outcome, "applied") << "the day after the last";
}

TEST_P(SourcesOnTime, ARangeWithoutRemovalsIsObeyed) {
  add_source();
  ASSERT_EQ(sync(two_schools(20)).outcome, "applied");
  set_at("2026-09-01T08:00:00Z", {{"schedule", "daily@18:00"}});
  store::Range range;
  range.first_day = 20260901, range.last_day = 20260902;
  ASSERT_TRUE(store::add_range(home_->operations(), district_, range, {"anna", "2026-09-01T08:00:00Z"}).ok());
  auto one_less = two_schools(20);
  students_go(one_less, 1, 20, 20);
  auto const came = leave("2026-09-01T09:00:00Z", one_less);
  look("2026-09-01T16:00:00Z");
  work("2026-09-01T16:00:00Z");
  EXPECT_NE(run(came).outcome, "held");
  EXPECT_TRUE(has("users", "u1_20"));
}

// Two nodes, their threads and their connections: each delivery is done once, on the night when the clock goes back and when one of the nodes is begun anew.
TEST_P(SourcesOnTime, TwoServersTakeEachDeliveryOnce) {
  add_source();
  ASSERT_EQ(sync(two_schools(2)).outcome, "applied");
  set_at("2026-10-24T08:00:00Z", {{"schedule", "30 2 * * *"}});
  std::atomic<std::int64_t> now{moment("2026-10-24T08:00:00Z")};
  std::atomic<int> looks{0};
  auto const node = [&] {
    runs::WorkersOptions options{.place = place_, .key = hub().key, .at_once = 1, .look_every = std::chrono::milliseconds(5)};
    options.now = [&] { return now.load(); };
    options.day_in = views::day_in;
    options.clock_in = [&](std::string const& zone) { return ++looks, views::wall_clock(zone); };
    options.on_trouble = [](std::string const& what) { ADD_FAILURE() << what; };
    return std::make_unique<runs::Workers>(options);
  };
  auto const wait = [](auto const& until) {
    for (int i = 0; i < 6000 && !until(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(until());
  };
  auto one = node(), other = node();
  int students = 2;
  Numbers numbers;
  for (auto const* const due : {"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"}) {  // that night has half past two twice
    auto const before = store::moment_text(moment(due) - 40);
    now = moment(before);
    numbers.push_back(leave(before, two_schools(++students)));
    if (students == 4) one = node();  // what it was at comes to its end
    auto const seen = looks.load();
    now = moment(due) + 1;
    wait([&] { return looks >= seen + 2; });
    wait([&] { return run(numbers.back()).state == "done"; });
    now = moment(due) + 3600;  // half past two once more, on the first night
    auto const again = looks.load();
    wait([&] { return looks >= again + 2; });
  }
  one.reset(), other.reset();
  std::int64_t revision = 1;
  for (auto const number : numbers) {
    EXPECT_EQ(run(number).outcome, "applied");
    EXPECT_EQ(run(number).revision, ++revision);
  }
  EXPECT_EQ(store::list_runs(home_->operations(), district_.id).size(), 1 + numbers.size());
}

}  // namespace
}  // namespace rollbook::test
