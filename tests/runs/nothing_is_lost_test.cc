// Whatever breaks, the roster is the old revision or the new one, whole, and the run ends without anybody's help.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "runs/school.h"
#include "runs/verify.h"

namespace rollbook::test {
namespace {

class NothingIsLost : public Runs {
 protected:
  static DeliveryOf monday() { return two_schools(4); }
  static DeliveryOf tuesday() {
    auto next = two_schools(4);
    next.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Quillfeather"}});
    next.put("users", {{"sourcedId", "u1_9"},
                       {"enabledUser", "true"},
                       {"orgSourcedIds", "s1"},
                       {"role", "student"},
                       {"username", "n"},
                       {"givenName", "New"},
                       {"familyName", "Kid"}});
    next.drop("users", "u2_2").drop("enrollments", "e2_2").drop("demographics", "u2_2");
    return next;
  }

  void expect_sound() {
    auto h = hub();
    auto const verified = runs::verify(h, district_);
    ASSERT_TRUE(verified.ok()) << verified.trouble().text;
    for (auto const& wrong : verified->wrong) ADD_FAILURE() << wrong;
  }

  // Runs `work` in a process of its own, which its n-th statement kills. True when it came so far.
  template <class Work>
  bool killed_at(int n, Work const& work) {
    home_.reset();  // a connection must not be used on both sides of a fork
    auto const child = ::fork();
    if (child == 0) {
      auto const count = std::make_shared<int>(-1'000'000);
      reopen([count, n](store::Database& database) {
        database.fault = [count, n]() -> std::optional<Trouble> {
          if (++*count == n) ::kill(::getpid(), SIGKILL);
          return std::nullopt;
        };
      });
      *count = 0;
      work();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    reopen();
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  // Lets whatever is in the queue be done.
  void finish_all() {
    auto h = hub();
    for (auto const& run : store::list_runs(home_->operations(), district_.id))
      if (run.state != "done") {
        auto const answer = runs::work_off(h, district_, run.id, nullptr);
        EXPECT_TRUE(answer.ok()) << answer.trouble().text;
      }
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, NothingIsLost, both_databases(), name_of_database);

TEST_P(NothingIsLost, WhenAnyStatementFails) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "100000"}});
  sync(monday());
  auto before = exported();
  ASSERT_EQ(sync(tuesday()).outcome, "applied");
  auto after = exported();
  ASSERT_EQ(sync(monday()).outcome, "applied");
  auto next = tuesday();
  int failed = 0;
  // Each turn some statements later, until a run needs fewer: then nothing has failed. ROLLBOOK_FAULTS=all for every one of them.
  int const step = std::getenv("ROLLBOOK_FAULTS") != nullptr ? 1 : GetParam() == "SQLite" ? 13 : 29;
  for (int n = 1;; n += step) {
    auto const count = std::make_shared<int>(-1'000'000);
    reopen([count, n](store::Database& database) {
      database.fault = [count, n]() -> std::optional<Trouble> { return ++*count == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    });
    *count = 0;  // the home is open
    auto const answer = sync(next);
    bool const reached = *count >= n;
    reopen();
    auto const now = exported();
    ASSERT_TRUE(now == before || now == after) << "statement " << n << ": neither the old roster nor the new one";
    finish_all();
    if (now != before) {
      auto const last = store::list_runs(home_->operations(), district_.id).back();
      ASSERT_EQ(last.outcome, "applied") << "statement " << n << ": it is in the roster, so its run has to say so";
    }
    if (!reached) break;
    failed += answer.outcome != "applied";
    auto const again = sync(next);
    ASSERT_TRUE(again.outcome == "applied" || again.outcome == "no_changes") << n << " " << again.outcome;
    ASSERT_EQ(exported(), after) << n;
    std::swap(before, after);
    next = next.files() == tuesday().files() ? monday() : tuesday();
  }
  EXPECT_GT(failed, 5);
  expect_sound();
}

TEST_P(NothingIsLost, WhenTheProcessIsKilled) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "100000"}});
  sync(monday());
  auto before = exported();
  ASSERT_EQ(sync(tuesday()).outcome, "applied");
  auto after = exported();
  ASSERT_EQ(sync(monday()).outcome, "applied");
  auto next = tuesday();
  // ROLLBOOK_KILLS=200 for the long run.
  auto const* const wanted = std::getenv("ROLLBOOK_KILLS");
  int const kills = wanted != nullptr ? std::atoi(wanted) : 12;
  int killed = 0;
  for (int i = 0; killed < kills && i < 4 * kills; ++i) {
    int const n = 5 + (i * 37) % 160;
    killed += killed_at(n, [&] { sync(next); });
    auto const now = exported();
    ASSERT_TRUE(now == before || now == after) << "killed at statement " << n;
    finish_all();
    for (auto const& run : store::list_runs(home_->operations(), district_.id)) ASSERT_EQ(run.state, "done");
    auto const again = sync(next);
    ASSERT_TRUE(again.outcome == "applied" || again.outcome == "no_changes") << n << " " << again.outcome;
    ASSERT_EQ(exported(), after) << n;
    std::swap(before, after);
    next = next.files() == tuesday().files() ? monday() : tuesday();
  }
  EXPECT_GE(killed, kills / 2);
  expect_sound();
}

TEST_P(NothingIsLost, WhatFailedCanBeginAnew) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}});
  auto const armed = std::make_shared<bool>(false);
  reopen([armed](store::Database& database) {
    auto const count = std::make_shared<int>(0);
    database.fault = [armed, count]() -> std::optional<Trouble> {
      return *armed && ++*count == 60 ? std::optional(Trouble{"the disk is full"}) : std::nullopt;
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
