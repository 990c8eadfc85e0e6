// PostgreSQL: one schema for each district, which its connections alone look into.
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/libpq.h"

namespace rollbook::store {
namespace {

constexpr Dialect postgres_dialect{"PostgreSQL", "BYTEA", "BIGINT", "", "SELECT 1 WHERE to_regclass(?) IS NOT NULL"};
constexpr int binary = 1;

struct FreeResult {
  void operator()(PGresult* result) const { libpq()->PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, FreeResult>;

// ? becomes $1, $2 …, except in quoted text.
std::string numbered(std::string_view sql) {
  std::string out;
  int number = 0;
  bool quoted = false;
  for (char const c : sql) {
    if (c == '\'') quoted = !quoted;
    if (c == '?' && !quoted) out += "$" + std::to_string(++number);
    else out += c;
  }
  return out;
}

template <class T>
T big_endian(char const* bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<T>(value);
}

template <class T>
void put_big_endian(std::string& to, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) to += static_cast<char>(static_cast<std::uint64_t>(value) >> shift);
}

class Postgres;

class PostgresStatement : public Statement {
 public:
  PostgresStatement(Postgres& database, std::string sql) : database_(database), sql_(std::move(sql)) {}
  PostgresStatement(PostgresStatement const&) = delete;
  PostgresStatement& operator=(PostgresStatement const&) = delete;
  ~PostgresStatement() override;

  void bind(int at, std::int64_t value) override { put(at, std::to_string(value), 0, false); }
  void bind(int at, std::string_view text) override { put(at, std::string(text), 0, false); }
  void bind(int at, Blob blob) override { put(at, std::string(blob.bytes), binary, false); }
  void bind(int at, Null) override { put(at, {}, 0, true); }

  bool step() override;
  void reset() override {
    result_.reset();
    row_ = -1;
  }

  bool is_null(int column) const override { return libpq()->PQgetisnull(result_.get(), row_, column) != 0; }
  std::int64_t integer(int column) const override {
    auto const bytes = text(column);
    switch (bytes.size()) {
      case 1:
        return static_cast<signed char>(bytes[0]);
      case 2:
        return big_endian<std::int16_t>(bytes.data());
      case 4:
        return big_endian<std::int32_t>(bytes.data());
      case 8:
        return big_endian<std::int64_t>(bytes.data());
      default:
        return 0;
    }
  }
  std::string_view text(int column) const override {
    return {libpq()->PQgetvalue(result_.get(), row_, column), static_cast<std::size_t>(libpq()->PQgetlength(result_.get(), row_, column))};
  }
  std::string_view blob(int column) const override { return text(column); }

 private:
  void put(int at, std::string value, int format, bool null) {
    auto const i = static_cast<std::size_t>(at - 1);
    if (values_.size() <= i) values_.resize(i + 1), formats_.resize(i + 1), nulls_.resize(i + 1);
    values_[i] = std::move(value);
    formats_[i] = format;
    nulls_[i] = null;
  }

  Postgres& database_;
  std::string sql_;
  std::string name_;    // on the server, once it has run before: most statements run only once
  int generation_ = 0;  // of the connection that knows the name
  bool has_run_ = false;
  std::vector<std::string> values_;
  std::vector<int> formats_;
  std::vector<bool> nulls_;
  ResultPointer result_;
  int row_ = -1;
};

// COPY in its binary form, a mebibyte at a time, so that several loads may go side by side on one connection.
class PostgresBulkLoad : public BulkLoad {
 public:
  PostgresBulkLoad(Postgres& database, std::string sql, std::size_t columns) : database_(database), sql_(std::move(sql)), columns_(columns) {}

  void add(std::int64_t value) override {
    begin_value();
    put_big_endian<std::int32_t>(buffer_, 8);
    put_big_endian(buffer_, value);
  }
  void add(std::string_view text) override {
    begin_value();
    put_big_endian(buffer_, static_cast<std::int32_t>(text.size()));
    buffer_ += text;
  }
  void add(Blob blob) override { add(blob.bytes); }
  void add(Null) override {
    begin_value();
    put_big_endian<std::int32_t>(buffer_, -1);
  }
  void end_row() override {
    in_row_ = false;
    if (buffer_.size() >= std::size_t{1} << 20) finish();
  }
  void finish() override;

 private:
  void begin_value() {
    if (!in_row_) put_big_endian(buffer_, static_cast<std::int16_t>(columns_));
    in_row_ = true;
  }

  Postgres& database_;
  std::string sql_, buffer_;
  std::size_t columns_;
  bool in_row_ = false;
};

class Postgres : public Database {
 public:
  Postgres(std::string url, std::string schema) : url_(std::move(url)), schema_(std::move(schema)) {}
  Postgres(Postgres const&) = delete;
  Postgres& operator=(Postgres const&) = delete;
  ~Postgres() override { libpq()->PQfinish(connection_); }

  bool open() {
    connection_ = libpq()->PQconnectdb(url_.c_str());
    return prepare_connection();
  }

  Dialect const& dialect() const override { return postgres_dialect; }
  std::unique_ptr<Statement> prepare(std::string_view sql) override { return std::make_unique<PostgresStatement>(*this, numbered(sql)); }
  void run_script(std::string_view sql) override {
    if (may_run()) look_at(ResultPointer(libpq()->PQexec(connection_, std::string(sql).c_str())).get());
  }
  std::unique_ptr<BulkLoad> bulk_load(std::string_view table, std::span<std::string_view const> columns) override {
    std::string names;
    for (auto const column : columns) names += (names.empty() ? "" : ",") + std::string(column);
    return std::make_unique<PostgresBulkLoad>(*this, "COPY " + std::string(table) + "(" + names + ") FROM STDIN (FORMAT binary)", columns.size());
  }

  void copy_to(std::string const&) override { give_up("A database of PostgreSQL is copied by pg_dump."); }

  bool recover() override {
    forget_trouble();
    if (connection_ == nullptr) return open();
    if (libpq()->PQstatus(connection_) == CONNECTION_OK) {
      if (libpq()->PQtransactionStatus(connection_) != PQTRANS_IDLE) ResultPointer(libpq()->PQexec(connection_, "ROLLBACK"));
      return true;
    }
    libpq()->PQreset(connection_);
    ++generation_;
    return prepare_connection();
  }

  bool may_step() { return may_run(); }
  PGconn* connection() { return connection_; }
  int generation() const { return generation_; }  // statements prepared on an older connection are gone
  std::string next_name() { return "s" + std::to_string(++names_); }

  // Takes the trouble that a result has. Values of rows can stand in PostgreSQL's sentences, so only those about the statement or the
  // server are passed on.
  bool look_at(PGresult const* result) {
    auto const status = libpq()->PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) return true;
    auto const field = [&](int which) -> std::string {
      auto const* text = result == nullptr ? nullptr : libpq()->PQresultErrorField(result, which);
      return text == nullptr ? "" : text;
    };
    auto const state = field(PG_DIAG_SQLSTATE), constraint = field(PG_DIAG_CONSTRAINT_NAME);
    std::string what = state.empty() ? "the connection was lost" : "SQLSTATE " + state;
    for (std::string_view const about_us : {"08", "42", "53", "55", "57"})
      if (state.starts_with(about_us)) what += ", " + field(PG_DIAG_MESSAGE_PRIMARY);
    if (!constraint.empty()) what += ", " + constraint;
    fail("PostgreSQL did not do what it should: " + what + ".");
    return false;
  }

 protected:
  void begin() override { run_script("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 0))"); }
  void commit() override { run_script("COMMIT"); }
  void roll_back() override {
    if (libpq()->PQtransactionStatus(connection_) != PQTRANS_IDLE) ResultPointer(libpq()->PQexec(connection_, "ROLLBACK"));
  }

 private:
  bool prepare_connection() {
    if (libpq()->PQstatus(connection_) != CONNECTION_OK) {
      std::string why = libpq()->PQerrorMessage(connection_);
      while (!why.empty() && why.back() == '\n') why.pop_back();
      fail("Cannot connect to PostgreSQL: " + why + ".");
      return false;
    }
    libpq()->PQsetNoticeProcessor(
        connection_, [](void*, char const*) {}, nullptr);
    auto* const name = libpq()->PQescapeIdentifier(connection_, schema_.data(), schema_.size());
    auto const quoted = std::string(name);
    libpq()->PQfreemem(name);
    // What was committed survives, whatever the server's default; and a node that is gone from the network does not keep its locks for hours.
    run_script(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; SET tcp_keepalives_idle = 60; SET "
        "tcp_keepalives_interval = 10; SET tcp_keepalives_count = 6");
    run_script("SET client_min_messages = warning; SET client_encoding = 'UTF8'; SELECT pg_advisory_lock(7076837); CREATE SCHEMA IF NOT EXISTS " + quoted +
               "; SELECT pg_advisory_unlock(7076837); SET search_path = " + quoted);
    return !trouble();
  }

  std::string url_, schema_;
  PGconn* connection_ = nullptr;
  int generation_ = 0, names_ = 0;
};

PostgresStatement::~PostgresStatement() {
  auto* const connection = database_.connection();
  if (!name_.empty() && generation_ == database_.generation() && libpq()->PQtransactionStatus(connection) != PQTRANS_INERROR)
    ResultPointer(libpq()->PQexec(connection, ("DEALLOCATE " + name_).c_str()));
}

bool PostgresStatement::step() {
  if (!result_) {
    if (!database_.may_step()) return false;
    auto* const connection = database_.connection();
    if (has_run_ && (name_.empty() || generation_ != database_.generation())) {
      name_ = database_.next_name();
      generation_ = database_.generation();
      ResultPointer const made(libpq()->PQprepare(connection, name_.c_str(), sql_.c_str(), 0, nullptr));
      if (!database_.look_at(made.get())) return name_.clear(), false;
    }
    std::vector<char const*> values;
    std::vector<int> lengths;
    for (std::size_t i = 0; i < values_.size(); ++i)
      values.push_back(nulls_[i] ? nullptr : values_[i].c_str()), lengths.push_back(static_cast<int>(values_[i].size()));
    auto const count = static_cast<int>(values.size());
    result_.reset(has_run_ ? libpq()->PQexecPrepared(connection, name_.c_str(), count, values.data(), lengths.data(), formats_.data(), binary)
                           : libpq()->PQexecParams(connection, sql_.c_str(), count, nullptr, values.data(), lengths.data(), formats_.data(), binary));
    has_run_ = true;
    if (!database_.look_at(result_.get())) return reset(), false;
    row_ = -1;
  }
  if (++row_ < libpq()->PQntuples(result_.get())) return true;
  reset();
  return false;
}

void PostgresBulkLoad::finish() {
  if (buffer_.empty() || !database_.may_step()) return;
  auto* const connection = database_.connection();
  ResultPointer const begun(libpq()->PQexec(connection, sql_.c_str()));
  if (!database_.look_at(begun.get())) return;
  std::string header("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19), trailer("\377\377", 2);
  for (auto const* piece : {&header, &buffer_, &trailer}) libpq()->PQputCopyData(connection, piece->data(), static_cast<int>(piece->size()));
  libpq()->PQputCopyEnd(connection, nullptr);
  while (ResultPointer const ended{libpq()->PQgetResult(connection)}) database_.look_at(ended.get());
  buffer_.clear();
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(std::string const& url, std::string const& schema) {
  if (libpq() == nullptr) return Trouble{"PostgreSQL's client library (libpq.so.5) is not installed: apt install libpq5."};
  auto database = std::make_unique<Postgres>(url, schema);
  if (!database->open()) return *database->trouble();
  return Result<std::unique_ptr<Database>>(std::move(database));
}

}  // namespace rollbook::store
