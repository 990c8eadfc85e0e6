// What the tests share that break things while a run goes on: two deliveries that take turns, and what must hold afterwards.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/from_environment.h"
#include "base/text.h"
#include "runs/school.h"
#include "runs/verify.h"

namespace rollbook::test {

// Runs whose statements fail, and whose processes die.
class Breaking : public Runs {
 protected:
  // Does `work` in a process of its own, which stops before the n-th statement of a roster. `stopped` may look around then; after that it is killed. Nothing
  // when it was killed; else how many statements it had.
  template <class Work, class Stopped>
  std::optional<int> killed_at(int n, Work const& work, Stopped const& stopped) {
    home_.reset();  // a connection must not be used on both sides of a fork
    auto const told = folder() + "/statements";
    auto const child = ::fork();
    if (child == 0) {
      auto const count = std::make_shared<int>(0);
      auto const first = std::make_shared<bool>(true);
      reopen([=](store::Database& database) {
        bool const is_roster = !std::exchange(*first, false);
        database.fault = [=]() -> std::optional<Trouble> {
          if (is_roster && ++*count == n) ::raise(SIGSTOP);
          return std::nullopt;
        };
      });
      work();
      std::ofstream(told) << *count;
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, WUNTRACED);
    if (WIFSTOPPED(status)) {
      stopped();
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
    }
    reopen();
    int count = 0;
    std::ifstream(told) >> count;
    return WIFEXITED(status) ? std::optional(count) : std::nullopt;
  }

  // Whether somebody has a transaction open in the roster: nobody else can begin one.
  bool transaction_is_open() {
    if (GetParam() == "SQLite") {
      auto roster = store::open_sqlite(place_.folder + "/districts/" + std::to_string(district_.id) + "/roster.db");
      (*roster)->run_script("PRAGMA busy_timeout = 0");
      (*roster)->run_script("BEGIN IMMEDIATE");
      bool const refused = (*roster)->trouble().has_value();
      (*roster)->recover();
      return refused;
    }
    auto others = store::open_postgres(place_.postgres_url, place_.schema);
    auto lock = (*others)->prepare(
        "SELECT 1 FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND a.state = 'idle in "
        "transaction' "
        "AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(?, 0)");
    return lock->with(place_.schema + "_district_" + std::to_string(district_.id)).step();
  }

  void expect_sound(std::string const& when = "") {
    auto h = hub();
    auto const verified = runs::verify(h, district_);
    ASSERT_TRUE(verified.ok()) << verified.trouble().text;
    for (auto const& wrong : verified->wrong) ADD_FAILURE() << when << ": " << wrong;
  }

  // Does `work` while its n-th statement fails, whichever database it is for. True when it had so many.
  template <class Work>
  bool failing_at(int n, Work const& work) {
    auto const count = std::make_shared<int>(-1'000'000);
    reopen([count, n](store::Database& database) {
      database.fault = [count, n]() -> std::optional<Trouble> { return ++*count == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    });
    *count = 0;  // the home is open
    work();
    bool const reached = *count >= n;
    reopen();
    return reached;
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

  // A process that nobody sees again: this one's number, with another beginning.
  static std::string dead_worker() {
    auto parts = split(runs::name_of_this_worker(), ' ');
    parts[2] = "1";
    return parts[0] + " " + parts[1] + " " + parts[2] + " " + parts[3];
  }
};

class NothingIsLost : public Breaking {
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

  // The roster says what monday says; tuesday has been, and can come again.
  void begin() {
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "100000"}});
    ASSERT_EQ(sync(monday()).outcome, "applied");
    before_ = exported();
    ASSERT_EQ(sync(tuesday()).outcome, "applied");
    after_ = exported();
    ASSERT_EQ(sync(monday()).outcome, "applied");
    next_ = tuesday();
  }
  // The roster says what the delivery `next_` said: the other's turn.
  void take_turns() {
    std::swap(before_, after_);
    next_ = next_.files() == tuesday().files() ? monday() : tuesday();
  }

  // The roster is the old one or the new one, whole; the run ends without anybody's help, and says what is; and the night can go on. True when it was
  // the new one at once.
  bool expect_whole(std::string const& when) {
    auto const now = exported();
    EXPECT_TRUE(now == before_ || now == after_) << when << ": neither the old roster nor the new one";
    finish_all();
    for (auto const& run : store::list_runs(home_->operations(), district_.id)) EXPECT_EQ(run.state, "done") << when;
    if (now != before_) {
      EXPECT_EQ(store::list_runs(home_->operations(), district_.id).back().outcome, "applied") << when << ": it is in the roster, so its run has to say so";
    }
    expect_sound(when);
    auto const again = sync(next_);
    EXPECT_TRUE(again.outcome == "applied" || again.outcome == "no_changes") << when << ": " << again.outcome;
    EXPECT_TRUE(exported() == after_) << when;
    return now != before_;
  }

  Files before_, after_;
  DeliveryOf next_;
};

}  // namespace rollbook::test
