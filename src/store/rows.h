// Rows of a roster as they are stored: read one by one or all of them, ended, added.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "store/database.h"
#include "sync/stored_row.h"

namespace rollbook::store {

std::string quoted(Table const& table);

// A version of a base row, with where it comes from.
struct RowVersion {
  std::uint32_t key = 0;
  std::int64_t source = 0, since = 0;
  std::optional<std::int64_t> until;
  std::int64_t takes_back = 0;  // the revision that `since` took back, when that was an undo; only `each_version` tells it
  StoredRow row;
};

// Reads rows of one table.
class RowSelect {
 public:
  RowSelect(Database& database, TableId table);

  // What a source says of a record now, or said when `revision` was the newest. False: nothing.
  bool current(std::uint32_t key, std::int64_t source, StoredRow& out);
  bool at(std::uint32_t key, std::int64_t source, std::int64_t revision, StoredRow& out);

  // All current rows, by key; of one source or of all. `f` returns false to stop.
  void each_current(std::optional<std::int64_t> source, std::function<bool(RowVersion const&)> const& f);
  // All rows that held when `revision` was the newest, by key and source; `f` may keep a row by swapping it for another one.
  void each_at(std::int64_t revision, std::function<bool(RowVersion&)> const& f);
  // All versions of one record, oldest first. Not from within `f`.
  void each_version(std::uint32_t key, std::function<bool(RowVersion const&)> const& f);
  // The same of all records with these keys, both included, by key.
  void each_version(std::uint32_t first, std::uint32_t last, std::function<bool(RowVersion const&)> const& f);

 private:
  // `takes_back`: an expression.
  std::unique_ptr<Statement> select(std::string const& where, std::string const& takes_back = "0");
  std::unique_ptr<Statement> select_versions(std::string const& where);
  void each(Statement& rows, std::function<bool(RowVersion&)> const& f) const;
  void read(Statement const& statement, int from, StoredRow& out) const;

  Database& database_;
  TableId table_;
  std::string columns_;
  std::unique_ptr<Statement> current_, at_, versions_;
};

// Adds rows of one table, as fast as the database takes them. Between the first row and `finish` nothing else may be asked of the database.
class RowInsert {
 public:
  RowInsert(Database& database, TableId table, std::int64_t source, std::int64_t revision);
  void add(std::uint32_t key, StoredRow const& row);
  void finish() { load_->finish(); }

 private:
  std::int64_t source_, revision_;
  std::unique_ptr<BulkLoad> load_;
};

// Ends rows of one table.
class RowEnd {
 public:
  RowEnd(Database& database, TableId table, std::int64_t source, std::int64_t revision);
  void end(std::uint32_t key) { end_->run(revision_, key, source_); }

 private:
  std::int64_t source_, revision_;
  std::unique_ptr<Statement> end_;
};

}  // namespace rollbook::store
