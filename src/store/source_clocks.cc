#include "store/source_clocks.h"

namespace rollbook::store {
namespace {

void make_row(Database& operations, std::int64_t source) {
  operations.run(
      "INSERT INTO source_clocks(source, due_after, came_at, found, late_after) SELECT id, '', '', 0, '' FROM sources WHERE id = ? AND NOT EXISTS (SELECT 1 "
      "FROM source_clocks WHERE source = ?)",
      source, source);
}

Move move_of(std::string_view name) {
  for (auto const move : {Move::District, Move::Operator})
    if (name == name_of(move)) return move;
  return Move::Sender;
}

}  // namespace

SourceClock clock_of(Database& operations, std::int64_t source) {
  auto row = operations.prepare("SELECT due_after, came_at, found, late_after FROM source_clocks WHERE source = ?");
  if (!row->with(source).step()) return {};
  return {std::string(row->text(0)), std::string(row->text(1)), row->integer(2), std::string(row->text(3))};
}

void begin_schedule(Database& operations, std::int64_t source, std::string const& moment) {
  make_row(operations, source);
  operations.run("UPDATE source_clocks SET due_after = ? WHERE source = ?", moment, source);
}

void begin_to_expect(Database& operations, std::int64_t source, std::string const& moment) {
  make_row(operations, source);
  note_deadline(operations, source, moment);
}

void note_time(Database& operations, std::int64_t source, std::string const& moment, std::int64_t found) {
  operations.run("UPDATE source_clocks SET due_after = ?, came_at = ?, found = ? WHERE source = ?", moment, moment, found, source);
}

void note_deadline(Database& operations, std::int64_t source, std::string const& due) {
  operations.run("UPDATE source_clocks SET late_after = ? WHERE source = ?", due, source);
}

std::vector<std::int64_t> waiting_runs(Database& operations, std::int64_t district, std::int64_t source) {
  std::vector<std::int64_t> all;
  // Said twice, so that the index of runs that are not done serves.
  auto rows = operations.prepare("SELECT id FROM runs WHERE district = ? AND source = ? AND state = 'waiting' AND state <> 'done' ORDER BY id");
  for (rows->with(district, source); rows->step();) all.push_back(rows->integer(0));
  return all;
}

std::vector<std::int64_t> queue_waiting(Database& operations, std::int64_t district, std::int64_t source) {
  auto all = waiting_runs(operations, district, source);
  for (auto const run : all) operations.run("UPDATE runs SET state = 'queued' WHERE id = ? AND state = 'waiting'", run);
  return all;
}

std::int64_t count_waiting(Database& operations, std::int64_t district) {
  auto row = operations.prepare("SELECT count(*) FROM runs WHERE district = ? AND state = 'waiting' AND state <> 'done'");
  return row->with(district).step() ? row->integer(0) : 0;
}

std::string_view name_of(Move move) { return move == Move::Sender ? "sender" : move == Move::District ? "district" : "operator"; }

namespace {

void bind_run(Statement& statement, int at, std::optional<std::int64_t> run) {
  if (run) statement.bind(at, *run);
  else statement.bind(at, Null{});
}

}  // namespace

void add_late(Database& operations, Late const& late) {
  auto insert = operations.prepare("INSERT INTO late_deliveries(source, due, raised, move, run, ended, why_ended) VALUES(?, ?, ?, ?, ?, ?, ?)");
  insert->with(late.source, late.due, late.raised, name_of(late.move));
  bind_run(*insert, 5, late.run);
  insert->bind(6, std::string_view(late.ended));
  insert->bind(7, std::string_view(late.why_ended));
  insert->step();
}

void save_late(Database& operations, Late const& late) {
  auto update = operations.prepare("UPDATE late_deliveries SET move = ?, run = ?, ended = ?, why_ended = ? WHERE source = ? AND due = ?");
  update->with(name_of(late.move));
  bind_run(*update, 2, late.run);
  update->bind(3, std::string_view(late.ended));
  update->bind(4, std::string_view(late.why_ended));
  update->bind(5, late.source);
  update->bind(6, std::string_view(late.due));
  update->step();
}

std::vector<Late> late_deliveries(Database& operations, std::int64_t district, bool with_ended, std::size_t most) {
  std::vector<Late> all;
  auto rows = operations.prepare(
      std::string("SELECT source, due, raised, move, run, ended, why_ended FROM late_deliveries WHERE source IN (SELECT id FROM sources WHERE district = ?)") +
      (with_ended ? "" : " AND ended = ''") + " ORDER BY due DESC, source LIMIT ?");
  for (rows->with(district, most); rows->step();)
    all.push_back({rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2)), move_of(rows->text(3)),
                   rows->is_null(4) ? std::nullopt : std::optional(rows->integer(4)), std::string(rows->text(5)), std::string(rows->text(6))});
  return all;
}

}  // namespace rollbook::store
