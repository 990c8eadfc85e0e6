// The threads that do what is queued: nothing twice, nothing forgotten, whoever comes and goes.
#include "runs/workers.h"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>

#include "base/demand.h"
#include "runs/edit.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/queue.h"
#include "runs/search_index.h"
#include "store/databases.h"
#include "store/runs.h"
#include "store/sources.h"
#include "web/small_delivery.h"

namespace rollbook::test {
namespace {

using namespace std::chrono_literals;

class WorkersOfAServer : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    if (GetParam() == "SQLite") {
      place_.folder = folder() + "/home";
    } else {
      place_.postgres_url = server();
      place_.schema = own("home");
      also_drop("home");
      for (auto const* const number : {"1", "2", "3"}) also_drop(std::string("home_district_") + number);
    }
    home_ = std::make_unique<store::Home>(std::move(*store::Home::open(place_)));
    hub_ = std::make_unique<runs::Hub>(runs::Hub{*home_, key_, place_.folder, 1, 20261122, somebody_, runs::name_of_this_worker()});
  }
  void TearDown() override {
    hub_.reset();
    home_.reset();
    OnBothDatabases::TearDown();
  }

  store::District district(std::string const& name) {
    auto const made = *store::add_district(home_->operations(), name, "America/Chicago", somebody_);
    EXPECT_TRUE(store::add_source(home_->operations(), made, "sis", {{"live", "yes"}, {"apply-by-itself", "yes"}}, somebody_).ok());
    return made;
  }
  std::int64_t queue(store::District const& where, int pupils) {
    EXPECT_TRUE(runs::open_roster(*hub_, where).ok());
    runs::Landing landing(*hub_, where);
    for (auto const& [name, bytes] : small_delivery(pupils)) {
      EXPECT_FALSE(landing.begin(name));
      landing.take(bytes);
    }
    auto const landed = landing.finish();
    EXPECT_TRUE(landed.ok());
    auto const queued = runs::queue_delivery(*hub_, where, *store::find_source(home_->operations(), where, "sis"), landed->delivery, "");
    EXPECT_TRUE(queued.ok() && !queued->failed);
    return queued->run;
  }
  store::Run run(store::District const& where, std::int64_t id) { return *store::find_run(home_->operations(), where.id, id); }
  bool wait_until(std::function<bool()> const& holds) {
    for (int i = 0; i < 600; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(50ms);
    }
    return false;
  }
  bool is_done(store::District const& where, std::int64_t id) { return run(where, id).state == "done"; }

  runs::WorkersOptions options() {
    runs::WorkersOptions options{.place = place_, .key = key_, .look_every = 100ms};
    options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
    options.day_in = [](std::string const&, std::int64_t) { return 20261122; };
    options.on_trouble = [](std::string const& what) { ADD_FAILURE() << what; };
    return options;
  }

  store::Actor const somebody_{"anna@example.org", "2026-11-22T01:02:03Z"};
  store::ServerKey const key_{store::ServerKey::Bytes{1, 2, 3}};
  store::HomePlace place_;
  std::unique_ptr<store::Home> home_;
  std::unique_ptr<runs::Hub> hub_;
};
INSTANTIATE_TEST_SUITE_P(, WorkersOfAServer, both_databases(), name_of_database);

TEST_P(WorkersOfAServer, DoWhatIsQueuedForWhoeverAskedForIt) {
  auto const oakfield = district("Oakfield");
  auto const queued = queue(oakfield, 5);
  runs::Workers const workers(options());
  ASSERT_TRUE(wait_until([&] { return is_done(oakfield, queued); }));
  auto const done = run(oakfield, queued);
  EXPECT_EQ(done.outcome, "applied");
  EXPECT_EQ(done.who, "anna@example.org");
  EXPECT_GT(done.finished, "2026-11-22T01:02:03Z") << "not when it was queued";
  auto noted = home_->operations().prepare("SELECT count(*) FROM audit WHERE what = 'run applied' AND who = 'anna@example.org'");
  ASSERT_TRUE(noted->step());
  EXPECT_EQ(noted->integer(0), 1);
}

TEST_P(WorkersOfAServer, AreWokenByWhatIsQueuedHere) {
  auto const oakfield = district("Oakfield");
  auto slow = options();
  slow.look_every = 1h;
  runs::Workers workers(std::move(slow));
  hub_->queued = [&] { workers.wake(); };
  std::this_thread::sleep_for(300ms);
  auto const queued = queue(oakfield, 5);
  EXPECT_TRUE(wait_until([&] { return is_done(oakfield, queued); }));
}

TEST_P(WorkersOfAServer, FindWhatACommandHasChanged) {
  auto const oakfield = district("Oakfield");
  auto const queued = queue(oakfield, 5);
  runs::Workers const workers(options());
  auto const is_known = [&](std::int64_t revision) {
    auto const roster = runs::open_roster(*hub_, oakfield);
    return roster.ok() && runs::index_state(**roster).known == revision;
  };
  ASSERT_TRUE(wait_until([&] { return is_done(oakfield, queued) && is_known(1); }));
  auto const edited = runs::edit(*hub_, oakfield, {"users", "u1", {{"givenName", "Edited"}}, ""});  // the workers are not told
  ASSERT_TRUE(edited.ok()) << edited.trouble().text;
  EXPECT_TRUE(wait_until([&] { return is_known(2); }));
}

TEST_P(WorkersOfAServer, OfTwoNodesNeverDoARunTwice) {
  std::vector<store::District> const districts = {district("Oakfield"), district("Riverside"), district("Lakeview")};
  std::vector<std::pair<store::District, std::int64_t>> all;
  for (int i = 0; i < 4; ++i)
    for (auto const& where : districts) all.emplace_back(where, queue(where, 5 + i));
  std::atomic<int> over = 0;
  auto counting = options();
  counting.on_over = [&](std::int64_t) { ++over; };
  {
    runs::Workers const one(counting), two(counting);
    EXPECT_TRUE(wait_until([&] { return std::all_of(all.begin(), all.end(), [&](auto const& each) { return is_done(each.first, each.second); }); }));
  }
  EXPECT_EQ(over, static_cast<int>(all.size()));
  for (auto const& [where, id] : all) EXPECT_EQ(run(where, id).outcome, "applied") << id;
  for (auto const& where : districts) {
    auto const roster = home_->roster(where.id);
    ASSERT_TRUE(roster.ok());
    auto revisions = (*roster)->prepare("SELECT count(*), count(DISTINCT run) FROM revisions");
    ASSERT_TRUE(revisions->step());
    EXPECT_EQ(revisions->integer(0), 4);
    EXPECT_EQ(revisions->integer(1), 4);
  }
}

TEST_P(WorkersOfAServer, GiveBackWhatTheyCannotFinishAndTheNextOnesDo) {
  auto const oakfield = district("Oakfield");
  auto const queued = queue(oakfield, 20'000);
  for (int i = 0; i < 3; ++i) {
    std::atomic<bool> reads = false;
    auto stopped = options();
    stopped.on_progress = [&](std::int64_t id, runs::Progress const& progress) {
      if (progress.stage >= runs::Stage::Reading) reads = true;
      EXPECT_EQ(id, queued);
    };
    runs::Workers workers(std::move(stopped));
    ASSERT_TRUE(wait_until([&] { return reads.load() || is_done(oakfield, queued); }));
    if (i == 0) std::this_thread::sleep_for(20ms);
    workers.begin_to_end();
  }
  auto const left = run(oakfield, queued);
  EXPECT_NE(left.state, "running") << "it was given back, or is done";
  EXPECT_NE(left.outcome, "failed");
  runs::Workers const workers(options());
  ASSERT_TRUE(wait_until([&] { return is_done(oakfield, queued); }));
  EXPECT_EQ(run(oakfield, queued).outcome, "applied");
  auto const roster = home_->roster(oakfield.id);
  auto revisions = (*roster)->prepare("SELECT count(*) FROM revisions");
  ASSERT_TRUE(revisions->step());
  EXPECT_EQ(revisions->integer(0), 1);
}

TEST_P(WorkersOfAServer, TakeOverWhatADeadProcessLeft) {
  auto const oakfield = district("Oakfield");
  auto const queued = queue(oakfield, 5);
  auto const name = runs::name_of_this_worker();
  auto const host = name.substr(0, name.find(' '));
  home_->operations().run("UPDATE runs SET state = 'running', worker = ?, lease = ? WHERE id = ?", host + " 999999999 1 1", std::time(nullptr) + 600, queued);
  runs::Workers const workers(options());
  EXPECT_TRUE(wait_until([&] { return is_done(oakfield, queued); }));
  EXPECT_EQ(run(oakfield, queued).outcome, "applied");
}

TEST_P(WorkersOfAServer, StopWhatIsCancelled) {
  auto const oakfield = district("Oakfield");
  auto const queued = queue(oakfield, 50);
  ASSERT_FALSE(runs::ask_to_cancel(home_->operations(), oakfield, queued, somebody_));
  runs::Workers const workers(options());
  ASSERT_TRUE(wait_until([&] { return is_done(oakfield, queued); }));
  EXPECT_EQ(run(oakfield, queued).outcome, "failed");
  EXPECT_NE(run(oakfield, queued).report.find("cancelled"), std::string::npos);
}

TEST_P(WorkersOfAServer, SurviveAMistakeOfOurs) {
  auto const oakfield = district("Oakfield");
  auto const queued = queue(oakfield, 50);
  auto broken = options();
  std::atomic<bool> once = false;
  broken.on_progress = [&](std::int64_t, runs::Progress const& progress) {
    if (progress.stage == runs::Stage::Opening && !once.exchange(true)) throw BrokenPromise("somewhere.cc:1: a promise is broken");
  };
  runs::Workers const workers(std::move(broken));
  ASSERT_TRUE(wait_until([&] { return is_done(oakfield, queued); }));
  EXPECT_EQ(run(oakfield, queued).outcome, "failed");
  auto const next = queue(oakfield, 50);
  ASSERT_TRUE(wait_until([&] { return is_done(oakfield, next); }));
  EXPECT_EQ(run(oakfield, next).outcome, "applied");
}

}  // namespace
}  // namespace rollbook::test
