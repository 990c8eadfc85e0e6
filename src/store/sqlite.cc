// SQLite: one file, one writer, many readers.
#include <sqlite3.h>

#include <string>

#include "store/database.h"
#include "store/sqlite_log.h"

namespace rollbook::store {
namespace {

constexpr Dialect sqlite_dialect{"SQLite", "BLOB", "INTEGER", "WITHOUT ROWID", "SELECT 1 FROM sqlite_master WHERE name = ?"};

class Sqlite;

class SqliteStatement : public Statement {
 public:
  SqliteStatement(Sqlite& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  SqliteStatement(SqliteStatement const&) = delete;
  SqliteStatement& operator=(SqliteStatement const&) = delete;
  ~SqliteStatement() override { ::sqlite3_finalize(statement_); }

  void bind(int at, std::int64_t value) override { check(::sqlite3_bind_int64(statement_, at, value)); }
  void bind(int at, std::string_view text) override {
    check(::sqlite3_bind_text64(statement_, at, not_null(text), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  }
  void bind(int at, Blob blob) override { check(::sqlite3_bind_blob64(statement_, at, not_null(blob.bytes), blob.bytes.size(), SQLITE_TRANSIENT)); }
  void bind(int at, Null) override { check(::sqlite3_bind_null(statement_, at)); }

  bool step() override;
  void reset() override {
    if (statement_ != nullptr) ::sqlite3_reset(statement_);
  }

  bool is_null(int column) const override { return ::sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return ::sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const override {
    auto const* text = reinterpret_cast<char const*>(::sqlite3_column_text(statement_, column));
    return text == nullptr ? std::string_view() : std::string_view(text, static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column)));
  }
  std::string_view blob(int column) const override {
    auto const* bytes = static_cast<char const*>(::sqlite3_column_blob(statement_, column));
    return bytes == nullptr ? std::string_view() : std::string_view(bytes, static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column)));
  }

 private:
  static char const* not_null(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }  // null would bind NULL
  void check(int code);

  Sqlite& database_;
  sqlite3_stmt* statement_;
};

class SqliteBulkLoad : public BulkLoad {
 public:
  explicit SqliteBulkLoad(std::unique_ptr<Statement> insert) : insert_(std::move(insert)) {}
  void add(std::int64_t value) override { insert_->bind(++at_, value); }
  void add(std::string_view text) override { insert_->bind(++at_, text); }
  void add(Blob blob) override { insert_->bind(++at_, blob); }
  void add(Null) override { insert_->bind(++at_, Null{}); }
  void end_row() override {
    insert_->step();
    insert_->reset();
    at_ = 0;
  }
  void finish() override {}

 private:
  std::unique_ptr<Statement> insert_;
  int at_ = 0;
};

class Sqlite : public Database {
 public:
  explicit Sqlite(std::string path) : path_(std::move(path)) {}
  Sqlite(Sqlite const&) = delete;
  Sqlite& operator=(Sqlite const&) = delete;
  ~Sqlite() override { close(); }

  bool open() {
    // SQLite would count the bytes that it holds, under one lock for all threads at each allocation; nobody asks for the number.
    [[maybe_unused]] static int const quietly = ::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (::sqlite3_open_v2(path_.c_str(), &connection_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, sqlite_log_vfs()) != SQLITE_OK) {
      told();
      return false;
    }
    ::sqlite3_extended_result_codes(connection_, 1);
    ::sqlite3_busy_timeout(connection_, 30'000);
    // FULL: what was committed survives a power cut; sqlite_log.h relies on it. secure_delete: what is purged is gone from the file too.
    run_script(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA "
        "cache_size=-32768;");
    return !trouble();
  }

  Dialect const& dialect() const override { return sqlite_dialect; }

  std::unique_ptr<Statement> prepare(std::string_view sql) override {
    sqlite3_stmt* statement = nullptr;
    if (may_run() && ::sqlite3_prepare_v2(connection_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) told();
    return std::make_unique<SqliteStatement>(*this, statement);
  }

  void run_script(std::string_view sql) override {
    if (may_run() && ::sqlite3_exec(connection_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) told();
  }

  std::unique_ptr<BulkLoad> bulk_load(std::string_view table, std::span<std::string_view const> columns) override {
    std::string sql = "INSERT INTO " + std::string(table) + "(", values;
    for (auto const column : columns) {
      sql += (values.empty() ? "" : ",") + std::string(column);
      values += values.empty() ? "?" : ",?";
    }
    return std::make_unique<SqliteBulkLoad>(prepare(sql + ") VALUES(" + values + ")"));
  }

  void copy_to(std::string const& path) override {
    if (!may_run()) return;
    sqlite3* copy = nullptr;
    bool whole = ::sqlite3_open_v2(path.c_str(), &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK;
    auto* const work = whole ? ::sqlite3_backup_init(copy, "main", connection_, "main") : nullptr;
    whole = work != nullptr && ::sqlite3_backup_step(work, -1) == SQLITE_DONE;
    if (work != nullptr) ::sqlite3_backup_finish(work);
    std::string const why = copy == nullptr ? "out of memory" : ::sqlite3_errmsg(copy);
    ::sqlite3_close_v2(copy);
    if (!whole) give_up("The database " + path_ + " could not be copied to " + path + ": " + why + ".");
  }

  bool recover() override {
    forget_trouble();
    if (connection_ != nullptr && ::sqlite3_get_autocommit(connection_) == 0) ::sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
    return connection_ != nullptr || open();
  }

  bool may_step() { return may_run(); }

  // Takes the trouble that SQLite has. Its words never hold values, only names of tables and columns.
  void told() {
    auto const* const what = connection_ != nullptr ? ::sqlite3_errmsg(connection_) : "out of memory";
    fail("The database " + path_ + " did not do what it should: " + what + ".");
  }

 protected:
  void begin() override { run_script("BEGIN IMMEDIATE"); }
  void commit() override { run_script("COMMIT"); }
  void roll_back() override {
    if (::sqlite3_get_autocommit(connection_) == 0) ::sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
  }

 private:
  void close() {
    ::sqlite3_close_v2(connection_);
    connection_ = nullptr;
  }

  std::string path_;
  sqlite3* connection_ = nullptr;
};

void SqliteStatement::check(int code) {
  if (code != SQLITE_OK && statement_ != nullptr) database_.told();
}

bool SqliteStatement::step() {
  if (statement_ == nullptr || !database_.may_step()) return false;
  auto const code = ::sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.told();
  ::sqlite3_reset(statement_);
  return false;
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(std::string const& path) {
  auto database = std::make_unique<Sqlite>(path);
  if (!database->open()) return *database->trouble();
  return Result<std::unique_ptr<Database>>(std::move(database));
}

}  // namespace rollbook::store
