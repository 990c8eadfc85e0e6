// From a zone into the queue: what is whole becomes one run, and what is not becomes none, wherever somebody dies on the way.
#include "doors/taking.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/from_environment.h"
#include "bundle/zip_builder.h"
#include "doors/packets.h"
#include "doors/session.h"
#include "runs/school.h"
#include "store/ranges.h"

namespace rollbook::test {
namespace {
namespace fs = std::filesystem;
using namespace doors;

constexpr std::int64_t soon = 4'000'000'000;  // whatever was written now has been quiet for long

class TakingTest : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    restart();
  }
  // As another process: nothing is remembered but what is on the disk and in the database.
  void restart() {
    taking_.reset();
    zone_ = *Zone::open(folder() + "/landing/files", folder() + "/landing/beside", {});
    taking_ = std::make_unique<Taking>(zone_);
  }
  store::Source source() { return *store::find_source(home_->operations(), district_, "sis"); }
  Result<Took> try_to_take(std::int64_t now = soon) {
    auto h = hub();
    return taking_->take(h, district_, source(), now);
  }
  Took take(std::int64_t now = soon) {
    auto took = try_to_take(now);
    EXPECT_TRUE(took.ok()) << (took ? "" : took.trouble().text);
    return took ? *took : Took{};
  }
  void put(std::string const& name, std::string_view bytes, bool close = true) {
    auto opened = zone_->write(name, {});
    ASSERT_EQ(opened.said, ZoneSays::Ok);
    EXPECT_EQ(opened.file->write(0, bytes), ZoneSays::Ok);
    EXPECT_TRUE(!close || opened.file->close() == ZoneSays::Ok);
  }
  std::size_t runs() { return store::list_runs(home_->operations(), district_.id).size(); }
  std::optional<runs::Answer> work_one() {
    auto h = hub();
    auto answer = runs::work_one(h, district_);
    EXPECT_TRUE(answer.ok()) << (answer ? "" : answer.trouble().text);
    return answer ? *answer : std::nullopt;
  }
  bool is_empty() { return zone_->list().empty() && zone_->taken_out().empty(); }

  std::shared_ptr<Zone> zone_;
  std::unique_ptr<Taking> taking_;
};
INSTANTIATE_TEST_SUITE_P(, TakingTest, both_databases(), name_of_database);

TEST_P(TakingTest, AWholeZipBecomesARunAndLeavesTheZone) {
  put("roster.zip", zipped(two_schools(3).files()));
  EXPECT_EQ(take().runs.size(), 1u);
  EXPECT_TRUE(is_empty());
  EXPECT_EQ(take().runs.size(), 0u);
  auto const answer = work_one();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->outcome, "applied");
  EXPECT_EQ(ids("users").size(), 8u);
}

TEST_P(TakingTest, PlannedRangesHoldForWhatComesThroughADoor) {
  put("roster.zip", zipped(two_schools(30).files()));
  take();
  ASSERT_EQ(work_one()->outcome, "applied");
  auto const all = ids("users").size();
  auto const plan = [&](store::RangeKind kind) {
    auto const added = store::add_range(home_->operations(), district_, {0, {}, kind, {}, {}, ""}, {"anna", "2026-09-01T08:00:00Z", "a test"});
    ASSERT_TRUE(added.ok()) << added.trouble().text;
  };
  plan(store::RangeKind::NoRemovals);
  put("roster.zip", zipped(two_schools(29).files()));
  ASSERT_EQ(take().runs.size(), 1u);
  auto const without = work_one();
  ASSERT_TRUE(without);
  EXPECT_FALSE(without->withheld.empty());
  EXPECT_EQ(ids("users").size(), all) << "nobody is removed";
  plan(store::RangeKind::Suspended);
  put("roster.zip", zipped(two_schools(31).files()));
  ASSERT_EQ(take().runs.size(), 1u) << "it is taken in, and kept";
  auto const kept = work_one();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->held_because, (std::vector<std::string>{"suspended"}));
  EXPECT_EQ(ids("users").size(), all);
}

TEST_P(TakingTest, LooseFilesBecomeOneRun) {
  for (auto const& [name, bytes] : two_schools(3).files()) put(name, bytes);
  EXPECT_EQ(take(1).runs.size(), 0u);
  EXPECT_EQ(take().runs.size(), 1u);
  EXPECT_TRUE(is_empty());
  EXPECT_EQ(work_one()->outcome, "applied");
}

TEST_P(TakingTest, AMarkerIsTakenAlongAndIsNoPartOfTheDelivery) {
  set("sis", {{"landing-marker", "done.txt"}});
  for (auto const& [name, bytes] : two_schools(3).files()) put(name, bytes);
  EXPECT_EQ(take().runs.size(), 0u);
  put("done.txt", "");
  EXPECT_EQ(take(1).runs.size(), 1u);
  EXPECT_TRUE(is_empty());
  EXPECT_EQ(work_one()->outcome, "applied");
}

TEST_P(TakingTest, HalfAZipIsToldWithItsShareOfTheLastDelivery) {
  auto const zip = zipped(two_schools(300).files());
  put("roster.zip", zip);
  take();
  put("roster.zip", std::string_view(zip).substr(0, zip.size() / 2), false);
  auto const took = take();
  EXPECT_TRUE(took.runs.empty());
  ASSERT_EQ(took.incomplete.size(), 1u);
  EXPECT_EQ(took.incomplete[0].bytes, zip.size() / 2);
  EXPECT_EQ(took.incomplete[0].usual, zip.size());
  EXPECT_NEAR(took.incomplete[0].per_cent(), 50, 1);
  auto const noted = incomplete_of(home_->operations(), source().id);
  ASSERT_EQ(noted.size(), 1u);
  EXPECT_EQ(noted[0].name, "roster.zip");
  put("roster.zip", zip);
  EXPECT_EQ(take().runs.size(), 1u);
  take();
  EXPECT_TRUE(incomplete_of(home_->operations(), source().id).empty());
}

TEST_P(TakingTest, AZipWithAHoleIsNotTaken) {
  auto zip = zipped(two_schools(300).files());
  auto const whole = zip;
  for (std::size_t i = zip.size() / 3; i < zip.size() / 2; ++i) zip[i] = '\0';  // its directory has come, what lies before has not
  put("roster.zip", zip);
  EXPECT_TRUE(take().runs.empty());
  put("roster.zip", whole);
  EXPECT_EQ(take().runs.size(), 1u);
}

TEST_P(TakingTest, AFullDeliveryReplacesTheFullOneThatStillWaitsAndDeltasQueueInOrder) {
  put("first.zip", zipped(two_schools(3).files()));
  auto const first = take().runs.at(0);
  put("second.zip", zipped(two_schools(4).files()));
  auto const second = take().runs.at(0);
  auto const old = store::find_run(home_->operations(), district_.id, first);
  EXPECT_EQ(old->state, "done");
  EXPECT_EQ(old->decision, "superseded");
  auto delta = DeliveryOf();
  delta.mode("users", "delta").put("users", {{"sourcedId", "p9"}});
  put("third.zip", zipped(delta.files()));
  auto const third = take().runs.at(0);
  EXPECT_EQ(store::find_run(home_->operations(), district_.id, second)->state, "queued");
  EXPECT_EQ(work_one()->run, second);
  EXPECT_EQ(work_one()->run, third);
  EXPECT_FALSE(work_one());
  EXPECT_EQ(ids("orgs").size(), 3u);
}

TEST_P(TakingTest, AClosedSourceTakesNothingAndLosesNothing) {
  put("roster.zip", zipped(two_schools(3).files()));
  home_->operations().run("UPDATE sources SET state = 'deactivated' WHERE id = ?", source().id);
  EXPECT_FALSE(try_to_take().ok());
  EXPECT_EQ(zone_->list().size(), 1u);
  home_->operations().run("UPDATE sources SET state = 'active' WHERE id = ?", source().id);
  EXPECT_EQ(take().runs.size(), 1u);
}

// Every statement fails once, and whoever meant to take dies of it; the next one takes it, once.
TEST_P(TakingTest, WhereverSomebodyDiesADeliveryIsTakenOnce) {
  auto const zip = zipped(two_schools(3).files());
  std::size_t failures = 0;
  for (int nth = 1;; ++nth) {
    put("roster.zip", zip);
    auto const before = runs();
    auto const from = source();
    auto h = hub();
    int left = nth;
    home_->operations().fault = [&]() -> std::optional<Trouble> {
      if (--left == 0) return Trouble{"a fault"};
      return std::nullopt;
    };
    auto const took = taking_->take(h, district_, from, soon);
    home_->operations().fault = {};
    bool const met = left <= 0;
    failures += !took.ok();
    reopen();
    restart();
    take();
    EXPECT_EQ(runs(), before + 1) << "statement " << nth;
    EXPECT_TRUE(is_empty()) << "statement " << nth;
    if (!met) break;
    ASSERT_LT(nth, 200);
  }
  EXPECT_GT(failures, 5u);
}

// A client is cut off at a random byte, or closes after a part: none of it is run. It comes again, and goes on: then all of it is, once.
TEST_P(TakingTest, RandomCutsAreNeverRunAndNeverLostOnceWhole) {
  int const cuts = from_environment("ROLLBOOK_DOOR_CUTS", 60);
  auto const zip = zipped(two_schools(200).files());
  std::mt19937 random(static_cast<unsigned>(from_environment("ROLLBOOK_DOOR_SEED", 5)));  // others for several long runs beside each other
  for (int i = 0; i < cuts; ++i) {
    auto const part = random() % zip.size();
    std::string stream = hello() + asks_open(1, "roster.zip", open_write | open_create | open_truncate);
    for (std::size_t at = 0; at < part; at += 3000) stream += asks_write(2, "h1", at, std::string_view(zip).substr(at, std::min<std::size_t>(3000, part - at)));
    if (random() % 3 == 0) stream += asks_close(3, "h1");
    else stream.resize(hello().size() + 1 + random() % (stream.size() - hello().size()));
    auto const send = [&](std::string_view bytes) {
      Session session(zone_);
      std::string out;
      while (!bytes.empty()) {
        auto const piece = bytes.substr(0, 1 + random() % 5000);
        session.take(piece);
        bytes.remove_prefix(piece.size());
        while (session.answer_next(out)) {
        }
      }
    };
    send(stream);
    if (random() % 2 == 0) restart();
    auto const before = runs();
    EXPECT_TRUE(take().runs.empty()) << "cut " << i;
    EXPECT_EQ(runs(), before);
    auto const there = zone_->look("roster.zip").value_or(ZoneEntry{}).size;
    send(hello() + asks_open(1, "roster.zip", open_write | open_create | open_append) + asks_write(2, "h1", there, std::string_view(zip).substr(there)) +
         asks_close(3, "h1"));
    EXPECT_EQ(take().runs.size(), 1u) << "cut " << i;
    EXPECT_TRUE(is_empty());
    EXPECT_EQ(runs(), before + 1);
  }
}

}  // namespace
}  // namespace rollbook::test
