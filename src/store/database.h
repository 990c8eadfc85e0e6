// One thin interface over SQLite and PostgreSQL: SQL in their common subset, with ? for every value from outside.
//
// A connection remembers its first trouble. Every later call does nothing, loops over rows end, and whoever asked for the work is told
// what went wrong: by `transaction`, which then leaves nothing behind, or by `trouble` where something is only read. So the code in
// between reads like the work it does, and any statement of it may fail.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rollbook::store {

struct Blob {
  std::string_view bytes;
};
struct Null {};

// A prepared statement. Values are bound from 1; columns are counted from 0. Texts and blobs of a row are there until the next step.
class Statement {
 public:
  virtual ~Statement() = default;

  virtual void bind(int at, std::int64_t value) = 0;
  virtual void bind(int at, std::string_view text) = 0;
  virtual void bind(int at, Blob blob) = 0;
  virtual void bind(int at, Null) = 0;

  // The next row; false at the end, and when there is trouble. The first step runs the statement, the one after the end resets it.
  virtual bool step() = 0;
  virtual void reset() = 0;

  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::string_view blob(int column) const = 0;

  // Binds all values in order, from the first.
  template <class... Values>
  Statement& with(Values const&... values) {
    reset();
    int at = 0;
    (put(++at, values), ...);
    return *this;
  }
  // Runs a statement that gives no rows.
  template <class... Values>
  void run(Values const&... values) {
    with(values...).step();
    reset();
  }

 private:
  template <class Value>
  void put(int at, Value const& value) {
    if constexpr (std::is_integral_v<Value>) bind(at, static_cast<std::int64_t>(value));
    else if constexpr (std::is_convertible_v<Value const&, std::string_view>) bind(at, std::string_view(value));
    else bind(at, value);
  }
};

// Rows into one table, as fast as the database takes them. Values of a row in the order of the columns, then `end_row`.
class BulkLoad {
 public:
  virtual ~BulkLoad() = default;
  virtual void add(std::int64_t value) = 0;
  virtual void add(std::string_view text) = 0;
  virtual void add(Blob blob) = 0;
  virtual void add(Null) = 0;
  virtual void end_row() = 0;
  virtual void finish() = 0;  // without it nothing may have arrived
};

// What the two databases write differently.
struct Dialect {
  std::string_view name;       // "SQLite", "PostgreSQL"
  std::string_view blob;       // type of bytes
  std::string_view integer;    // type of 64-bit integers
  std::string_view clustered;  // behind a table that lies in the order of its primary key
  std::string_view has_table;  // a query that has a row when there is a table of this name
};

class Database {
 public:
  virtual ~Database() = default;

  virtual Dialect const& dialect() const = 0;
  virtual std::unique_ptr<Statement> prepare(std::string_view sql) = 0;
  virtual void run_script(std::string_view sql) = 0;  // several statements, without values
  virtual std::unique_ptr<BulkLoad> bulk_load(std::string_view table, std::span<std::string_view const> columns) = 0;

  template <class... Values>
  void run(std::string_view sql, Values const&... values) {
    prepare(sql)->run(values...);
  }

  std::optional<Trouble> const& trouble() const { return trouble_; }
  // Begins again after trouble; a lost connection is made anew. False when that does not work either.
  virtual bool recover() = 0;

  // Runs `work` in a transaction of the only writer of this database: SQLite lets one process write to a file, PostgreSQL takes a lock by
  // the name of the schema. Nothing of it stays when there is trouble, or when `work` returns false.
  [[nodiscard]] std::optional<Trouble> transaction(std::function<bool()> const& work);

  // Copies the database into a new file, as it is now; within a transaction, as it was when that began to read. SQLite alone.
  virtual void copy_to(std::string const& path) = 0;

  // What is stored cannot be right: trouble like any other.
  void give_up(std::string text) { fail(std::move(text)); }

  // For tests: called before each statement; an answer is the trouble that it has. The n-th statement of anything can so be made to fail.
  std::function<std::optional<Trouble>()> fault;

 protected:
  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void roll_back() = 0;
  void fail(std::string text) {
    if (!trouble_) trouble_ = Trouble{std::move(text)};
  }
  // False when the next statement must not run.
  bool may_run() {
    if (!trouble_ && fault)
      if (auto made = fault()) trouble_ = std::move(made);
    return !trouble_;
  }
  void forget_trouble() { trouble_.reset(); }

 private:
  std::optional<Trouble> trouble_;
};

// Opens, or makes, a database in a file.
Result<std::unique_ptr<Database>> open_sqlite(std::string const& path);

// Connects to PostgreSQL and works in one schema, which is made when it is not there. `url` as libpq takes it: postgresql://…
Result<std::unique_ptr<Database>> open_postgres(std::string const& url, std::string const& schema);

}  // namespace rollbook::store
