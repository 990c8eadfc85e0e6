// The power is cut, or the disk is full, at any write of SQLite: what was told as applied stays, and else the roster is the old one.
#include "store/power_cut.h"

#include "runs/nothing_is_lost.h"
#include "store/only_synced.h"

namespace rollbook::test {
namespace {

class AfterAPowerCut : public NothingIsLost {
 protected:
  void TearDown() override {
    NothingIsLost::TearDown();
    disk_.reset();
  }

  // Syncs the next delivery as a process does that nobody sees again.
  runs::Answer sync_and_vanish() {
    auto const source = store::find_source(home_->operations(), district_, "sis");
    if (!source) return {};
    auto h = hub();
    h.worker = dead_worker();
    auto const answer = runs::sync(h, district_, *source, delivery_of(next_.files()), "");
    return answer ? *answer : runs::Answer{};
  }

  // Whether the home can be opened or not.
  void reopen_quietly() {
    home_.reset();
    auto home = store::Home::open(place_);
    if (home) home_ = std::make_unique<store::Home>(std::move(*home));
  }

  // The power is cut at the n-th write, if it comes to so many, and comes back. Returns what had been told.
  runs::Answer sync_with_a_cut_at(int n) {
    disk_->cut_at(n);
    reopen_quietly();
    auto const answer = home_ ? sync_and_vanish() : runs::Answer{};
    home_.reset();
    disk_->come_back(static_cast<std::uint64_t>(n));
    reopen();
    return answer;
  }

  std::unique_ptr<PowerCut> disk_ = std::make_unique<PowerCut>();
};
INSTANTIATE_TEST_SUITE_P(Runs, AfterAPowerCut, testing::Values("SQLite"), name_of_database);

TEST_P(AfterAPowerCut, TheRosterIsTheOldOneOrTheNewOneAndWhatWasToldHolds) {
  begin();
  // Each turn so many writes later.
  int const stride = from_environment("ROLLBOOK_CUTS", 1);
  int cuts = 0, old_ones = 0, new_ones = 0;
  bool reached = true;
  for (int n = 1; reached; n += stride) {
    auto const answer = sync_with_a_cut_at(n);
    reached = disk_->happened();
    ASSERT_TRUE(home_) << "cut at " << n;
    auto const now = exported();
    if (answer.outcome == "applied") {
      ASSERT_TRUE(now == after_) << "cut at " << n << ": what was told as applied is gone";
    }
    if (answer.run) {
      ASSERT_TRUE(store::find_run(home_->operations(), district_.id, *answer.run)) << "cut at " << n << ": the run is gone";
    }
    bool const is_new = expect_whole("cut at " + std::to_string(n));
    if (HasFailure()) return;
    ++(is_new ? new_ones : old_ones);
    cuts += reached;
    take_turns();
  }
  EXPECT_GT(cuts, 10);
  EXPECT_GT(old_ones, 3);
  EXPECT_GT(new_ones, 3);
}

TEST_P(AfterAPowerCut, AFirstDeliveryToAnEmptyHomeIsNotHalfThere) {
  next_ = monday();
  int const stride = from_environment("ROLLBOOK_CUTS", 7);
  bool reached = true;
  for (int n = 7; reached; n += stride) {
    auto const district = store::add_district(home_->operations(), "Oak " + std::to_string(n), "UTC", {"a test", "2026-09-01T00:00:00Z"});
    ASSERT_TRUE(district.ok());
    district_ = *district;
    add_source();
    auto const answer = sync_with_a_cut_at(n);
    reached = disk_->happened();
    auto const now = exported();
    auto const users = ids("users").size();
    ASSERT_TRUE(users == 0 || users == 10) << "cut at " << n;
    if (answer.outcome == "applied") {
      ASSERT_EQ(users, 10u) << "cut at " << n;
    }
    finish_all();
    expect_sound("cut at " + std::to_string(n));
    auto const again = sync(next_);
    ASSERT_TRUE(again.outcome == "applied" || again.outcome == "no_changes") << n << " " << again.outcome;
    ASSERT_EQ(ids("users").size(), 10u);
  }
}

// Names of files and folders are lost as well as what is in them, unless their folder is synced: of the home, the deliveries, the server key.
TEST_P(AfterAPowerCut, WhatWasNeverSyncedIsNotNeeded) {
  home_.reset();
  disk_.reset();
  auto const disk = folder() + "/disk";
  std::filesystem::create_directories(disk);
  note_what_is_synced();
  auto const hub_of = [&](store::Home& home, std::string const& data) {
    auto key = store::ServerKey::load(data);
    EXPECT_TRUE(key.ok()) << key.trouble().text;
    return runs::Hub{home, *key, data, 1, today, {"a test", "2026-09-01T00:00:00Z"}, runs::name_of_this_worker()};
  };
  int cuts = 0;
  // What another process finds after the power went, and the one before has told what it told.
  auto const after_a_cut = [&](std::string const& decision) {
    auto const there = folder() + "/after-" + std::to_string(++cuts);
    rebuild_what_was_synced(disk, there);
    auto home = store::Home::open({there + "/home", ""});
    ASSERT_TRUE(home.ok()) << home.trouble().text;
    auto h = hub_of(*home, there + "/home");
    auto const district = store::find_district(home->operations(), "Oak");
    ASSERT_TRUE(district.ok()) << district.trouble().text;
    auto const list = store::list_runs(home->operations(), district->id);
    ASSERT_EQ(list.size(), decision.empty() ? 0u : 1u);
    if (decision.empty()) return;
    EXPECT_EQ(list[0].decision, decision);
    auto const verified = runs::verify(h, *district);
    ASSERT_TRUE(verified.ok()) << verified.trouble().text;
    EXPECT_EQ(verified->deliveries, 1u);
    EXPECT_EQ(verified->rows, decision == "approved" ? 35u : 0u);
    for (auto const& wrong : verified->wrong) ADD_FAILURE() << wrong;
  };
  auto home = store::Home::open({disk + "/home", ""});
  ASSERT_TRUE(home.ok());
  auto const district = store::add_district(home->operations(), "Oak", "UTC", {"a test", "2026-09-01T00:00:00Z"});
  after_a_cut("");
  ASSERT_TRUE(store::add_source(home->operations(), *district, "sis", {}, {"a test", "2026-09-01T00:00:00Z"}).ok());
  auto const source = store::find_source(home->operations(), *district, "sis");
  auto h = hub_of(*home, disk + "/home");
  auto const held = runs::sync(h, *district, *source, delivery_of(monday().files()), "");
  ASSERT_TRUE(held.ok() && held->outcome == "held");
  after_a_cut("open");
  auto const applied = runs::approve(h, *district, *held->run, {});
  ASSERT_TRUE(applied.ok() && applied->outcome == "applied");
  after_a_cut("approved");
  stop_noting();
}

TEST_P(AfterAPowerCut, AFullDiskIsToldAndNothingIsLost) {
  begin();
  int const stride = from_environment("ROLLBOOK_CUTS", 1);
  int full = 0, failed = 0;
  bool reached = true;
  for (int n = 1; reached; n += stride) {
    reopen();
    disk_->full_at(n);
    auto const answer = sync_and_vanish();
    reached = disk_->happened();
    if (answer.outcome == "failed") {
      ++failed;
      EXPECT_EQ(answer.status(), 4);
      ASSERT_FALSE(answer.reasons.empty());
      EXPECT_NE(answer.reasons[0].find("full"), std::string::npos) << answer.reasons[0];
    } else {
      EXPECT_EQ(answer.outcome, "applied") << "no room at write " << n;
    }
    disk_->make_room();
    if (n % 2 == 0) reopen();  // by the same process or another one
    expect_whole("no room at write " + std::to_string(n));
    if (HasFailure()) return;
    full += reached;
    take_turns();
  }
  EXPECT_GT(full, 10);
  EXPECT_GT(failed, 5);
}

}  // namespace
}  // namespace rollbook::test
