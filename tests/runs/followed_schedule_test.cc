// A server's workers follow the schedule of a receiver by themselves, by a clock that is given to them.
#include <algorithm>

#include "runs/hand_on.h"
#include "runs/many_schools.h"
#include "runs/on_time.h"
#include "runs/workers.h"

namespace rollbook::test {
namespace {

constexpr std::int64_t midnight = 1'788'220'800, minute = 60, hour = 3600, day = 24 * hour;  // 1 September 2026, UTC

class FollowedSchedule : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    ::setenv("ROLLBOOK_EXPORTS", (folder() + "/exports").c_str(), 1);
    add_source();
    ASSERT_EQ(sync(two_schools(3)).outcome, "applied");
  }
  void TearDown() override {
    ::unsetenv("ROLLBOOK_EXPORTS");
    Runs::TearDown();
  }
  store::Receiver receiver(std::string const& name, store::ReceiverChanges changes) {
    changes.emplace_back("delivery", "folder");
    return *store::add_receiver(home_->operations(), district_, name, "oneroster-1.1", changes, {"anna", "2026-09-01T00:00:00Z"});
  }
  runs::WorkersOptions options() {
    runs::WorkersOptions all{.place = place_, .key = hub().key, .at_once = 1, .look_every = std::chrono::milliseconds(5)};
    all.now = [this] { return now_.load(); };
    all.day_in = [](std::string const&, std::int64_t seconds) {
      return seconds < midnight + day ? 20260901 : seconds < midnight + 2 * day ? 20260902 : 20260903;
    };
    all.clock_in = [this](std::string const& time_zone) {
      EXPECT_EQ(time_zone, "UTC") << "the district's";
      ++looks_;
      return WallClock{[](std::int64_t moment) { return moment - 2 * hour; }, [](std::int64_t wall) { return wall + 2 * hour; }};  // two hours behind
    };
    all.on_trouble = [](std::string const& what) { ADD_FAILURE() << what; };
    return all;
  }
  template <class Until>
  static void wait(Until const& until) {
    for (int i = 0; i < 4000 && !until(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(until());
  }
  // It is so late; returns when the workers have looked at their schedules, and done what is due.
  void at(std::int64_t now) {
    // What the first look found is in the queue when the second one begins: it is one thread.
    for (auto const moment : {now, now + 25}) {
      auto const seen = looks_.load();
      now_ = moment;
      wait([&] { return looks_ > seen; });
    }
    wait([&] {
      auto const all = store::newest_exports(home_->operations(), district_.id, {}, {}, 100);
      return std::none_of(all.begin(), all.end(), [](auto const& one) { return one.outcome == "queued" || one.outcome.empty(); });
    });
  }
  std::vector<store::Export> exports_for(store::Receiver const& receiver) {
    return store::newest_exports(home_->operations(), district_.id, {.receiver = receiver.id}, {}, 100);
  }

  std::atomic<std::int64_t> now_{midnight + 8 * hour};
  std::atomic<int> looks_{0};
};
INSTANTIATE_TEST_SUITE_P(, FollowedSchedule, both_databases(), name_of_database);

TEST_P(FollowedSchedule, WithoutAnybodyAskingForIt) {
  auto const nightly = receiver("nightly", {{"when", "daily@06:30"}, {"until", "2026-09-02"}}), by_hand = receiver("by hand", {});
  runs::Workers workers(options());
  at(midnight + 8 * hour + 29 * minute);
  EXPECT_EQ(exports_for(nightly).size(), 0u) << "half past six there is half past eight here";
  at(midnight + 8 * hour + 30 * minute);
  auto const made = exports_for(nightly);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(std::tuple(made[0].outcome, made[0].why, made[0].who), std::tuple("exported", "", "the server"));
  EXPECT_EQ(made[0].created.substr(0, 17), "2026-09-01T08:30:") << "by the clock that was given";
  EXPECT_EQ(std::filesystem::file_size(runs::path_for(nightly)), made[0].bytes);
  at(midnight + 10 * hour);
  EXPECT_EQ(exports_for(nightly).size(), 1u) << "once a day";
  at(midnight + day + 9 * hour);
  EXPECT_EQ(exports_for(nightly).size(), 2u);
  at(midnight + 2 * day + 9 * hour);
  EXPECT_EQ(exports_for(nightly).size(), 2u) << "the sharing is over";
  EXPECT_EQ(exports_for(by_hand).size(), 0u);
}

TEST_P(FollowedSchedule, WhileARunTakesItsTime) {
  auto const nightly = receiver("nightly", {{"when", "daily@06:30"}});
  auto h = hub();
  auto const source = store::find_source(home_->operations(), district_, "sis");
  ASSERT_TRUE(source.ok());
  auto const left = runs::leave(h, district_, *source, delivery_of(two_schools(4).files()));
  ASSERT_TRUE(left.ok());
  std::atomic<bool> is_under_way{false}, may_end{false};
  auto busy = options();
  busy.on_progress = [&](std::int64_t, runs::Progress const&) {
    is_under_way = true;
    for (int i = 0; i < 4000 && !may_end; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  };
  runs::Workers workers(busy);
  wait([&] { return is_under_way.load(); });
  now_ = midnight + 8 * hour + 30 * minute;
  wait([&] { return exports_for(nightly).size() == 1; });
  EXPECT_EQ(store::find_run(home_->operations(), district_.id, left->run)->state, "running") << "the only thread for runs has it in hand yet";
  may_end = true;
  wait([&] { return exports_for(nightly)[0].outcome == "exported"; });
}

TEST_P(FollowedSchedule, NotInAPauseAndNotByAServerThatIsToldNoClock) {
  auto const nightly = receiver("nightly", {{"when", "every-1-hours"}});
  receiver("by hand", {});  // so that the district is looked at in the pause too
  {
    auto without = options();
    without.clock_in = {};
    runs::Workers workers(without);
    now_ = midnight + 20 * hour;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_EQ(exports_for(nightly).size(), 0u);
  }
  ASSERT_FALSE(store::set_receiver_state(home_->operations(), district_, nightly.id, "paused", {"anna", "2026-09-01T08:00:00Z"}));
  runs::Workers workers(options());
  at(midnight + 21 * hour);
  EXPECT_EQ(exports_for(nightly).size(), 0u);
  ASSERT_FALSE(store::set_receiver_state(home_->operations(), district_, nightly.id, "active", {"anna", "2026-09-01T21:30:00Z"}));
  at(midnight + 22 * hour);
  EXPECT_EQ(exports_for(nightly).size(), 1u);
}

}  // namespace
}  // namespace rollbook::test
