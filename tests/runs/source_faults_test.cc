// Whatever breaks while a source is replaced, deactivated or deleted: the roster is the old one or the new one, whole, the source is what the roster says
// it is, and the run ends without anybody's help.
#include "runs/source_changes.h"

namespace rollbook::test {
namespace {

class SourceFaults : public TwoSources {
 protected:
  using Change = std::function<void()>;

  void begin_small() {
    begin_beside(2);
    edit("u1_1", "email", "ada@oak.example");
    edit("n-u1_1", "phone", "555-0100");
    before_ = exported();
  }

  // Of a change that waits for approval it is the approval that breaks: nothing happens before it.
  Change approved(std::int64_t run) {
    return [this, run] { approve(run); };
  }
  Change deactivated() {
    return [this, sis = source()] {
      auto h = hub();
      [[maybe_unused]] auto const answer = runs::deactivate_source(h, district_, sis);
    };
  }

  store::Run last_change() {
    auto const runs = store::list_runs(home_->operations(), district_.id);
    auto const last = std::find_if(runs.rbegin(), runs.rend(), [](auto const& run) { return run.kind == "source change"; });
    return last == runs.rend() ? store::Run{} : *last;
  }

  // Both databases say the same, and what was done can be taken back. True when it was done.
  bool expect_whole(std::string const& becomes, std::string const& when) {
    finish_all();
    for (auto const& run : store::list_runs(home_->operations(), district_.id)) EXPECT_EQ(run.state, "done") << when;
    auto const run = last_change();
    bool const done = run.outcome.starts_with("applied");
    EXPECT_EQ(state("sis"), done ? becomes : "active") << when;
    auto const now = exported();
    if (done && after_.empty()) after_ = now;
    EXPECT_TRUE(now == (done ? after_ : before_)) << when << ": neither the old roster nor the new one";
    expect_sound(when);
    if (!done) return false;
    EXPECT_TRUE(undo(run.id).is_applied()) << when;
    EXPECT_TRUE(exported() == before_) << when << ": taken back";
    EXPECT_EQ(state("sis"), "active") << when;
    expect_sound(when + ", taken back");
    return true;
  }

  // ROLLBOOK_FAULTS=1: every statement. `ask` puts the change into a state in which `Change` carries it out.
  void break_every(std::string const& becomes, std::function<Change()> const& ask, int every_day = 83) {
    begin_small();
    int const stride = from_environment("ROLLBOOK_FAULTS", GetParam() == "SQLite" ? every_day : 2 * every_day);
    int failed = 0;
    auto change = ask();
    bool reached = true;
    for (int n = 1; reached && !HasFailure(); n += stride) {
      reached = failing_at(n, change);
      bool const done = expect_whole(becomes, "statement " + std::to_string(n));
      failed += !done;
      EXPECT_TRUE(reached || done) << n;
      if (done && reached) change = ask();
    }
    EXPECT_GT(failed, 1);
  }

  void kill_in_the_middle(std::string const& becomes, std::function<Change()> const& ask) {
    begin_small();
    auto change = ask();
    auto const all = killed_at(0, change, [] {});
    ASSERT_TRUE(all);
    ASSERT_TRUE(expect_whole(becomes, "nobody is killed"));
    int in_transaction = 0;
    // From the commit, which is the last statement, back to where the transaction has not begun.
    for (int back = 0; back < *all && !HasFailure(); back = 2 * back + 1) {
      change = ask();
      bool open = false;
      auto const ended = killed_at(*all - back, change, [&] { open = transaction_is_open(); });
      auto const when = "killed " + std::to_string(back) + " statements before the end";
      EXPECT_TRUE(ended || !open || exported() == before_) << when << ": it was not committed, and is there";
      in_transaction += !ended && open;
      EXPECT_TRUE(expect_whole(becomes, when)) << "whoever comes next does it";
    }
    EXPECT_GT(in_transaction, 0);
  }

  std::function<Change()> asked_to_replace() {
    return [this] { return approved(*replace("sis", "new").run); };
  }
  std::function<Change()> asked_to_delete() {
    return [this] { return approved(*forget(true).run); };
  }
  std::function<Change()> asked_to_deactivate() {
    return [this] { return deactivated(); };
  }

  Files before_, after_;
};
INSTANTIATE_TEST_SUITE_P(Runs, SourceFaults, both_databases(), name_of_database);

TEST_P(SourceFaults, AnyStatementOfAReplacementMayFail) { break_every("deactivated", asked_to_replace()); }
TEST_P(SourceFaults, AnyStatementOfADeactivationMayFail) { break_every("deactivated", asked_to_deactivate(), 29); }
TEST_P(SourceFaults, AnyStatementOfADeletionWithRecordsMayFail) { break_every("deleted", asked_to_delete()); }
TEST_P(SourceFaults, AProcessMayBeKilledInAReplacement) { kill_in_the_middle("deactivated", asked_to_replace()); }
TEST_P(SourceFaults, AProcessMayBeKilledInADeactivation) { kill_in_the_middle("deactivated", asked_to_deactivate()); }
TEST_P(SourceFaults, AProcessMayBeKilledInADeletionWithRecords) { kill_in_the_middle("deleted", asked_to_delete()); }

}  // namespace
}  // namespace rollbook::test
