// Whatever breaks, the roster is the old revision or the new one, whole, and the run ends without anybody's help.
#include "runs/nothing_is_lost.h"

namespace rollbook::test {
namespace {

class WhateverBreaks : public NothingIsLost {};
INSTANTIATE_TEST_SUITE_P(Runs, WhateverBreaks, both_databases(), name_of_database);

TEST_P(WhateverBreaks, AnyStatementMayFail) {
  begin();
  int failed = 0;
  // Each turn some statements later, until a run needs fewer: then nothing has failed. ROLLBOOK_FAULTS=1: every one of them.
  int const stride = from_environment("ROLLBOOK_FAULTS", GetParam() == "SQLite" ? 41 : 29);
  bool reached = true;
  for (int n = 1; reached; n += stride) {
    auto const count = std::make_shared<int>(-1'000'000);
    reopen([count, n](store::Database& database) {
      database.fault = [count, n]() -> std::optional<Trouble> { return ++*count == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    });
    *count = 0;  // the home is open
    auto const answer = sync(next_);
    reached = *count >= n;
    reopen();
    expect_whole("statement " + std::to_string(n));
    if (HasFailure()) return;
    failed += answer.outcome != "applied";
    take_turns();
  }
  EXPECT_GT(failed, 5);
}

TEST_P(WhateverBreaks, AProcessMayBeKilledInItsTransaction) {
  begin();
  // ROLLBOOK_KILLS=200 for the long run. Kills elsewhere come on top and are not counted.
  int const kills = from_environment("ROLLBOOK_KILLS", 12);
  // Of each delivery: its last statement, which is COMMIT, and how far before it the transaction may reach. Both grow with the history.
  struct Known {
    int last = 0, span = 60;
  };
  Known known[2];
  int in_transaction = 0;
  for (int i = 0; in_transaction < kills && i < 4 * kills + 20; ++i) {
    auto& delivery = known[i % 2];
    int const n = std::max(0, delivery.last - i * 7 % delivery.span);  // 0: to the end, to count them
    bool open = false;
    auto const ended = killed_at(
        n, [&] { sync(next_); }, [&] { open = transaction_is_open(); });
    in_transaction += !ended && open;
    if (ended) delivery = {*ended, 60};
    else if (!open) delivery.span = delivery.last - n;
    if (delivery.span < 5) delivery = {};
    bool const is_new = expect_whole("killed at statement " + std::to_string(n));
    EXPECT_FALSE(!ended && open && is_new) << "killed at statement " << n << ": it was not committed, and is there";
    if (HasFailure()) return;
    take_turns();
  }
  EXPECT_EQ(in_transaction, kills);
}

// An approval lets more follow than a revision: the source is live, what was left out waits as a run of its own.
TEST_P(WhateverBreaks, WhatFollowsFromARunIsNotLostAfterItsCommit) {
  auto const begin_district = [&](std::string const& name) {
    auto const district = store::add_district(home_->operations(), name, "UTC", {"a test", "2026-09-01T00:00:00Z"});
    ASSERT_TRUE(district.ok());
    district_ = *district;
    also_drop("home_district_" + std::to_string(district_.id));
    add_source("sis", {{"apply-by-itself", "yes"}});
    ASSERT_TRUE(held_for(sync(monday()), "trial"));
  };
  auto const run = [&] { return store::list_runs(home_->operations(), district_.id).front().id; };
  // The n-th statement fails, and when the process is dead all after it. In which database each statement was: 0 for operations, then the connections to the
  // roster.
  auto const approved = [&](int n, bool dead) {
    auto const order = std::make_shared<std::vector<int>>();
    auto const armed = std::make_shared<bool>(false);
    auto const databases = std::make_shared<int>(0);
    reopen([=](store::Database& database) {
      database.fault = [=, number = (*databases)++]() -> std::optional<Trouble> {
        if (*armed) order->push_back(number);
        auto const now = static_cast<int>(order->size());
        return *armed && n > 0 && (now == n || (dead && now > n)) ? std::optional(Trouble{"made to fail"}) : std::nullopt;
      };
    });
    *armed = true;
    auto h = hub();
    if (dead) h.worker = dead_worker();
    EXPECT_TRUE(runs::approve(h, district_, run(), {"s2"}).ok());
    reopen();
    return *order;
  };
  begin_district("Elm");
  auto const order = approved(0, false);
  ASSERT_EQ(ids("users").size(), 5u);
  // One connection to the roster compares and commits, and has most of the work; those after it are of the run of what was left out.
  std::map<int, int> statements;
  for (auto const database : order) statements[database] += database > 0;
  auto const most = std::max_element(statements.begin(), statements.end(), [](auto const& a, auto const& b) { return a.second < b.second; })->first;
  auto const commit = static_cast<int>(std::find(order.rbegin(), order.rend(), most).base() - order.begin());
  auto const next_run = static_cast<int>(std::find_if(order.begin(), order.end(), [&](int database) { return database > most; }) - order.begin());
  ASSERT_GT(next_run, commit);
  int noted_later = 0;
  int const stride = from_environment("ROLLBOOK_FAULTS", GetParam() == "SQLite" ? 3 : 7);
  bool dead = true;
  for (int n = commit; n < next_run; n += stride) {
    begin_district("Elm " + std::to_string(n));
    approved(n, dead = !dead);
    bool const applied = !ids("users").empty();
    noted_later += applied && store::find_run(home_->operations(), district_.id, run())->state != "done";
    finish_all();
    if (store::find_run(home_->operations(), district_.id, run())->decision == "open") approve(run(), {"s2"});
    EXPECT_EQ(ids("users").size(), 5u) << n;
    EXPECT_EQ(decision_of(run()), "approved-in-part") << n;
    EXPECT_NE(store::find_run(home_->operations(), district_.id, run())->modes.find("users=bulk"), std::string::npos) << n;
    auto const source = store::find_source(home_->operations(), district_, "sis");
    EXPECT_TRUE(source->settings.is("live")) << n;
    for (auto const& one : store::list_runs(home_->operations(), district_.id))
      if (one.outcome == "failed") approve(one.id);  // the statement was one of the next run
    auto const runs = store::list_runs(home_->operations(), district_.id);
    EXPECT_EQ(std::count_if(runs.begin(), runs.end(), [](auto const& one) { return one.decision == "open"; }), 1) << n;
    EXPECT_EQ(runs.size(), 2u) << n;
    expect_sound(std::to_string(n));
  }
  EXPECT_GE(noted_later, 1);
}

// A delivery that waits for approval waits as well when noting it fails, and can be decided on.
TEST_P(WhateverBreaks, AHeldRunIsHeldWholeOrFails) {
  add_source("sis", {});
  int failed = 0;
  bool reached = true;
  int const stride = from_environment("ROLLBOOK_FAULTS", 11);
  for (int n = 4; reached; n += stride) {
    auto const count = std::make_shared<int>(-1'000'000);
    reopen([count, n](store::Database& database) {
      database.fault = [count, n]() -> std::optional<Trouble> { return ++*count == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    });
    *count = 0;
    auto const answer = sync(monday());
    reached = *count >= n;
    reopen();
    finish_all();
    if (!answer.run) continue;
    auto const run = store::find_run(home_->operations(), district_.id, *answer.run);
    ASSERT_TRUE(run) << n;
    EXPECT_TRUE(run->outcome == "held" || run->outcome == "failed") << n << run->outcome;
    EXPECT_EQ(run->outcome == "held" ? "open" : "", run->decision) << n;
    EXPECT_TRUE(runs::from_json(run->report).ok()) << n;
    failed += run->outcome == "failed";
    if (run->outcome == "held") {
      EXPECT_TRUE(discard(run->id).decision == "discarded") << n;
    }
  }
  EXPECT_GE(failed, 1);
}

TEST_P(WhateverBreaks, WhatFailedCanBeginAnew) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  auto const armed = std::make_shared<bool>(false);
  reopen([armed](store::Database& database) {
    auto const count = std::make_shared<int>(0);
    database.fault = [armed, count]() -> std::optional<Trouble> {
      if (!*armed || ++*count != 60) return std::nullopt;
      *armed = false;  // once, in one of the databases: both at a time would leave the run to whoever works next
      return Trouble{"the disk is full"};
    };
  });
  *armed = true;
  auto const failed = sync(monday());
  ASSERT_EQ(failed.outcome, "failed");
  EXPECT_EQ(failed.status(), 4);
  reopen();
  EXPECT_TRUE(ids("users").empty());
  EXPECT_EQ(approve(*failed.run, {"s1"}).outcome.substr(0, 8), "trouble:") << "nobody has seen what it would do";
  EXPECT_EQ(approve(*failed.run).outcome, "applied");
  EXPECT_EQ(ids("users").size(), 10u);
  expect_sound();
}

}  // namespace
}  // namespace rollbook::test
