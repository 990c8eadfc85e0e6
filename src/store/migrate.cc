// Brings a database to its newest shape.
#include "store/migrations.h"

namespace rollbook::store {
namespace {

std::string in_dialect(std::string_view sql, Dialect const& dialect) {
  std::string out;
  for (std::size_t at = 0; at < sql.size();) {
    auto const rest = sql.substr(at);
    if (rest.starts_with("INTEGER64")) out += dialect.integer, at += 9;
    else if (rest.starts_with("BYTES")) out += dialect.blob, at += 5;
    else if (rest.starts_with("CLUSTERED")) out += dialect.clustered, at += 9;
    else out += sql[at++];
  }
  return out;
}

std::int64_t steps_done(Database& database) {
  auto count = database.prepare("SELECT coalesce(max(number), 0) FROM migrations");
  return count->step() ? count->integer(0) : 0;
}

// Nearly always; and who only reads must not wait for who writes.
bool is_newest(Database& database, std::span<Migration const> steps) {
  auto table = database.prepare(database.dialect().has_table);
  bool const made = table->with("migrations").step();
  table.reset();
  return made && steps_done(database) == static_cast<std::int64_t>(steps.size());
}

}  // namespace

std::optional<Trouble> migrate(Database& database, std::span<Migration const> steps) {
  if (is_newest(database, steps)) return std::nullopt;
  std::int64_t there = 0;
  auto const trouble = database.transaction([&] {
    database.run_script(in_dialect("CREATE TABLE IF NOT EXISTS migrations(number INTEGER64 PRIMARY KEY, name TEXT NOT NULL)", database.dialect()));
    there = steps_done(database);
    for (auto number = static_cast<std::size_t>(there); number < steps.size(); ++number) {
      database.run_script(in_dialect(steps[number].sql, database.dialect()));
      database.run("INSERT INTO migrations(number, name) VALUES(?, ?)", number + 1, steps[number].name);
    }
    return true;
  });
  if (trouble) return trouble;
  if (there > static_cast<std::int64_t>(steps.size()))
    return Trouble{"A newer Rollbook has worked with this data; its tables have a shape that this one does not know. Use the newer one."};
  return std::nullopt;
}

}  // namespace rollbook::store
