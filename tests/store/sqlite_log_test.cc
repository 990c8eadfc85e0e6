// Transactions of many pages, gathered on their way into SQLite's log: what is read is what was written, and a transaction is there as a whole or not at all,
// whatever breaks.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "store/database.h"
#include "store/power_cut.h"

namespace rollbook::test {
namespace {
namespace fs = std::filesystem;

constexpr int rows = 150;

class SqliteLog : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("rollbook-log-" + std::to_string(::getpid()) + "-" + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    auto first = open();
    first->run_script("CREATE TABLE t(k INTEGER PRIMARY KEY, v TEXT)");
    ASSERT_FALSE(write(*first, 1));
  }
  void TearDown() override { fs::remove_all(folder_); }

  // With a cache of a few pages, so that most are put away before the end of a transaction, and read again.
  std::unique_ptr<store::Database> open() const {
    auto opened = store::open_sqlite(folder_ / "log.db");
    if (!opened) return nullptr;
    (*opened)->run_script("PRAGMA cache_size=8; PRAGMA wal_autocheckpoint=0");
    return std::move(*opened);
  }

  static std::string text(int generation, int row) { return std::string(3000, static_cast<char>('a' + (generation + row) % 26)) + std::to_string(generation); }

  // Every row twice over, from both ends, so that pages change after they were put away.
  static std::optional<Trouble> write(store::Database& database, int generation) {
    return database.transaction([&] {
      auto put = database.prepare("INSERT INTO t(k, v) VALUES(?, ?) ON CONFLICT(k) DO UPDATE SET v = excluded.v");
      for (int row = 0; row < rows; ++row) put->run(row, text(-1, row));
      for (int row = rows; row-- > 0;) put->run(row, text(generation, row));
      return true;
    });
  }

  // Which generation all rows are of; -1: they are of several.
  static int generation(store::Database& database) {
    auto all = database.prepare("SELECT k, v FROM t");
    int found = -1, seen = 0;
    for (; all->step(); ++seen) {
      auto const value = std::string(all->text(1));
      int const one = std::stoi(value.substr(3000));
      if (seen == 0) found = one;
      if (one != found || value != text(one, static_cast<int>(all->integer(0)))) return -1;
    }
    return seen == rows ? found : -1;
  }

  static std::string soundness(store::Database& database) {
    auto check = database.prepare("PRAGMA integrity_check");
    return check->step() ? std::string(check->text(0)) : "?";
  }

  fs::path folder_;
};

TEST_F(SqliteLog, ATransactionLargerThanTheCacheReadsWhatItWrote) {
  auto ours = open(), theirs = open();
  ASSERT_TRUE(ours && theirs);
  EXPECT_FALSE(ours->transaction([&] {
    auto put = ours->prepare("UPDATE t SET v = ? WHERE k = ?");
    for (int row = 0; row < rows; ++row) put->run(text(2, row), row);
    EXPECT_EQ(generation(*ours), 2) << "who writes reads it";
    EXPECT_EQ(generation(*theirs), 1) << "nobody else does";
    return true;
  }));
  EXPECT_EQ(generation(*theirs), 2) << "until it is committed";
  EXPECT_EQ(soundness(*theirs), "ok");
}

TEST_F(SqliteLog, WhatIsRolledBackIsNotThere) {
  auto ours = open();
  EXPECT_FALSE(ours->transaction([&] {
    auto put = ours->prepare("UPDATE t SET v = ? WHERE k = ?");
    for (int row = 0; row < rows; ++row) put->run(text(2, row), row);
    return false;
  }));
  EXPECT_EQ(generation(*ours), 1);
  EXPECT_FALSE(write(*ours, 3));
  EXPECT_EQ(generation(*open()), 3);
}

TEST_F(SqliteLog, WhatIsRolledBackDoesNotComeOverWhatAnotherConnectionCommitsAfterwards) {
  auto ours = open(), theirs = open();
  ASSERT_TRUE(ours && theirs);
  for (int round = 1; round < 12; round += 2) {
    EXPECT_FALSE(ours->transaction([&] {
      auto put = ours->prepare("UPDATE t SET v = ? WHERE k = ?");
      for (int row = 0; row < rows; ++row) put->run(text(99, row), row);
      return false;
    }));
    ASSERT_FALSE(write(*theirs, round + 1));
    ASSERT_EQ(generation(*ours), round + 1);
    ASSERT_FALSE(write(*ours, round + 2));
    ASSERT_EQ(generation(*theirs), round + 2);
  }
  EXPECT_FALSE(ours->transaction([&] {
    auto put = ours->prepare("UPDATE t SET v = ? WHERE k = ?");
    for (int row = 0; row < rows; ++row) put->run(text(99, row), row);
    return false;
  }));
  ASSERT_FALSE(write(*theirs, 50));
  theirs.reset();
  ours.reset();
  auto const after = open();
  EXPECT_EQ(generation(*after), 50);
  EXPECT_EQ(soundness(*after), "ok");
}

TEST_F(SqliteLog, WithoutRoomAtAnyWriteATransactionFailsAsAWholeAndTheNextOneWorks) {
  PowerCut disk;
  int failed = 0;
  for (int n = 1, now = 1;; ++n) {
    auto ours = open();
    ASSERT_TRUE(ours);
    disk.full_at(n);
    auto const trouble = write(*ours, now + 1);
    disk.make_room();
    if (!disk.happened()) break;
    ASSERT_TRUE(trouble) << "no room at write " << n << ", and nobody was told";
    ++failed;
    ASSERT_TRUE(ours->recover());
    ASSERT_EQ(generation(*ours), now) << "no room at write " << n;
    ASSERT_FALSE(write(*ours, now += 2)) << "there is room again after write " << n;
    ASSERT_EQ(generation(*open()), now);
    ASSERT_EQ(soundness(*ours), "ok");
  }
  EXPECT_GT(failed, 6);
}

TEST_F(SqliteLog, AfterAPowerCutAtAnyWriteATransactionIsThereAsAWholeOrNotAtAll) {
  PowerCut disk;
  int old_ones = 0, new_ones = 0;
  for (int n = 1, now = 1;; n += 3) {
    auto ours = open();
    ASSERT_TRUE(ours);
    disk.cut_at(n);
    auto const trouble = write(*ours, now + 1);
    ours.reset();
    bool const cut = disk.happened();
    disk.come_back(static_cast<std::uint64_t>(n));
    auto after = open();
    ASSERT_TRUE(after);
    auto const found = generation(*after);
    ASSERT_EQ(soundness(*after), "ok") << "cut at " << n;
    ASSERT_TRUE(found == now + 1 || (trouble && found == now)) << "cut at " << n << ": generation " << found << " instead of " << now;
    ++(found == now ? old_ones : new_ones);
    now = found;
    if (!cut) break;
  }
  EXPECT_GT(old_ones, 3);
  EXPECT_GT(new_ones, 0);
}

}  // namespace
}  // namespace rollbook::test
