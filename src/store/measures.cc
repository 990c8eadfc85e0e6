#include "store/measures.h"

#include <charconv>
#include <chrono>

namespace rollbook::store {
namespace {

std::int64_t number(Database& database, std::string const& sql) {
  auto row = database.prepare(sql);
  return row->step() ? row->integer(0) : 0;
}

bool is_sqlite(Database& database) { return database.dialect().name == "SQLite"; }

}  // namespace

void keep_measures(Database& operations, std::int64_t district, Measures const& measures) {
  operations.run(
      "INSERT INTO district_measures(district, at, roster_bytes, delivery_bytes, shape, revision, found) SELECT id, ?, ?, ?, ?, ?, ? FROM districts WHERE id = "
      "? "
      "ON CONFLICT(district) DO UPDATE SET at = excluded.at, roster_bytes = excluded.roster_bytes, delivery_bytes = excluded.delivery_bytes, shape = "
      "excluded.shape, revision = excluded.revision, found = excluded.found",
      measures.at, measures.roster_bytes, measures.delivery_bytes, measures.shape, measures.revision, measures.found, district);
}

std::vector<DistrictHealth> list_district_health(Database& operations, std::int64_t after, std::size_t how_many) {
  std::vector<DistrictHealth> all;
  auto rows = operations.prepare(
      "SELECT d.id, d.name, (SELECT count(*) FROM runs WHERE district = d.id AND state <> 'done' AND state = 'queued'), "
      "(SELECT count(*) FROM runs WHERE district = d.id AND state <> 'done' AND state = 'running'), "
      "(SELECT min(created) FROM runs WHERE district = d.id AND state <> 'done' AND state <> 'waiting'), m.at, m.roster_bytes, m.delivery_bytes, m.shape, "
      "m.revision, m.found "
      "FROM (SELECT id, name FROM districts WHERE id > ? ORDER BY id LIMIT ?) d LEFT JOIN district_measures m ON m.district = d.id ORDER BY d.id");
  for (rows->with(after, how_many); rows->step();) {
    DistrictHealth one{rows->integer(0), std::string(rows->text(1)), rows->integer(2), rows->integer(3), "", {}};
    if (!rows->is_null(4)) one.oldest = rows->text(4);
    if (!rows->is_null(5))
      one.measured = Measures{std::string(rows->text(5)), rows->integer(6), rows->integer(7), rows->integer(8), rows->integer(9), rows->integer(10)};
    all.push_back(std::move(one));
  }
  return all;
}

ServerHealth server_health(Database& operations) {
  ServerHealth out;
  auto queue = operations.prepare("SELECT state, count(*), min(created) FROM runs WHERE state <> 'done' AND state <> 'waiting' GROUP BY state");
  while (queue->step()) {
    (queue->text(0) == "running" ? out.running : out.waiting) += queue->integer(1);
    std::string const oldest(queue->text(2));
    if (out.oldest.empty() || oldest < out.oldest) out.oldest = oldest;
  }
  queue.reset();
  out.exports_waiting = number(operations, "SELECT count(*) FROM exports WHERE outcome IN ('queued', '') AND receiver > 0");
  auto states = operations.prepare("SELECT state, count(*) FROM districts GROUP BY state");
  while (states->step()) (states->text(0) == "locked" ? out.locked : states->text(0) == "deleting" ? out.deleting : out.open) += states->integer(1);
  states.reset();
  // PostgreSQL sums integers to numbers without an end; those are no integers here.
  auto sums = operations.prepare(
      "SELECT CAST(coalesce(sum(roster_bytes), 0) AS BIGINT), CAST(coalesce(sum(delivery_bytes), 0) AS BIGINT), coalesce(max(revision - found), 0), "
      "CAST(coalesce(sum(CASE WHEN found < revision THEN 1 ELSE 0 END), 0) AS BIGINT) FROM district_measures");
  if (sums->step())
    out.rosters_bytes = sums->integer(0), out.deliveries_bytes = sums->integer(1), out.most_behind = sums->integer(2), out.districts_behind = sums->integer(3);
  return out;
}

std::optional<std::int64_t> seconds_of_moment(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z') return std::nullopt;
  bool good = true;
  auto const number = [&](std::size_t from, std::size_t size) {
    int value = 0;
    auto const* const end = text.data() + from + size;
    auto const [stopped, error] = std::from_chars(text.data() + from, end, value);
    good = good && error == std::errc() && stopped == end && value >= 0;
    return value;
  };
  auto const year_number = number(0, 4), month_number = number(5, 2), day_number = number(8, 2), h = number(11, 2), m = number(14, 2), s = number(17, 2);
  if (!good) return std::nullopt;
  auto const date = year(year_number) / month(static_cast<unsigned>(month_number)) / day(static_cast<unsigned>(day_number));
  if (!date.ok() || h > 23 || m > 59 || s > 60) return std::nullopt;
  return std::int64_t{sys_days(date).time_since_epoch().count()} * 86400 + h * 3600 + m * 60 + s;
}

std::string library_version(Database& database) {
  auto row = database.prepare(is_sqlite(database) ? "SELECT sqlite_version()" : "SELECT split_part(current_setting('server_version'), ' ', 1)");
  return row->step() ? std::string(row->text(0)) : "";
}

std::int64_t shape_of(Database& database) { return number(database, "SELECT coalesce(max(number), 0) FROM migrations"); }

std::int64_t bytes_of(Database& database) {
  if (is_sqlite(database)) return number(database, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
  return number(database,
                "SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
                "c.relkind = 'r' AND n.nspname = current_schema()");
}

}  // namespace rollbook::store
