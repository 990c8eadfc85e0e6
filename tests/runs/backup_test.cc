// A backup that is made while others work, restored into an empty place, is sound and can go on.
#include "runs/backup.h"

#include <atomic>
#include <thread>

#include "runs/nothing_is_lost.h"

namespace rollbook::test {
namespace {

class Backups : public NothingIsLost {
 protected:
  // On PostgreSQL a home is a database of its own here: a backup takes all that is in it.
  void SetUp() override {
    NothingIsLost::SetUp();
    if (IsSkipped() || GetParam() == "SQLite") return;
    home_.reset();
    place_ = {"", database("first")};
    reopen();
    auto const district = store::add_district(home_->operations(), "Oak", "UTC", {"a test", "2026-09-01T00:00:00Z"});
    ASSERT_TRUE(district.ok());
    district_ = *district;
  }
  void TearDown() override {
    home_.reset();
    if (!databases_.empty()) {
      auto const server_itself = store::open_postgres(server(), "public");
      for (auto const& name : databases_) (*server_itself)->run_script("DROP DATABASE \"" + name + "\" WITH (FORCE)");
    }
    NothingIsLost::TearDown();
  }

  // An empty database; its address.
  std::string database(std::string const& name) {
    auto const server_itself = store::open_postgres(server(), "public");
    databases_.push_back(own(name));
    (*server_itself)->run_script("CREATE DATABASE \"" + own(name) + "\"");
    EXPECT_FALSE((*server_itself)->trouble());
    auto url = server();
    return url.replace(url.find("/postgres?"), 10, "/" + own(name) + "?");
  }

  // What is in a backup becomes the home of this test.
  void restore(std::string const& backup, std::string const& name) {
    home_.reset();
    place_ = GetParam() == "SQLite" ? store::HomePlace{folder() + "/" + name, ""} : store::HomePlace{"", database(name)};
    data_folder_ = place_.folder;
    auto const trouble = runs::restore(backup, place_.folder, place_.postgres_url);
    ASSERT_FALSE(trouble) << trouble->text;
    reopen();
  }

  void back_up(std::string const& to) {
    auto h = hub();
    auto const trouble = runs::backup(h, place_.postgres_url, to);
    ASSERT_FALSE(trouble) << trouble->text;
  }

 private:
  std::vector<std::string> databases_;
};
INSTANTIATE_TEST_SUITE_P(Runs, Backups, both_databases(), name_of_database);

TEST_P(Backups, ARestoredBackupIsTheSame) {
  begin();
  back_up(folder() + "/copy");
  restore(folder() + "/copy", "second");
  EXPECT_TRUE(exported() == before_);
  EXPECT_TRUE(exported(2) == after_) << "earlier revisions too";
  expect_whole("restored");
  auto h = hub();
  EXPECT_TRUE(runs::backup(h, place_.postgres_url, folder() + "/copy")) << "an older backup is not written over";
}

TEST_P(Backups, WhileRunsGoOn) {
  begin();
  std::atomic<bool> enough = false;
  std::atomic<int> applied = 0;
  auto const place = place_;
  std::thread others([&] {
    auto home = store::Home::open(place);
    ASSERT_TRUE(home.ok());
    auto h = hub();
    runs::Hub node{*home, h.key, h.data_folder, 1, h.today, h.actor, "node-1 1 1"};
    auto const source = store::find_source(home->operations(), district_, "sis");
    for (int i = 0; !enough; ++i) {
      auto const answer = runs::sync(node, district_, *source, delivery_of((i % 2 == 0 ? tuesday() : monday()).files()), "");
      ASSERT_TRUE(answer.ok() && answer->outcome == "applied");
      ++applied;
    }
  });
  for (int i = 0; i < 3; ++i) {
    auto const seen = applied.load();
    while (applied == seen) std::this_thread::yield();  // it is in the middle of something
    back_up(folder() + "/copy-" + std::to_string(i));
  }
  enough = true;
  others.join();
  for (int i = 0; i < 3; ++i) {
    restore(folder() + "/copy-" + std::to_string(i), "restored-" + std::to_string(i));
    auto const now = exported();
    EXPECT_TRUE(now == before_ || now == after_) << i;
    expect_whole("backup " + std::to_string(i));
  }
}

// What is applied after a backup has begun is not in it: not in the roster and not among the runs.
TEST_P(Backups, ARunBetweenTwoCopiesIsInNeitherOrInBoth) {
  if (GetParam() == "PostgreSQL") GTEST_SKIP() << "pg_dump takes one snapshot";
  begin();
  for (int const at : {1, 5}) {  // before the moment of the backup, and after it
    auto place = place_;
    auto const armed = std::make_shared<bool>(false);
    auto const opened = std::make_shared<int>(0);
    place.opened = [&, at, armed, opened](store::Database& database) {
      if (!*armed || ++*opened != 2) return;  // the second that the backup opens is the roster
      auto const statements = std::make_shared<int>(0);
      database.fault = [&, at, statements]() -> std::optional<Trouble> {
        if (++*statements == at) {
          auto other = store::Home::open(place_);
          auto h = hub();
          runs::Hub node{*other, h.key, h.data_folder, 1, h.today, h.actor, "node-1 1 1"};
          auto const source = store::find_source(other->operations(), district_, "sis");
          EXPECT_EQ(runs::sync(node, district_, *source, delivery_of(next_.files()), "")->outcome, "applied");
        }
        return std::nullopt;
      };
    };
    auto const runs_before = store::list_runs(home_->operations(), district_.id).size();
    auto home = store::Home::open(place);
    *armed = true;
    auto h = hub();
    runs::Hub backing_up{*home, h.key, h.data_folder, 1, h.today, h.actor, h.worker};
    auto const copy = folder() + "/copy-" + std::to_string(at);
    ASSERT_FALSE(runs::backup(backing_up, "", copy));
    auto const original = place_;
    restore(copy, "restored-" + std::to_string(at));
    EXPECT_EQ(store::list_runs(home_->operations(), district_.id).size(), runs_before + (at == 1 ? 1 : 0));
    EXPECT_TRUE(exported() == (at == 1 ? after_ : before_)) << at;
    expect_whole("a run at statement " + std::to_string(at));
    home_.reset();
    place_ = original;
    data_folder_ = place_.folder;
    reopen();
    take_turns();
  }
}

}  // namespace
}  // namespace rollbook::test
