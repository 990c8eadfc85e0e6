// One behaviour, two databases.
#include "store/database.h"

#include <thread>

#include "databases.h"

namespace rollbook::test {
namespace {

using store::Blob;
using store::Null;

class Databases : public OnBothDatabases {
 protected:
  std::unique_ptr<store::Database> with_table() {
    auto db = open();
    auto const type = [&](std::string_view name) { return std::string(name); };
    db->run_script("CREATE TABLE t(k " + type(db->dialect().integer) + " PRIMARY KEY, name TEXT, bytes " + type(db->dialect().blob) + ")");
    EXPECT_FALSE(db->trouble().has_value()) << db->trouble()->text;
    return db;
  }
  static std::int64_t count(store::Database& db) {
    auto rows = db.prepare("SELECT count(*) FROM t");
    return rows->step() ? rows->integer(0) : -1;
  }
};
INSTANTIATE_TEST_SUITE_P(Store, Databases, both_databases(), name_of_database);

TEST_P(Databases, GiveBackWhatTheyWereGiven) {
  auto db = with_table();
  std::string const bytes("a\0b\377", 4);
  std::string const text = "Zoë O'Hara ? $1 \\ \"x\"\n";
  db->run("INSERT INTO t(k, name, bytes) VALUES(?, ?, ?)", 1, text, Blob{bytes});
  db->run("INSERT INTO t(k, name, bytes) VALUES(?, ?, ?)", -9'000'000'000'000, "", Null{});
  auto rows = db->prepare("SELECT k, name, bytes FROM t WHERE name <> '?' ORDER BY k DESC");
  ASSERT_TRUE(rows->step());
  EXPECT_EQ(rows->integer(0), 1);
  EXPECT_EQ(rows->text(1), text);
  EXPECT_EQ(rows->blob(2), bytes);
  ASSERT_TRUE(rows->step());
  EXPECT_EQ(rows->integer(0), -9'000'000'000'000);
  EXPECT_EQ(rows->text(1), "");
  EXPECT_FALSE(rows->is_null(1));
  EXPECT_TRUE(rows->is_null(2));
  EXPECT_FALSE(rows->step());
  EXPECT_FALSE(db->trouble());
}

TEST_P(Databases, StatementsAreUsedAgain) {
  auto db = with_table();
  auto insert = db->prepare("INSERT INTO t(k, name) VALUES(?, ?)");
  for (int i = 0; i < 100; ++i) insert->run(i, "n" + std::to_string(i % 10));
  auto select = db->prepare("SELECT k FROM t WHERE name = ? ORDER BY k");
  for (int i = 0; i < 10; ++i) {
    select->with("n" + std::to_string(i));
    int found = 0;
    for (; select->step(); ++found) EXPECT_EQ(select->integer(0), found * 10 + i);
    EXPECT_EQ(found, 10);
  }
}

TEST_P(Databases, LoadManyRowsAtOnce) {
  auto db = with_table();
  std::string_view const columns[] = {"k", "name", "bytes"};
  auto const trouble = db->transaction([&] {
    auto load = db->bulk_load("t", columns);
    for (std::int64_t i = 0; i < 50'000; ++i) {
      load->add(i);
      if (i % 3 == 0) load->add(Null{});
      else load->add(std::string_view("name of a row, with a \t and a \\"));
      load->add(Blob{std::string_view("\0\1", 2)});
      load->end_row();
    }
    load->finish();
    return true;
  });
  EXPECT_FALSE(trouble) << trouble->text;
  EXPECT_EQ(count(*db), 50'000);
  auto rows = db->prepare("SELECT count(*) FROM t WHERE name IS NULL");
  ASSERT_TRUE(rows->step());
  EXPECT_EQ(rows->integer(0), 16'667);
}

TEST_P(Databases, ATransactionIsAllOrNothing) {
  auto db = with_table();
  auto const first = db->transaction([&] {
    db->run("INSERT INTO t(k) VALUES(?)", 1);
    return false;
  });
  EXPECT_FALSE(first) << "it was given up, not failed";
  EXPECT_EQ(count(*db), 0);
  auto const second = db->transaction([&] {
    db->run("INSERT INTO t(k) VALUES(?)", 1);
    db->run("INSERT INTO t(k) VALUES(?)", 1);  // the same key
    db->run("INSERT INTO t(k) VALUES(?)", 2);
    return true;
  });
  ASSERT_TRUE(second);
  EXPECT_TRUE(db->trouble()) << "and it stays in trouble until it recovers";
  EXPECT_EQ(count(*db), -1);
  EXPECT_TRUE(db->recover());
  EXPECT_EQ(count(*db), 0);
  EXPECT_FALSE(db->transaction([&] {
    db->run("INSERT INTO t(k) VALUES(?)", 3);
    return true;
  }));
  EXPECT_EQ(count(*db), 1);
}

TEST_P(Databases, WhicheverStatementFailsNothingOfTheTransactionStays) {
  auto db = with_table();
  auto const work = [&] {
    std::string_view const columns[] = {"k"};
    db->run("INSERT INTO t(k) VALUES(?)", 1);
    auto load = db->bulk_load("t", columns);
    for (std::int64_t i = 2; i < 6; ++i) load->add(i), load->end_row();
    load->finish();
    db->run("UPDATE t SET name = ?", "x");
    return true;
  };
  for (int n = 0;; ++n) {
    int calls = 0;
    db->fault = [&]() -> std::optional<Trouble> { return calls++ == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    auto const trouble = db->transaction(work);
    db->fault = nullptr;
    if (!trouble) {
      EXPECT_GT(n, 4) << "each statement had its turn";
      EXPECT_EQ(count(*db), 5);
      break;
    }
    EXPECT_TRUE(db->recover());
    EXPECT_EQ(count(*db), 0) << "statement " << n;
  }
}

TEST_P(Databases, TroubleHoldsNoValues) {
  auto db = with_table();
  db->run("INSERT INTO t(k, name) VALUES(?, ?)", 4711, "Ada Secret");
  db->run("INSERT INTO t(k, name) VALUES(?, ?)", 4711, "Ada Secret");
  ASSERT_TRUE(db->trouble());
  EXPECT_EQ(db->trouble()->text.find("4711"), std::string::npos) << db->trouble()->text;
  EXPECT_EQ(db->trouble()->text.find("Secret"), std::string::npos);
}

TEST_P(Databases, HaveOneWriterAtATime) {
  auto db = with_table();
  db->run("INSERT INTO t(k, name) VALUES(?, ?)", 1, "0");
  std::vector<std::jthread> writers;
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&] {
      auto own = open();
      for (int i = 0; i < 20; ++i) {
        auto const trouble = own->transaction([&] {
          auto row = own->prepare("SELECT name FROM t WHERE k = ?");
          row->with(1);
          if (!row->step()) return false;
          auto const next = std::to_string(std::stoi(std::string(row->text(0))) + 1);
          row->reset();
          own->run("UPDATE t SET name = ? WHERE k = ?", next, 1);
          return true;
        });
        EXPECT_FALSE(trouble) << trouble->text;
      }
    });
  writers.clear();
  auto row = db->prepare("SELECT name FROM t");
  ASSERT_TRUE(row->step());
  EXPECT_EQ(row->text(0), "60");
}

TEST_P(Databases, OfTwoNamesNeverSeeEachOther) {
  auto here = with_table();
  auto there = open("other");
  auto rows = there->prepare("SELECT count(*) FROM t");
  EXPECT_FALSE(rows->step());
  EXPECT_TRUE(there->trouble());
}

TEST(Sqlite, SaysWhatIsWrongWithAFile) {
  auto const opened = store::open_sqlite("/nonexistent/folder/x.db");
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.trouble().text.find("/nonexistent/folder/x.db"), std::string::npos);
}

TEST(Postgres, SaysWhyItCannotBeReached) {
  auto const opened = store::open_postgres("postgresql://127.0.0.1:1/none?connect_timeout=2", "x");
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.trouble().text.find("127.0.0.1"), std::string::npos) << opened.trouble().text;
}

}  // namespace
}  // namespace rollbook::test
