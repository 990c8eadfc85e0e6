// PostgreSQL goes away in the middle of a run: its process is ended, or the connection to it is lost.
#include <thread>

#include "runs/nothing_is_lost.h"
#include "store/postgres_proxy.h"

namespace rollbook::test {
namespace {

class ALostServer : public NothingIsLost {};
INSTANTIATE_TEST_SUITE_P(Runs, ALostServer, testing::Values("PostgreSQL"), name_of_database);

TEST_P(ALostServer, ItsProcessMayBeEndedAtAnyStatement) {
  begin();
  int failed = 0;
  int const stride = from_environment("ROLLBOOK_FAULTS", 31);
  auto const server = store::open_postgres(place_.postgres_url, place_.schema);
  auto const end = [&](std::int64_t process) {
    (*server)->prepare("SELECT pg_terminate_backend(?)")->with(process).step();
    auto there = (*server)->prepare("SELECT 1 FROM pg_stat_activity WHERE pid = ?");
    while (there->with(process).step()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  bool reached = true;
  for (int n = 1; reached; n += stride) {
    auto const count = std::make_shared<int>(-1'000'000);
    reopen([&, count, n](store::Database& database) {
      auto own = database.prepare("SELECT pg_backend_pid()");
      auto const process = own->step() ? own->integer(0) : 0;
      database.fault = [&, count, n, process]() -> std::optional<Trouble> {
        if (++*count == n) end(process);
        return std::nullopt;
      };
    });
    *count = 0;
    auto const answer = sync(next_);
    reached = *count >= n;
    reopen();
    expect_whole("its process ended at statement " + std::to_string(n));
    if (HasFailure()) return;
    failed += answer.outcome != "applied";
    take_turns();
  }
  EXPECT_GT(failed, 5);
}

TEST_P(ALostServer, TheConnectionMayBeLostAtAnyRequest) {
  begin();
  auto const direct = place_.postgres_url;
  PostgresProxy proxy(direct, folder() + "/proxy");
  int lost = 0, done_nevertheless = 0;
  auto const turn = [&](int n, Cut how, bool commits_alone) {
    place_.postgres_url = proxy.url();
    reopen();
    proxy.cut_at(n, how, commits_alone);
    auto const answer = sync(next_);
    bool const reached = proxy.leave_off();
    place_.postgres_url = direct;
    reopen();
    std::string const when = std::string(how == Cut::BeforeTheRequest ? "before" : "after") + (commits_alone ? " COMMIT " : " request ") + std::to_string(n);
    if (answer.outcome == "applied") {
      EXPECT_TRUE(exported() == after_) << when << ": told as applied, and is not there";
      done_nevertheless += reached;
    } else {
      EXPECT_EQ(answer.outcome, "failed") << when;
    }
    expect_whole(when);
    lost += reached;
    take_turns();
    return reached && !HasFailure();
  };
  int const stride = from_environment("ROLLBOOK_FAULTS", 41);
  for (int n = 6; turn(n, Cut::BeforeTheRequest, false); n += stride) continue;
  // After it was sent, before its answer came: nobody knows whether it is done, and it is, or will be at once.
  for (auto const how : {Cut::BeforeTheAnswer, Cut::WhileItIsAnswered})
    for (int n = 1; turn(n, how, true); ++n) continue;
  EXPECT_GT(lost, 12);
  EXPECT_GT(done_nevertheless, 3);
  home_.reset();
}

}  // namespace
}  // namespace rollbook::test
