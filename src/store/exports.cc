#include "store/exports.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "store/district_life.h"
#include "store/receivers.h"

namespace rollbook::store {
namespace {

constexpr std::string_view columns =
    "SELECT id, district, created, finished, who, outcome, revision, version, schools, rows, counts, day, bytes, digest, receiver, policy, changes, left_out, "
    "why, worker, preview, looked_at "
    "FROM exports WHERE district = ? AND ";

Export export_of(Statement const& row) {
  auto const text = [&](int i) { return std::string(row.text(i)); };
  return {row.integer(0),
          row.integer(1),
          text(2),
          text(3),
          text(4),
          text(5),
          row.integer(6),
          text(7),
          text(8),
          static_cast<std::uint64_t>(row.integer(9)),
          text(10),
          static_cast<std::int32_t>(row.integer(11)),
          static_cast<std::uint64_t>(row.integer(12)),
          text(13),
          row.integer(14),
          text(15),
          text(16),
          static_cast<std::uint64_t>(row.integer(17)),
          text(18),
          text(19),
          row.integer(20) != 0,
          text(21)};
}

}  // namespace

void add_export(Database& operations, Export& made) {
  auto next = operations.prepare(
      "SELECT max(n) + 1 FROM (SELECT coalesce(max(id), 0) AS n FROM exports UNION ALL SELECT coalesce(max(last_export), 0) FROM deletions) all_ever");
  made.id = next->step() ? next->integer(0) : 0;
  next.reset();
  operations.run(
      "INSERT INTO exports(id, district, created, finished, who, outcome, revision, version, schools, rows, counts, day, bytes, digest, receiver, policy, "
      "preview) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      made.id, made.district, made.created, made.finished, made.who, made.outcome, made.revision, made.version, made.schools, made.rows, made.counts, made.day,
      made.bytes, made.digest, made.receiver, made.policy, made.preview);
}

void save_export(Database& operations, Export const& made) {
  operations.run(
      "UPDATE exports SET finished = ?, outcome = ?, revision = ?, version = ?, rows = ?, counts = ?, bytes = ?, digest = ?, policy = ?, changes = ?, "
      "left_out = ?, why = ?, schools = ?, day = ?, worker = ?, looked_at = ? WHERE id = ? AND district = ?",
      made.finished, made.outcome, made.revision, made.version, made.rows, made.counts, made.bytes, made.digest, made.policy, made.changes, made.left_out,
      made.why, made.schools, made.day, made.worker, made.looked_at, made.id, made.district);
}

std::optional<Export> find_export(Database& operations, std::int64_t district, std::int64_t id) {
  auto row = operations.prepare(std::string(columns) + "id = ?");
  return row->with(district, id).step() ? std::optional(export_of(*row)) : std::nullopt;
}

std::vector<Export> newest_exports(Database& operations, std::int64_t district, ExportFilter const& filter, std::optional<std::int64_t> below,
                                   std::size_t how_many) {
  auto const of_receiver = filter.receiver > 0 ? " AND receiver = " + std::to_string(filter.receiver) : "";
  auto rows = operations.prepare(std::string(columns) + "preview = 0 AND id < ? AND created >= ? AND created < ?" + of_receiver + " ORDER BY id DESC LIMIT ?");
  auto const has_school = [&](Export const& one) {
    auto const schools = split(one.schools, '\n');
    return filter.school.empty() || schools.empty() || std::find(schools.begin(), schools.end(), filter.school) != schools.end();
  };
  auto const limit = filter.school.empty() ? static_cast<std::int64_t>(how_many) : std::numeric_limits<std::int64_t>::max();
  rows->with(district, below.value_or(std::numeric_limits<std::int64_t>::max()), filter.from, filter.before.empty() ? "9999" : filter.before, limit);
  std::vector<Export> all;
  while (all.size() < how_many && rows->step())
    if (auto one = export_of(*rows); has_school(one)) all.push_back(std::move(one));
  return all;
}

std::optional<Export> last_export_of(Database& operations, std::int64_t district, std::int64_t receiver, std::int64_t below) {
  auto row = operations.prepare(std::string(columns) + "receiver = ? AND id < ? AND outcome = 'exported' ORDER BY id DESC LIMIT 1");
  return row->with(district, receiver, below).step() ? std::optional(export_of(*row)) : std::nullopt;
}

std::optional<Export> preview_of(Database& operations, std::int64_t district, std::int64_t receiver) {
  auto row = operations.prepare(std::string(columns) + "receiver = ? AND preview = 1 ORDER BY id DESC LIMIT 1");
  return row->with(district, receiver).step() ? std::optional(export_of(*row)) : std::nullopt;
}

namespace {

// Those that nobody has in hand.
void forget_previews(Database& operations, std::int64_t receiver) {
  operations.run("DELETE FROM export_left_out WHERE export IN (SELECT id FROM exports WHERE receiver = ? AND preview = 1 AND outcome <> '')", receiver);
  operations.run("DELETE FROM exports WHERE receiver = ? AND preview = 1 AND outcome <> ''", receiver);
}

}  // namespace

std::int64_t queue_export(Database& operations, Export made) {
  auto waits = operations.prepare("SELECT 1 FROM exports WHERE district = ? AND outcome = 'queued' AND receiver = ? AND preview = ?");
  if (waits->with(made.district, made.receiver, made.preview).step()) return 0;
  waits.reset();
  if (made.preview) forget_previews(operations, made.receiver);
  made.outcome = "queued";
  add_export(operations, made);
  return made.id;
}

void queue_exports_after_run(Database& operations, std::int64_t district, std::string const& at, std::int32_t day) {
  for (auto const& receiver : list_receivers(operations, district)) {
    if (receiver.value("when") != "after-each-run" || !receiver.why_nothing(day).empty()) continue;
    Export made;
    made.district = district;
    made.receiver = receiver.id;
    made.created = at;
    made.who = "the server";
    made.day = day;
    queue_export(operations, std::move(made));
  }
}

std::optional<Export> claim_export(Database& operations, std::int64_t district, std::optional<std::int64_t> wanted, std::string const& worker,
                                   bool (*is_dead)(std::string const&)) {
  std::optional<Export> found;
  auto const trouble = operations.transaction([&] {
    if (service_of(operations, district) != Service::Open) return false;
    auto rows = operations.prepare(std::string(columns) + "receiver > 0 AND outcome IN ('queued', '') ORDER BY id");
    for (rows->with(district); !found && rows->step();)
      if (auto one = export_of(*rows); (!wanted || one.id == *wanted) && (one.outcome == "queued" || is_dead(one.worker))) found = std::move(one);
    rows.reset();
    if (!found) return false;
    found->outcome.clear();
    found->worker = worker;
    save_export(operations, *found);
    return true;
  });
  return trouble ? std::nullopt : found;
}

std::vector<std::int64_t> districts_with_exports(Database& operations) {
  std::vector<std::int64_t> all;
  auto rows = operations.prepare(
      "SELECT DISTINCT district FROM exports WHERE outcome IN ('queued', '') AND receiver > 0 AND district NOT IN (SELECT id FROM districts WHERE state <> '') "
      "ORDER BY district");
  while (rows->step()) all.push_back(rows->integer(0));
  return all;
}

void add_left_out(Database& operations, std::int64_t id, std::vector<LeftOutRow> const& rows) {
  auto insert = operations.prepare("INSERT INTO export_left_out(export, place, tbl, record, why) VALUES(?, ?, ?, ?, ?)");
  for (auto const& row : rows) insert->run(id, row.place, static_cast<int>(row.table), row.record, row.why);
}

std::vector<LeftOutRow> left_out_of(Database& operations, std::int64_t id, std::int64_t from, std::size_t how_many) {
  std::vector<LeftOutRow> all;
  auto rows = operations.prepare("SELECT place, tbl, record, why FROM export_left_out WHERE export = ? AND place >= ? ORDER BY place LIMIT ?");
  for (rows->with(id, from, how_many); rows->step();)
    all.push_back({rows->integer(0), static_cast<TableId>(rows->integer(1)), std::string(rows->text(2)), std::string(rows->text(3))});
  return all;
}

void add_fetched(Database& operations, std::int64_t id, Fetched const& one) {
  auto next = operations.prepare("SELECT coalesce(max(number), 0) + 1 FROM fetched WHERE export = ?");
  auto const number = next->with(id).step() ? next->integer(0) : 1;
  next.reset();
  operations.run("INSERT INTO fetched(export, number, at, who) VALUES(?, ?, ?, ?)", id, number, one.at, one.who);
}

std::vector<Fetched> fetched_of(Database& operations, std::int64_t id) {
  std::vector<Fetched> all;
  auto rows = operations.prepare("SELECT at, who FROM fetched WHERE export = ? ORDER BY number DESC LIMIT 100");
  for (rows->with(id); rows->step();) all.push_back({std::string(rows->text(0)), std::string(rows->text(1))});
  return all;
}

}  // namespace rollbook::store
