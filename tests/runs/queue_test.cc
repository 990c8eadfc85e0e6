// What a server does apart: deliveries land in pieces, are put into the queue, and are worked off later.
#include "runs/queue.h"

#include <atomic>
#include <mutex>
#include <thread>

#include "runs/edit.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/school.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

class Queue : public Runs {
 protected:
  store::Source source() { return *store::find_source(home_->operations(), district_, "sis"); }
  std::string landed(Files const& files) {
    auto h = hub();
    EXPECT_TRUE(runs::open_roster(h, district_).ok());
    runs::Landing landing(h, district_);
    for (auto const& [name, bytes] : files) {
      EXPECT_FALSE(landing.begin(name));
      for (std::size_t at = 0; at < bytes.size(); at += 7) landing.take(std::string_view(bytes).substr(at, 7));
    }
    auto const all = landing.finish();
    EXPECT_TRUE(all.ok());
    return all ? all->delivery : "";
  }
  std::int64_t queued(Files const& files) {
    auto h = hub();
    auto const queued = runs::queue_delivery(h, district_, source(), landed(files), "");
    EXPECT_TRUE(queued.ok() && !queued->failed);
    return queued ? queued->run : 0;
  }
  std::string state_of(std::int64_t run) { return store::find_run(home_->operations(), district_.id, run)->state; }
  std::optional<runs::Answer> work_one() {
    auto h = hub();
    auto answer = runs::work_one(h, district_);
    EXPECT_TRUE(answer.ok()) << (answer ? "" : answer.trouble().text);
    return answer ? *answer : std::nullopt;
  }
};
INSTANTIATE_TEST_SUITE_P(, Queue, both_databases(), name_of_database);

TEST_P(Queue, ADeliveryWaitsUntilAWorkerTakesIt) {
  add_source();
  EXPECT_TRUE(runs::districts_with_work(home_->operations()).empty());
  auto const run = queued(two_schools(3).files());
  EXPECT_EQ(state_of(run), "queued");
  EXPECT_EQ(runs::districts_with_work(home_->operations()), std::vector<std::int64_t>{district_.id});
  auto const answer = work_one();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->outcome, "applied");
  EXPECT_EQ(answer->run, run);
  EXPECT_EQ(ids("users").size(), 8u);
  EXPECT_EQ(state_of(run), "done");
  EXPECT_FALSE(work_one());
  EXPECT_TRUE(runs::districts_with_work(home_->operations()).empty());
}

TEST_P(Queue, WhatWasToBeChangedByHandMayBeGoneByThen) {
  add_source();
  sync(two_schools(3));
  auto h = hub();
  for (std::string const id : {"u1_1", "u1_2"}) {
    auto less = two_schools(3);
    for (std::string const n : {"1_1", "1_2"})
      if ("u" + n <= id) less.drop("users", "u" + n).drop("enrollments", "e" + n).drop("demographics", "u" + n);
    queued(less.files());
    auto const answer = id == "u1_1" ? runs::rekey(h, district_, "users", id, "d-77") : runs::edit(h, district_, {"users", id, {{"middleName", "May"}}, ""});
    EXPECT_EQ(ids("users").size(), id == "u1_1" ? 7u : 6u) << "the delivery was before it";
    ASSERT_TRUE(answer.ok()) << answer.trouble().text;
    EXPECT_EQ(answer->outcome, "failed") << told(*answer);
    EXPECT_NE(told(*answer).find("has been removed meanwhile"), std::string::npos) << told(*answer);
  }
  expect_sound();
}

TEST_P(Queue, ApprovalAndUndoAreQueuedToo) {
  add_source("sis", {{"live", "yes"}});
  auto const run = queued(two_schools(3).files());
  EXPECT_EQ(work_one()->outcome, "held");
  auto h = hub();
  ASSERT_TRUE(runs::queue_approval(h, district_, run, {}).ok());
  EXPECT_EQ(state_of(run), "queued");
  // A second person, at the same moment, with another choice: the first one's holds.
  auto const second = runs::queue_approval(h, district_, run, {"s_1"});
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.trouble().text.find("is in the queue already"), std::string::npos);
  EXPECT_TRUE(ids("users").empty());
  EXPECT_EQ(work_one()->outcome, "applied");
  EXPECT_EQ(ids("users").size(), 8u);
  EXPECT_FALSE(runs::queue_approval(h, district_, run, {}).ok());

  auto const undo = runs::queue_undo(h, district_, run, false);
  ASSERT_TRUE(undo.ok());
  EXPECT_EQ(ids("users").size(), 8u);
  EXPECT_EQ(work_one()->kind, "undo");
  EXPECT_TRUE(ids("users").empty());
  EXPECT_FALSE(runs::queue_undo(h, district_, 4711, false).ok());
}

TEST_P(Queue, WhatLandsInPiecesIsWhatLandsAsAWhole) {
  auto const files = two_schools(3).files();
  auto h = hub();
  ASSERT_TRUE(runs::open_roster(h, district_).ok());
  auto const whole = runs::land(h, district_, delivery_of(files));
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(landed(files), *whole);
}

TEST_P(Queue, AReceivedFileIsReadAgainInPieces) {
  std::string bytes;
  while (bytes.size() < 3'000'000) bytes += "row " + std::to_string(bytes.size()) + "\n";
  auto const received = runs::received_files(landed({{"orgs.csv", bytes}}));
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].path, "orgs.csv");
  EXPECT_EQ(received[0].size, bytes.size());
  auto h = hub();
  auto const pieces = runs::read_received(h, district_, received[0]);
  ASSERT_TRUE(pieces.ok());
  std::string again;
  for (;;) {
    auto const piece = (*pieces)();
    ASSERT_TRUE(piece.ok());
    EXPECT_LE(piece->size(), std::size_t{1} << 20);
    if (piece->empty()) break;
    again += *piece;
  }
  EXPECT_EQ(again, bytes);

  auto const reader = runs::open_sealed(h, district_, received[0].hash);
  ASSERT_TRUE(reader.ok());
  for (std::size_t const at : {2'999'000u, 17u, 1'048'500u, 1'048'570u, 65'530u}) {
    std::string some(1000, '\0');
    ASSERT_FALSE((*reader)->read(at, some.size(), some.data()));
    EXPECT_EQ(some, bytes.substr(at, 1000)) << at;
  }
  EXPECT_FALSE(runs::open_sealed(h, district_, std::string(64, '0')).ok());
}

TEST_P(Queue, AZipIsKnownByItsBytesAndOneRosterZipWins) {
  auto h = hub();
  ASSERT_TRUE(runs::open_roster(h, district_).ok());
  auto const landed = [&](Files const& files) {
    runs::Landing landing(h, district_);
    for (auto const& [name, bytes] : files) landing.begin(name), landing.take(bytes);
    return landing.finish();
  };
  std::string const zip("PK\3\4 and so on");
  EXPECT_TRUE(runs::received_files(landed({{"delivery.bin", zip}})->delivery)[0].zip);
  EXPECT_TRUE(runs::received_files(landed({{"broken.ZIP", "no zip"}})->delivery)[0].zip);
  EXPECT_FALSE(runs::received_files(landed({{"orgs.csv", "sourcedId"}})->delivery)[0].zip);
  auto const both = landed({{"OneRoster.zip", zip}, {"orgs.csv", "sourcedId"}});
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(runs::received_files(both->delivery).size(), 1u);
  ASSERT_EQ(both->told.size(), 1u);
  EXPECT_NE(both->told[0].find("1 file beside it"), std::string::npos);
  EXPECT_FALSE(landed({{"other.zip", zip}, {"orgs.csv", "sourcedId"}}).ok());
  EXPECT_FALSE(landed({}).ok());
}

TEST_P(Queue, NothingRemainsOfALandingThatIsGivenUp) {
  if (GetParam() != "SQLite") GTEST_SKIP() << "the vault is a folder beside SQLite";
  auto h = hub();
  {
    runs::Landing landing(h, district_);
    landing.begin("orgs.csv");
    landing.take(std::string(200'000, 'x'));
    landing.begin("users.csv");
    landing.take("y");
  }
  std::size_t files = 0;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(data_folder_ + "/districts/1/vault")) files += entry.is_regular_file();
  EXPECT_EQ(files, 0u);
}

TEST_P(Queue, WhoLooksOnIsToldOfEveryStage) {
  add_source();
  queued(two_schools(3).files());
  auto h = hub();
  std::mutex mutex;
  std::vector<std::string> stages;
  std::uint64_t read = 0, all = 0;
  h.watch.progress = [&](runs::Progress const& progress) {
    std::lock_guard const lock(mutex);
    if (stages.empty() || stages.back() != runs::name_of(progress.stage)) stages.emplace_back(runs::name_of(progress.stage));
    if (progress.stage == runs::Stage::Reading) read = std::max(read, progress.done), all = progress.all;
  };
  ASSERT_EQ((*runs::work_one(h, district_))->outcome, "applied");
  EXPECT_EQ(stages, (std::vector<std::string>{"opening", "reading", "comparing", "counting", "writing", "finishing"}));
  EXPECT_GT(read, 0u);
  EXPECT_LE(read, all);
}

TEST_P(Queue, ACancelledRunHasChangedNothingAndCanBeRunAgain) {
  add_source();
  for (std::string const stage : {"reading", "comparing"}) {
    auto const run = queued(two_schools(3).files());
    auto h = hub();
    std::atomic<bool> stop{false};
    h.watch.progress = [&](runs::Progress const& progress) { stop = stop || runs::name_of(progress.stage) == stage; };
    h.watch.cancelled = [&] { return stop.load(); };
    auto const answer = *runs::work_one(h, district_);
    EXPECT_EQ(answer->outcome, "failed") << stage;
    EXPECT_TRUE(ids("users").empty()) << stage;
    if (stage == "comparing") {
      ASSERT_TRUE(runs::queue_approval(h, district_, run, {}).ok());
      EXPECT_EQ(work_one()->outcome, "applied");
      EXPECT_EQ(ids("users").size(), 8u);
    }
  }
}

TEST_P(Queue, ARunThatIsCancelledWhileItIsWrittenLeavesNothingBehind) {
  add_source();
  auto const run = queued(two_schools(2500).files());
  auto h = hub();
  std::atomic<bool> stop{false};
  h.watch.progress = [&](runs::Progress const& progress) { stop = stop || (progress.stage == runs::Stage::Writing && progress.done > 0); };
  h.watch.cancelled = [&] { return stop.load(); };
  auto const answer = *runs::work_one(h, district_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->outcome, "failed");
  EXPECT_TRUE(stop);
  EXPECT_TRUE(ids("orgs").empty());
  ASSERT_TRUE(runs::queue_approval(h, district_, run, {}).ok());
  EXPECT_EQ(work_one()->outcome, "applied");
  EXPECT_EQ(ids("users").size(), 5002u);
}

TEST_P(Queue, WhoeverAsksForItIsNamedAndARunThatIsOverIsNotCancelled) {
  add_source();
  auto const run = queued(two_schools(3).files());
  ASSERT_FALSE(runs::ask_to_cancel(home_->operations(), district_, run, {"anna", "2026-09-01T00:00:00Z"}));
  auto const answer = work_one();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->outcome, "failed");
  ASSERT_FALSE(answer->reasons.empty());
  EXPECT_EQ(answer->reasons[0], "It was cancelled by anna.");
  EXPECT_TRUE(runs::ask_to_cancel(home_->operations(), district_, run, {"anna", "2026-09-01T00:00:00Z"}));
  EXPECT_TRUE(runs::ask_to_cancel(home_->operations(), district_, 4711, {"anna", "2026-09-01T00:00:00Z"}));
  auto h = hub();
  ASSERT_TRUE(runs::queue_approval(h, district_, run, {}).ok());
  EXPECT_EQ(work_one()->outcome, "applied");
}

// A run that takes its time: long enough for its row to be written.
TEST_P(Queue, ProgressIsKeptInTheRowAndACancelIsSeenByTheWorker) {
  add_source();
  auto const run = queued(two_schools(3).files());
  auto h = hub();
  h.keeps_progress = true;
  std::string kept;
  h.watch.progress = [&](runs::Progress const& progress) {
    if (progress.stage != runs::Stage::Comparing) return;
    auto operations = home_->another_operations();
    for (int i = 0; i < 200 && kept.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      kept = store::find_run(**operations, district_.id, run)->progress;
    }
    EXPECT_FALSE(runs::ask_to_cancel(**operations, district_, run, {"anna", "2026-09-01T00:00:00Z"}));
    for (int i = 0; i < 200 && !h.watch.stops(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  };
  auto const answer = *runs::work_one(h, district_);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->outcome, "failed");
  EXPECT_EQ(answer->reasons[0], "It was cancelled by anna.");
  auto const progress = runs::progress_of(kept);
  ASSERT_TRUE(progress) << kept;
  EXPECT_EQ(progress->stage, runs::Stage::Comparing);
  EXPECT_EQ(store::find_run(home_->operations(), district_.id, run)->progress, "");
  EXPECT_TRUE(ids("users").empty());
}

}  // namespace
}  // namespace rollbook::test
