// Several processes over one database, here threads with connections of their own: no run is applied twice, two runs of a district never mix, and
// districts do not wait for each other.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "runs/nothing_is_lost.h"

namespace rollbook::test {
namespace {

// A place at which threads wait for each other. False when the others do not come.
class Meeting {
 public:
  explicit Meeting(int expected) : expected_(expected) {}
  bool wait() {
    std::unique_lock lock(mutex_);
    if (++there_ >= expected_) all_there_.notify_all();
    return all_there_.wait_for(lock, std::chrono::seconds(60), [&] { return there_ >= expected_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_there_;
  int expected_, there_ = 0;
};

class Nodes : public NothingIsLost {
 protected:
  // A node's connections; `before` is called before each of its statements, with the number of its database (0: operations) and of the statement in it.
  std::unique_ptr<store::Home> node(std::function<void(int database, int statement)> before = {}) {
    auto place = place_;
    auto const databases = std::make_shared<std::atomic<int>>(0);
    if (before)
      place.opened = [=](store::Database& database) {
        int const number = (*databases)++;
        auto const count = std::make_shared<int>(0);
        database.fault = [=]() -> std::optional<Trouble> { return before(number, ++*count), std::nullopt; };
      };
    auto home = store::Home::open(std::move(place));
    return home ? std::make_unique<store::Home>(std::move(*home)) : nullptr;
  }

  runs::Answer sync_on(store::Home& home, std::string const& name, store::District const& district, DeliveryOf const& delivery) {
    auto h = hub();
    runs::Hub of_node{home, h.key, h.data_folder, 1, h.today, h.actor, name + " 1 1"};  // as on a machine of that name
    auto const source = store::find_source(home.operations(), district, "sis");
    if (!source) return {};
    auto const answer = runs::sync(of_node, district, *source, delivery_of(delivery.files()), "");
    EXPECT_TRUE(answer.ok()) << answer.trouble().text;
    return answer ? *answer : runs::Answer{};
  }

  // On PostgreSQL a delivery lands in the roster's database before its run begins.
  static bool is_running(store::Home& home, store::District const& district) {
    return home.operations().prepare("SELECT 1 FROM runs WHERE state = 'running' AND district = ?")->with(district.id).step();
  }

  store::District another_district(std::string const& name) {
    auto const district = store::add_district(home_->operations(), name, "UTC", {"a test", "2026-09-01T00:00:00Z"});
    also_drop("home_district_" + std::to_string(district->id));
    auto const first = std::exchange(district_, *district);
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "100000"}});
    return std::exchange(district_, first);
  }

  // Every applied run has one revision, and the other way round.
  void expect_each_run_once() {
    auto roster = home_->roster(district_.id);
    std::map<std::int64_t, std::int64_t> revisions;  // by run
    auto rows = (*roster)->prepare("SELECT run, number FROM revisions");
    while (rows->step()) EXPECT_TRUE(revisions.emplace(rows->integer(0), rows->integer(1)).second);
    std::size_t applied = 0;
    for (auto const& run : store::list_runs(home_->operations(), district_.id)) {
      EXPECT_EQ(run.state, "done");
      EXPECT_EQ(run.revision.has_value(), revisions.count(run.id) > 0) << run.id << run.outcome;
      if (!run.revision) continue;
      ++applied;
      EXPECT_EQ(revisions[run.id], *run.revision);
    }
    EXPECT_EQ(applied, revisions.size());
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Nodes, both_databases(), name_of_database);

TEST_P(Nodes, RunsOfADistrictNeverMix) {
  begin();
  std::mutex mutex;
  std::vector<std::pair<int, int>> order;  // node and number of its connection to the roster, statement by statement
  constexpr int nodes = 3;
  int const rounds = from_environment("ROLLBOOK_KILLS", 4);
  Meeting meeting(nodes);
  std::vector<std::thread> threads;
  for (int i = 0; i < nodes; ++i)
    threads.emplace_back([&, i] {
      auto const home = node([&, i](int database, int) {
        if (database == 0) return;
        std::lock_guard const lock(mutex);
        if (order.empty() || order.back() != std::pair(i, database)) order.emplace_back(i, database);
      });
      ASSERT_TRUE(home);
      EXPECT_TRUE(meeting.wait());
      for (int round = 0; round < rounds; ++round) {
        auto const answer = sync_on(*home, "node-" + std::to_string(i), district_, (i + round) % 2 == 0 ? monday() : tuesday());
        EXPECT_TRUE(answer.outcome == "applied" || answer.outcome == "no_changes") << answer.outcome << (answer.reasons.empty() ? "" : answer.reasons[0]);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_GT(order.size(), static_cast<std::size_t>(nodes));
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  // Each connection's statements stand in one piece. On PostgreSQL a delivery is put into the roster's database before its run begins.
  if (GetParam() == "SQLite") {
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
  }
  expect_each_run_once();
  expect_sound();
}

TEST_P(Nodes, RunsOfDifferentDistrictsGoInParallel) {
  begin();
  auto const elm = another_district("Elm");
  Meeting in_the_middle(3), looked(3);
  auto const in_district = [&](std::string const& name, store::District const& district, DeliveryOf const& delivery) {
    std::shared_ptr<store::Home> const onlooker = node();
    auto const before = [&, onlooker, there = std::make_shared<bool>(false)](int database, int statement) {
      if (database == 0 || statement < 30 || *there || !is_running(*onlooker, district)) return;
      *there = true;
      EXPECT_TRUE(in_the_middle.wait());
      EXPECT_TRUE(looked.wait());
    };
    auto const home = node(before);
    ASSERT_TRUE(home);
    EXPECT_EQ(sync_on(*home, name, district, delivery).outcome, "applied");
  };
  std::thread one([&] { in_district("node-1", district_, tuesday()); });
  std::thread other([&] { in_district("node-2", elm, monday()); });
  EXPECT_TRUE(in_the_middle.wait());  // neither goes on before the other has come
  auto running = home_->operations().prepare("SELECT count(*) FROM runs WHERE state = 'running'");
  EXPECT_TRUE(running->step() && running->integer(0) == 2);
  running.reset();
  EXPECT_TRUE(looked.wait());
  one.join();
  other.join();
  expect_each_run_once();
  expect_sound();
}

// A node that is slow, so that its lease ends and another takes its run over, wakes up later.
TEST_P(Nodes, ARunThatTwoNodesHaveIsAppliedOnce) {
  begin();
  for (int const where : {1, 3}) {  // before its transaction, and after it
    for (bool const goes_on : {false, true}) {
      SCOPED_TRACE(std::to_string(where) + (goes_on ? ", the night after it too" : ""));
      Meeting asleep(2), awake(2);
      runs::Answer slow_answer;
      std::thread slow([&] {
        auto const before = [&, work_began = std::make_shared<bool>(false), seen = std::make_shared<int>(0)](int database, int statement) {
          if (database > 0 && statement > 8 && !*work_began) *work_began = is_running(*home_, district_);  // we sleep meanwhile
          if (database > 0 || !*work_began || ++*seen != where) return;
          EXPECT_TRUE(asleep.wait());
          EXPECT_TRUE(awake.wait());
        };
        auto const home = node(before);
        ASSERT_TRUE(home);
        slow_answer = sync_on(*home, "node-1", district_, next_);
      });
      EXPECT_TRUE(asleep.wait());
      home_->operations().run("UPDATE runs SET lease = 0 WHERE state = 'running'");
      auto const other = node();
      auto const run = store::list_runs(home_->operations(), district_.id).back().id;
      auto h = hub();
      runs::Hub second{*other, h.key, h.data_folder, 1, h.today, h.actor, "node-2 1 1"};
      auto const taken = runs::work_off(second, district_, run, nullptr);
      ASSERT_TRUE(taken.ok());
      EXPECT_EQ(taken->outcome, "applied");
      if (goes_on) {
        take_turns();
        EXPECT_EQ(sync_on(*other, "node-2", district_, next_).outcome, "applied");
      }
      EXPECT_TRUE(awake.wait());
      slow.join();
      EXPECT_EQ(slow_answer.outcome, "applied");
      EXPECT_EQ(slow_answer.revision, taken->revision);
      EXPECT_EQ(store::find_run(home_->operations(), district_.id, run)->outcome, "applied");
      EXPECT_TRUE(exported() == after_);
      take_turns();
    }
  }
  expect_each_run_once();
  expect_sound();
}

// What the slow node found out meanwhile is of no use: the run is the other's, and has been decided on.
TEST_P(Nodes, WhoLostARunNotesNothingOfIt) {
  add_source("sis", {});
  Meeting asleep(2), awake(2);
  runs::Answer slow_answer;
  std::thread slow([&] {
    auto const before = [&, work_began = std::make_shared<bool>(false), seen = std::make_shared<int>(0)](int database, int statement) {
      if (database > 0 && statement > 8 && !*work_began) *work_began = is_running(*home_, district_);
      if (database > 0 || !*work_began || ++*seen != 3) return;
      EXPECT_TRUE(asleep.wait());
      EXPECT_TRUE(awake.wait());
    };
    auto const home = node(before);
    ASSERT_TRUE(home);
    slow_answer = sync_on(*home, "node-1", district_, monday());
  });
  EXPECT_TRUE(asleep.wait());
  home_->operations().run("UPDATE runs SET lease = 0 WHERE state = 'running'");
  auto const runs = store::list_runs(home_->operations(), district_.id);
  EXPECT_FALSE(home_->operations().trouble()) << home_->operations().trouble()->text;
  ASSERT_FALSE(runs.empty());
  auto const run = runs.back().id;
  finish_all();
  EXPECT_EQ(decision_of(run), "open");
  EXPECT_EQ(approve(run).outcome, "applied");
  EXPECT_TRUE(awake.wait());
  slow.join();
  EXPECT_EQ(slow_answer.outcome, "applied");
  EXPECT_EQ(decision_of(run), "approved");
  expect_each_run_once();
  expect_sound();
}

// A first load may take minutes; whoever looks at the roster sees the one before, at once.
TEST_P(Nodes, WhoReadsDoesNotWaitForWhoWrites) {
  begin();
  auto const writer = home_->roster(district_.id);
  auto const trouble = (*writer)->transaction([&] {
    (*writer)->run("UPDATE revisions SET who = 'nobody'");
    auto const began = std::chrono::steady_clock::now();
    EXPECT_TRUE(exported() == before_);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
    return false;
  });
  EXPECT_FALSE(trouble);
}

// One server key for all: with another one nothing could be compared, and nothing read.
TEST_P(Nodes, ANodeWithAnotherServerKeyIsRefused) {
  begin();
  auto h = hub();
  store::ServerKey::Bytes bytes{};
  bytes[0] = 8;
  runs::Hub other{*home_, store::ServerKey(bytes), h.data_folder, 1, h.today, h.actor, h.worker};
  auto const source = store::find_source(home_->operations(), district_, "sis");
  auto const runs_before = store::list_runs(home_->operations(), district_.id).size();
  for (auto const& refused :
       {runs::sync(other, district_, *source, delivery_of(next_.files()), ""), runs::preview(other, district_, *source, delivery_of(next_.files()))}) {
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.trouble().text.find("server key"), std::string::npos);
  }
  EXPECT_EQ(store::list_runs(home_->operations(), district_.id).size(), runs_before);
  EXPECT_FALSE(store::check_server_key(home_->operations(), h.key));
  auto fact = home_->operations().prepare("SELECT value FROM server_facts WHERE name = 'server key'");
  ASSERT_TRUE(fact->step());
  EXPECT_EQ(fact->text(0), h.key.check_value());
  EXPECT_EQ(std::string(fact->text(0)).find("07000000"), std::string::npos) << "not the key itself";
  EXPECT_EQ(sync(next_).outcome, "applied");
}

}  // namespace
}  // namespace rollbook::test
