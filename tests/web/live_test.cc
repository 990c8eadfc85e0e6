// Runs as they go on, for those who look on: told what is new, told the end, and no longer told what is no more theirs.
#include "web/live.h"

#include <condition_variable>
#include <thread>

#include "runs/progress.h"
#include "store/district_life.h"
#include "store/runs.h"
#include "web/visitors.h"

namespace rollbook::test {
namespace {

using namespace std::chrono_literals;
using access::Level;

// What has come over a stream so far.
class Listener {
 public:
  explicit Listener(std::shared_ptr<http::Channel> channel) : channel_(std::move(channel)) {
    number_ = channel_->listen([this](auto event) {
      std::lock_guard const lock(mutex_);
      if (event->empty()) ended_ = true;
      else text_ += *event;
      came_.notify_all();
    });
  }
  ~Listener() { channel_->stop(number_); }

  bool hears(std::string const& wanted) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, 20s, [&] { return text_.find(wanted) != std::string::npos; });
  }
  bool ends() {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, 20s, [&] { return ended_; });
  }
  bool is_open() {
    std::lock_guard const lock(mutex_);
    return !ended_;
  }

 private:
  std::shared_ptr<http::Channel> channel_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::string text_;
  bool ended_ = false;
  std::uint64_t number_ = 0;
};

class LookingOn : public PortalTest {
 protected:
  store::Run add_run(std::int64_t district) {
    store::Run run;
    run.district = district;
    run.kind = "delivery";
    run.created = somebody.at;
    run.who = somebody.who;
    store::add_run(operations(), run);
    return run;
  }
  void claim(store::Run const& run, std::string const& progress) {
    operations().run("UPDATE runs SET state = 'running', worker = 'w', lease = 0, progress = ? WHERE id = ?", progress, run.id);
  }
  void finish(store::Run run, std::string const& outcome) {
    run.state = "done";
    run.outcome = outcome;
    store::save_run(operations(), run);
  }
  std::string events(store::Run const& run, std::int64_t district) const {
    return "/districts/" + std::to_string(district) + "/history/" + std::to_string(run.id) + "/events";
  }
};

TEST_F(LookingOn, ARunIsToldFromItsRowUntilItsEnd) {
  auto const run = add_run(oakfield);
  auto const response = get(browser_of(member("anna", oakfield, Level::Reporting)), events(run, oakfield));
  ASSERT_EQ(response.status, 200);
  ASSERT_TRUE(response.events);
  EXPECT_EQ(header_of(response, "content-type"), "text/event-stream");
  Listener listener(response.events);
  EXPECT_TRUE(listener.hears("\"state\":\"queued\""));
  claim(run, "reading 1048576 4194304");
  EXPECT_TRUE(listener.hears("\"percent\":25"));
  EXPECT_TRUE(listener.hears("1.0 MB of 4.0 MB"));
  portal_->live().note(run.id, {runs::Stage::Reading, 3'145'728, 4'194'304});  // nearer than the row
  EXPECT_TRUE(listener.hears("\"percent\":75"));
  claim(run, "writing 10 1200");
  portal_->live().note_over(run.id);
  EXPECT_TRUE(listener.hears("10 of 1,200 rows"));
  finish(run, "held");
  EXPECT_TRUE(listener.hears("event: done\ndata: {\"run\":1,\"state\":\"done\",\"outcome\":\"held\""));
  EXPECT_TRUE(listener.ends());
}

TEST_F(LookingOn, FindingsAreToldAsTheyComeToThoseWhoMaySeeThem) {
  auto const run = add_run(oakfield);
  runs::Progress const half{runs::Stage::Reading, 5, 10};
  Found::SoFar const found{12, 1, 0, {{"REF001", Severity::Error, 12, {{"users.csv", 4}, {"users.csv", 17}}}, {"REF002", Severity::Warning, 1, {{"", {}}}}}};
  ASSERT_EQ(runs::found_of(runs::to_text(half, found)), found);
  claim(run, runs::to_text(half, found));
  auto const anna = browser_of(member("anna", oakfield, Level::Reporting)), of_school = browser_of(member("sam", oakfield, Level::System, 17));
  Listener hers(get(anna, events(run, oakfield)).events), theirs(get(of_school, events(run, oakfield)).events);
  EXPECT_TRUE(hers.hears("users.csv line 4, users.csv line 17"));
  EXPECT_TRUE(hers.hears("\"percent\":50"));
  EXPECT_TRUE(theirs.hears("Found so far: 12 errors, 1 warning."));
  auto const page = "/districts/" + std::to_string(oakfield) + "/history/" + std::to_string(run.id);
  auto const whole = get(anna, page).body, part = get(of_school, page).body + get(of_school, page + ".json").body;
  EXPECT_NE(whole.find("users.csv line 4"), std::string::npos);
  EXPECT_NE(whole.find("/help/rules/REF001"), std::string::npos);
  EXPECT_NE(part.find("Found so far: 12 errors, 1 warning."), std::string::npos);
  EXPECT_EQ(part.find("users.csv"), std::string::npos);
  EXPECT_EQ(part.find("REF001"), std::string::npos);
  EXPECT_FALSE(runs::found_of("reading 5 10"));
}

TEST_F(LookingOn, OfARunThatIsOverOnlyTheEndIsTold) {
  auto const run = add_run(oakfield);
  finish(run, "applied");
  Listener listener(get(browser_of(member("anna", oakfield, Level::Reporting)), events(run, oakfield)).events);
  EXPECT_TRUE(listener.hears("event: done"));
  EXPECT_TRUE(listener.ends());
}

TEST_F(LookingOn, OthersRunsAreNotThere) {
  auto const run = add_run(riverside);
  auto const anna = browser_of(member("anna", oakfield, Level::System));
  EXPECT_EQ(get(anna, events(run, riverside)).status, 404);
  EXPECT_EQ(get(anna, events(run, oakfield)).status, 404);  // the number of theirs, in our own district
  EXPECT_EQ(post(anna, "/districts/" + std::to_string(oakfield) + "/history/" + std::to_string(run.id) + "/cancel").status, 404);
  EXPECT_TRUE(store::who_cancels(operations(), run.id).empty());
  EXPECT_EQ(get(browser_of(member("sam", oakfield, Level::Standard)), events(add_run(oakfield), oakfield)).status, 403);
}

TEST_F(LookingOn, EndsWithTheSession) {
  auto const run = add_run(oakfield);
  auto const anna = member("anna", oakfield, Level::System), berta = member("berta", oakfield, Level::System);
  Listener hers(get(browser_of(anna), events(run, oakfield)).events), others(get(browser_of(berta), events(run, oakfield)).events);
  EXPECT_TRUE(hers.hears("queued") && others.hears("queued"));
  access::end_all_sessions(operations(), anna.id, somebody);
  later_ms = 31'000;
  EXPECT_TRUE(hers.ends());
  EXPECT_TRUE(others.is_open());
  ASSERT_FALSE(access::grant(operations(), berta.id, {oakfield, std::nullopt, Level::None, false}, somebody));
  later_ms = 62'000;
  EXPECT_TRUE(others.ends());
}

TEST_F(LookingOn, EndsAtOnceWithSigningOut) {
  auto const run = add_run(oakfield);
  auto const anna = member("anna", oakfield, Level::System);
  auto const here = browser_of(anna), there = browser_of(anna), elsewhere = browser_of(anna);
  Listener one(get(here, events(run, oakfield)).events), two(get(there, events(run, oakfield)).events), three(get(elsewhere, events(run, oakfield)).events);
  EXPECT_TRUE(one.hears("queued") && two.hears("queued") && three.hears("queued"));
  EXPECT_EQ(post(here, "/sign-out").status, 303);
  EXPECT_TRUE(one.ends());
  EXPECT_TRUE(two.is_open());
  EXPECT_EQ(post(there, "/account/sign-out-everywhere").status, 303);
  EXPECT_TRUE(two.ends() && three.ends());
}

// No clock moves here: it ends when it happens, not at the next look by the clock.
TEST_F(LookingOn, EndsAtOnceWithTheDistrictsSuspension) {
  auto const run = add_run(oakfield), other = add_run(riverside);
  auto const olga = browser_of(person("olga", true));
  Listener ours(get(browser_of(member("anna", oakfield, Level::System)), events(run, oakfield)).events);
  Listener others(get(browser_of(member("bert", riverside, Level::System)), events(other, riverside)).events);
  EXPECT_TRUE(ours.hears("queued") && others.hears("queued"));
  EXPECT_EQ(post(olga, "/operator/districts/" + std::to_string(oakfield) + "/suspend").status, 303);
  EXPECT_TRUE(ours.ends());
  ASSERT_FALSE(store::lock_district(operations(), *store::find_district(operations(), "Riverside"), somebody)) << "by a command, in another process";
  EXPECT_TRUE(others.ends());
}

TEST_F(LookingOn, EndsAtOnceWhenSomebodyIsDeactivatedOrLosesTheirLevel) {
  auto const run = add_run(oakfield);
  auto const anna = member("anna", oakfield, Level::System), bert = member("bert", oakfield, Level::System), carla = member("carla", oakfield, Level::System),
             dora = member("dora", oakfield, Level::System);
  auto const boss = browser_of(anna);
  Listener first(get(boss, events(run, oakfield)).events), second(get(browser_of(bert), events(run, oakfield)).events),
      third(get(browser_of(carla), events(run, oakfield)).events), fourth(get(browser_of(dora), events(run, oakfield)).events);
  EXPECT_TRUE(first.hears("queued") && second.hears("queued") && third.hears("queued") && fourth.hears("queued"));
  EXPECT_EQ(post(boss, "/districts/" + std::to_string(oakfield) + "/members/" + std::to_string(bert.id) + "/link", {{"what", "deactivate"}}).status, 303);
  EXPECT_TRUE(second.ends());
  ASSERT_FALSE(access::set_active(operations(), carla.id, false, somebody)) << "by a command, in another process";
  EXPECT_TRUE(third.ends());
  ASSERT_FALSE(access::grant(operations(), dora.id, {oakfield, std::nullopt, Level::None, false}, somebody));
  EXPECT_TRUE(fourth.ends());
  EXPECT_TRUE(first.is_open());
}

// A database that fails while they are asked must not let them look on for another half minute.
TEST_F(LookingOn, WhoCannotBeAskedIsAskedAgainAtOnce) {
  auto const run = add_run(oakfield);
  auto const anna = member("anna", oakfield, Level::System);
  auto const session = access::begin_session(operations(), anna.id, "127.0.0.1", "test", now).session.id;
  std::atomic<bool> fails = false;
  std::atomic<int> failed = 0;
  store::HomePlace place{folder_ + "/data", ""};
  place.opened = [&](store::Database& database) {
    database.fault = [&]() -> std::optional<Trouble> {
      if (!fails || failed >= 3) return std::nullopt;
      ++failed;
      return Trouble{"The disk is gone."};
    };
  };
  web::Live live(place, [] { return now * 1000; });
  Listener hers(live.watch({anna.id, oakfield, session, access::Right::SeeHistory, now}, run.id));
  EXPECT_TRUE(hers.hears("queued"));
  access::end_all_sessions(operations(), anna.id, somebody);
  fails = true;
  live.look_for_strangers();
  EXPECT_TRUE(hers.ends());
  EXPECT_EQ(failed, 3);
}

TEST_F(LookingOn, EndsAtOnceWithANewPassword) {
  auto const run = add_run(oakfield);
  auto const anna = member("anna", oakfield, Level::System);
  Listener listener(get(browser_of(anna), events(run, oakfield)).events);
  EXPECT_TRUE(listener.hears("queued"));
  auto const link = access::make_link(operations(), "set-password", anna.id, now, 3600, somebody);
  ASSERT_TRUE(link.ok());
  std::string const sentence = "a sentence that is long enough";
  EXPECT_EQ(post(stranger(), "/welcome/" + *link, {{"password", sentence}, {"again", sentence}}).status, 303);
  EXPECT_TRUE(listener.ends());
}

TEST_F(LookingOn, AStreamOfAProgramEndsByItself) {
  auto const anna = member("anna", oakfield, Level::System);
  access::Token wanted;
  wanted.account = anna.id;
  wanted.name = "watcher";
  wanted.scope = {oakfield, std::nullopt, Level::Reporting, false};
  wanted.ends = now + 10'000;
  Browser program;
  program.also = {{"authorization", "Bearer " + access::make_token(operations(), wanted, now, somebody)->secret}};
  Listener listener(get(program, events(add_run(oakfield), oakfield)).events);
  EXPECT_TRUE(listener.hears("queued"));
  later_ms = 31'000;
  std::this_thread::sleep_for(1200ms);
  EXPECT_TRUE(listener.is_open());
  later_ms = 92'000;
  EXPECT_TRUE(listener.ends());
}

TEST_F(LookingOn, AThousandCostNoMoreQueriesThanOne) {
  auto const run = add_run(oakfield);
  auto const anna = member("anna", oakfield, Level::System);
  auto const session = access::begin_session(operations(), anna.id, "127.0.0.1", "test", now).session.id;
  std::atomic<int> statements = 0;
  store::HomePlace place{folder_ + "/data", ""};
  place.opened = [&](store::Database& database) { database.fault = [&]() -> std::optional<Trouble> { return ++statements, std::nullopt; }; };
  web::Live live(place, [] { return now * 1000; });
  std::vector<std::unique_ptr<Listener>> listeners;
  for (int i = 0; i < 1000; ++i)
    listeners.push_back(std::make_unique<Listener>(live.watch({anna.id, oakfield, session, access::Right::SeeHistory, now}, run.id)));
  for (auto const& listener : listeners) EXPECT_TRUE(listener->hears("queued"));
  auto const before = statements.load();
  std::this_thread::sleep_for(2s);
  EXPECT_LE(statements - before, 20);  // a query each half second, of two steps
  claim(run, "reading 1 4");
  for (auto const& listener : listeners) EXPECT_TRUE(listener->hears("\"percent\":25"));
}

}  // namespace
}  // namespace rollbook::test
