#include "store/runs.h"

#include <algorithm>
#include <limits>

#include "store/district_life.h"

namespace rollbook::store {
namespace {

constexpr std::string_view columns =
    "SELECT id, district, source, kind, state, created, finished, who, delivery, outcome, decision, held_because, digest, revision, undoes, modes, work, "
    "report, summary, progress, cancel_by FROM runs";

Run run_of(Statement const& row) {
  auto const text = [&](int i) { return row.is_null(i) ? std::string() : std::string(row.text(i)); };
  auto const number = [&](int i) { return row.is_null(i) ? std::optional<std::int64_t>() : std::optional(row.integer(i)); };
  return {row.integer(0), row.integer(1), number(2),  text(3),    text(4),  text(5),  text(6),  text(7),  text(8),  text(9), text(10),
          text(11),       text(12),       number(13), number(14), text(15), text(16), text(17), text(18), text(19), text(20)};
}

void bind_optional(Statement& statement, int at, std::optional<std::int64_t> const& value) {
  if (value) statement.bind(at, *value);
  else statement.bind(at, Null{});
}

void bind_all(Statement& s, Run const& run) {
  s.reset();
  bind_optional(s, 1, run.source);
  int at = 1;
  for (auto const* text :
       {&run.kind, &run.state, &run.created, &run.finished, &run.who, &run.delivery, &run.outcome, &run.decision, &run.held_because, &run.digest})
    s.bind(++at, std::string_view(*text));
  bind_optional(s, ++at, run.revision);
  bind_optional(s, ++at, run.undoes);
  for (auto const* text : {&run.modes, &run.work, &run.report, &run.summary}) s.bind(++at, std::string_view(*text));
  s.bind(++at, run.district);
  s.bind(++at, run.id);
}

}  // namespace

void add_run(Database& operations, Run& run) {
  auto next = operations.prepare(
      "SELECT max(n) + 1 FROM (SELECT coalesce(max(id), 0) AS n FROM runs UNION ALL SELECT coalesce(max(last_run), 0) FROM deletions) all_ever");
  if (next->step()) run.id = next->integer(0);
  next.reset();
  auto insert = operations.prepare(
      "INSERT INTO runs(source, kind, state, created, finished, who, delivery, outcome, decision, held_because, digest, revision, undoes, modes, work, report, "
      "summary, district, id) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  bind_all(*insert, run);
  insert->step();
}

void save_run(Database& operations, Run const& run) {
  auto update = operations.prepare(
      "UPDATE runs SET source = ?, kind = ?, state = ?, created = ?, finished = ?, who = ?, delivery = ?, outcome = ?, decision = ?, held_because = ?, "
      "digest = ?, revision = ?, undoes = ?, modes = ?, work = ?, report = ?, summary = ? WHERE district = ? AND id = ?");
  bind_all(*update, run);
  update->step();
}

std::optional<Run> find_run(Database& operations, std::int64_t district, std::int64_t id) {
  auto row = operations.prepare(std::string(columns) + " WHERE district = ? AND id = ?");
  if (!row->with(district, id).step()) return std::nullopt;
  return run_of(*row);
}

std::string no_run(District const& district, std::int64_t id) { return "The district \"" + district.name + "\" has no run " + std::to_string(id) + "."; }

namespace {

std::vector<Run> runs_where(Database& operations, std::int64_t district, std::string const& condition) {
  std::vector<Run> runs;
  auto row = operations.prepare(std::string(columns) + " WHERE district = ?" + condition + " ORDER BY id");
  row->with(district);
  while (row->step()) runs.push_back(run_of(*row));
  return runs;
}

}  // namespace

std::vector<Run> list_runs(Database& operations, std::int64_t district) { return runs_where(operations, district, ""); }

std::vector<Run> open_runs(Database& operations, std::int64_t district) { return runs_where(operations, district, " AND decision = 'open'"); }

std::vector<Run> newest_runs(Database& operations, std::int64_t district, RunFilter const& filter, std::optional<std::int64_t> below, std::size_t how_many) {
  // Numbers rise with time, so a moment is a number: found by its index, the rest goes by number alone.
  auto const number_at = [&](std::string const& moment) -> std::int64_t {
    auto first = operations.prepare("SELECT id FROM runs WHERE district = ? AND created >= ? ORDER BY created, id LIMIT 1");
    return first->with(district, moment).step() ? first->integer(0) : std::numeric_limits<std::int64_t>::max();
  };
  auto const lowest = filter.from.empty() ? 0 : number_at(filter.from);
  auto highest = below.value_or(std::numeric_limits<std::int64_t>::max());
  if (!filter.before.empty()) highest = std::min(highest, number_at(filter.before));
  std::string sql(columns);
  sql.replace(sql.find("report"), 6, "CASE WHEN summary IS NULL OR summary = '' THEN report ELSE '' END");
  sql += " WHERE district = ? AND id >= ? AND id < ?";
  if (filter.source) sql += " AND source = ?";
  if (!filter.outcome.empty()) sql += " AND outcome = ?";
  if (!filter.kind.empty()) sql += " AND kind = ?";
  if (filter.needs_decision) sql += " AND decision = 'open'";
  if (filter.done) sql += " AND state = 'done'";
  auto rows = operations.prepare(sql + " ORDER BY id DESC LIMIT ?");
  rows->with(district, lowest, highest);
  int at = 3;
  if (filter.source) rows->bind(++at, *filter.source);
  if (!filter.outcome.empty()) rows->bind(++at, std::string_view(filter.outcome));
  if (!filter.kind.empty()) rows->bind(++at, std::string_view(filter.kind));
  rows->bind(++at, static_cast<std::int64_t>(how_many));
  std::vector<Run> runs;
  while (rows->step()) runs.push_back(run_of(*rows));
  return runs;
}

std::optional<Run> claim_run(Database& operations, std::int64_t district, Worker const& worker, bool (*dead)(std::string const& worker)) {
  std::optional<Run> claimed;
  // Trouble stays in the connection; whoever claims looks there.
  [[maybe_unused]] auto const trouble = operations.transaction([&] {
    claimed.reset();
    if (service_of(operations, district) != Service::Open) return false;
    // Said twice, so that the index of runs that are not done serves: history grows, the queue does not.
    auto running = operations.prepare("SELECT id, worker, lease FROM runs WHERE district = ? AND state = 'running' AND state <> 'done' ORDER BY id");
    std::optional<std::int64_t> next;
    for (running->with(district); running->step();) {
      // Its own claim, when the answer to it was lost.
      std::string const who(running->text(1));
      if (who != worker.name && running->integer(2) > worker.now && !dead(who)) return false;
      if (!next) next = running->integer(0);
    }
    running.reset();
    bool const taken_over = next.has_value();
    auto waiting = operations.prepare("SELECT id FROM runs WHERE district = ? AND state = 'queued' AND state <> 'done' ORDER BY id");
    if (!next && waiting->with(district).step()) next = waiting->integer(0);
    waiting.reset();
    if (!next) return false;
    operations.run("UPDATE runs SET state = 'running', worker = ?, lease = ? WHERE id = ?", worker.name, worker.now + lease_seconds, *next);
    claimed = find_run(operations, district, *next);
    if (claimed) claimed->taken_over = taken_over;
    return true;
  });
  return claimed;
}

void keep_progress(Database& operations, std::int64_t run, Worker const& worker, std::string const& progress) {
  operations.run("UPDATE runs SET progress = ?, lease = ? WHERE id = ? AND worker = ? AND state = 'running'", progress, worker.now + lease_seconds, run,
                 worker.name);
}

void ask_to_cancel(Database& operations, std::int64_t run, std::string const& who) {
  operations.run("UPDATE runs SET cancel_by = ?, state = CASE state WHEN 'waiting' THEN 'queued' ELSE state END WHERE id = ?", who, run);
}

std::string who_cancels(Database& operations, std::int64_t run) {
  auto row = operations.prepare("SELECT cancel_by FROM runs WHERE id = ?");
  return row->with(run).step() && !row->is_null(0) ? std::string(row->text(0)) : "";
}

void forget_progress(Database& operations, std::int64_t run, bool was_cancelled) {
  if (was_cancelled) operations.run("UPDATE runs SET progress = NULL WHERE id = ?", run);
  else operations.run("UPDATE runs SET progress = NULL, cancel_by = NULL WHERE id = ? AND (progress IS NOT NULL OR cancel_by IS NOT NULL)", run);
}

void go_on(Database& operations, Run const& run, Worker const& worker) {
  operations.run("UPDATE runs SET lease = ?, modes = ? WHERE id = ? AND worker = ? AND state = 'running'", worker.now + lease_seconds, run.modes, run.id,
                 worker.name);
}

bool has_claim(Database& operations, Run const& run, Worker const& worker) {
  auto row = operations.prepare("SELECT 1 FROM runs WHERE id = ? AND worker = ? AND state = 'running'");
  return row->with(run.id, worker.name).step();
}

bool give_back(Database& operations, Run const& run, Worker const& worker) {
  if (!has_claim(operations, run, worker)) return false;
  operations.run("UPDATE runs SET state = 'queued', worker = NULL, lease = NULL, progress = NULL WHERE id = ?", run.id);
  return true;
}

std::vector<Standing> unfinished_runs(Database& operations, std::int64_t district) {
  std::vector<Standing> all;
  auto const text = [](Statement const& row, int column) { return row.is_null(column) ? std::string() : std::string(row.text(column)); };
  auto rows = operations.prepare("SELECT id, state, progress, cancel_by FROM runs WHERE district = ? AND state <> 'done' ORDER BY id");
  for (rows->with(district); rows->step();) all.push_back({rows->integer(0), text(*rows, 1), text(*rows, 2), text(*rows, 3)});
  return all;
}

std::optional<LastDelivery> last_delivery(Database& operations, std::int64_t district, std::int64_t source, Deliveries of) {
  auto rows = operations.prepare(
      std::string("SELECT id, created, outcome, decision, delivery FROM runs WHERE district = ? AND source = ? AND kind = 'delivery' AND delivery <> ''") +
      (of == Deliveries::Applied ? " AND outcome IN ('applied', 'applied_with_warnings')" : "") + " ORDER BY id DESC LIMIT 1");
  if (!rows->with(district, source).step()) return std::nullopt;
  return LastDelivery{rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2)), std::string(rows->text(3)), std::string(rows->text(4))};
}

}  // namespace rollbook::store
