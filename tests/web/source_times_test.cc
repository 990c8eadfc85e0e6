// When a source takes what comes by itself, as its pages show it; and "Sync now".
#include "runs/late.h"
#include "runs/on_time.h"
#include "runs/school.h"
#include "store/source_clocks.h"
#include "views/wall_clock.h"
#include "web/visitors.h"

namespace rollbook::test {
namespace {

class SourceTimes : public PortalTest {
 protected:
  void SetUp() override {
    PortalTest::SetUp();
    anna = browser_of(member("Anna", oakfield, access::Level::Enrollment));
    ASSERT_TRUE(store::add_source(operations(), district(), "SIS", {}, somebody).ok());
  }
  store::District district() { return *store::find_district(operations(), std::to_string(oakfield)); }
  store::Source source() { return *store::find_source(operations(), district(), "SIS"); }
  void set(store::SettingChanges const& changes) { ASSERT_TRUE(store::set_source(operations(), district(), "SIS", changes, somebody).ok()); }
  std::string at(std::string const& rest) { return "/districts/" + std::to_string(oakfield) + "/" + rest; }
  std::string of_source(std::string const& rest = "") { return at("sources/" + std::to_string(source().id) + (rest.empty() ? "" : "/" + rest)); }
  std::string home() { return "/districts/" + std::to_string(oakfield); }
  std::int64_t leave() {
    runs::Hub hub{*home_, key_, folder_ + "/data", 1, 20261121, somebody, runs::name_of_this_worker()};
    auto const left = runs::leave(hub, district(), source(), delivery_of(two_schools(2).files()));
    EXPECT_TRUE(left.ok() && !left->failed);
    return left->run;
  }
  void expect_says(std::string const& address, std::string const& text) {
    auto const page = get(anna, address);
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find(text), std::string::npos) << text << "\n" << page.body;
  }

  Browser anna;
};

TEST_F(SourceTimes, TheNextThreeAreShownByTheClockOfTheDistrict) {
  expect_says(of_source(), "at once, whenever something comes");
  set({{"schedule", "daily@23:00"}});
  for (auto const* const text : {"today at 23:00 CST", "2026-11-22 23:00 CST", "2026-11-23 23:00 CST", "Sync now"}) expect_says(of_source(), text);
  expect_says(at("gallery"), "Next taken today at 23:00 CST");
  expect_says(home(), "today at 23:00 CST");
}

TEST_F(SourceTimes, AScheduleThatIsNoneIsToldAtItsField) {
  auto const answer = post(anna, of_source("settings/delivery/preview"), {{"setting", "schedule"}, {"schedule", "0 6 30 2 *"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find("No year has such a day"), std::string::npos) << answer.body;
}

TEST_F(SourceTimes, WhatWaitsSaysForWhatAndIsTakenNowByWhoeverWantsIt) {
  set({{"schedule", "daily@23:00"}});
  auto const run = leave();
  expect_says(at("history/" + std::to_string(run)), "Waiting for its schedule");
  expect_says(at("history/" + std::to_string(run)), "today at 23:00 CST");
  expect_says(home(), "waits for its schedule");
  auto const before = queued.load();
  auto const answer = post(anna, of_source("sync-now"));
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header_of(answer, "location"), at("history/" + std::to_string(run)));
  EXPECT_EQ(queued, before + 1) << "the workers are woken";
  EXPECT_EQ(store::find_run(operations(), oakfield, run)->state, "queued");
  EXPECT_EQ(header_of(post(anna, of_source("sync-now")), "location"), of_source()) << "nothing new";
}

TEST_F(SourceTimes, WhatIsLateIsToldWithWhoseMoveItIs) {
  ASSERT_TRUE(store::set_source(operations(), district(), "SIS", {{"expected-by", "daily@07:00"}}, {"anna", "2026-11-20T00:00:00Z", "a test"}).ok());
  runs::Hub hub{*home_, key_, folder_ + "/data", 1, 20261121, somebody, runs::name_of_this_worker()};
  ASSERT_FALSE(runs::look_for_late(hub, district(), views::wall_clock("America/Chicago"), now));
  for (auto const& page : {of_source(), home()}) {
    expect_says(page, "Nothing has come from SIS.");
    expect_says(page, "2026-11-21 07:00 CST");
  }
  expect_says(of_source(), "ask whoever looks after that system");
  expect_says(at("gallery"), "late: expected by");
}

}  // namespace
}  // namespace rollbook::test
