#include "views/run_view.h"

#include "runs/confirmed.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "runs/outcome.h"
#include "store/sources.h"

namespace rollbook::views {
namespace {

// Names of the sources of a district, those that are no more included.
std::map<std::int64_t, std::string> source_names(store::Database& operations, store::District const& district) {
  std::map<std::int64_t, std::string> names;
  auto rows = operations.prepare("SELECT id, name FROM sources WHERE district = ?");
  for (rows->with(district.id); rows->step();) names[rows->integer(0)] = rows->text(1);
  return names;
}

std::optional<runs::Answer> answer_of(store::Run const& run) {
  if (run.report.empty()) return std::nullopt;
  auto answer = runs::from_json(run.report);
  return answer ? std::optional(std::move(*answer)) : std::nullopt;
}

runs::Summary summary_of(store::Run const& run) {
  if (!run.summary.empty()) return runs::Summary::of(run.summary);
  auto const answer = answer_of(run);  // it is older than summaries are
  return answer ? runs::Summary::of(*answer) : runs::Summary();
}

RunLine line_of(store::Run const& run, std::map<std::int64_t, std::string> const& names, store::District const& district) {
  RunLine line;
  line.id = run.id;
  line.kind = run.kind;
  if (auto const name = run.source ? names.find(*run.source) : names.end(); name != names.end()) line.source = name->second;
  line.state = run.state;
  line.outcome = run.outcome;
  line.decision = run.decision;
  line.held_because = split(run.held_because, ',');
  line.at = run.created;
  line.created = local_time(run.created, district.time_zone);
  line.finished = local_time(run.finished, district.time_zone);
  line.who = run.who;
  line.revision = run.revision;
  line.undoes = run.undoes;
  line.needs_decision = run.state == "done" && run.decision == "open";
  if (run.state == "running") line.progress = runs::progress_of(run.progress);
  auto const summary = summary_of(run);
  line.counts = summary.counts;
  line.errors = summary.errors;
  line.warnings = summary.warnings;
  line.milliseconds = summary.milliseconds;
  return line;
}

// A run that was taken back: by the last that did.
void note_undone(store::Database& operations, store::District const& district, std::vector<RunLine>& newest_first) {
  if (newest_first.empty()) return;
  std::map<std::int64_t, std::int64_t> undone;
  auto undo = operations.prepare("SELECT undoes, id FROM runs WHERE district = ? AND undoes BETWEEN ? AND ? AND revision IS NOT NULL ORDER BY id");
  undo->with(district.id, newest_first.back().id, newest_first.front().id);
  while (undo->step()) undone[undo->integer(0)] = undo->integer(1);
  for (auto& line : newest_first)
    if (auto const found = undone.find(line.id); found != undone.end()) line.undone_by = found->second;
}

store::RunFilter filter_of(HistoryFilter const& filter, store::District const& district) {
  store::RunFilter wanted;
  wanted.source = filter.source;
  wanted.outcome = filter.outcome;
  wanted.kind = filter.kind;
  wanted.needs_decision = filter.needs_decision;
  if (!filter.from_day.empty()) wanted.from = beginning_of_day(filter.from_day, district.time_zone);
  if (!filter.to_day.empty()) wanted.before = beginning_of_day(day_after(filter.to_day), district.time_zone);
  return wanted;
}

}  // namespace

Result<History> history(store::Database& operations, store::District const& district, HistoryFilter const& filter, std::optional<std::int64_t> below,
                        std::size_t how_many) {
  auto const wanted = filter_of(filter, district);
  for (auto const& [day, moment] : {std::pair(filter.from_day, wanted.from), std::pair(filter.to_day, wanted.before)})
    if (!day.empty() && moment.empty()) return Trouble{"\"" + day + "\" is no day; write it as 2026-09-01."};
  auto const names = source_names(operations, district);
  auto runs = store::newest_runs(operations, district.id, wanted, below, how_many + 1);
  if (operations.trouble()) return *operations.trouble();
  History page;
  if (runs.size() > how_many) runs.resize(how_many), page.next = runs.empty() ? std::nullopt : std::optional(runs.back().id);
  for (auto const& run : runs) page.lines.push_back(line_of(run, names, district));
  note_undone(operations, district, page.lines);
  return page;
}

std::map<std::int64_t, runs::Answer> answers_of(store::Database& operations, store::District const& district, std::vector<RunLine> const& lines,
                                                std::size_t most_bytes) {
  std::map<std::int64_t, runs::Answer> answers;
  auto report = operations.prepare("SELECT report FROM runs WHERE district = ? AND id = ?");
  for (auto const& line : lines) {
    if (!report->with(district.id, line.id).step() || report->is_null(0) || report->text(0).empty()) continue;
    auto const text = std::string(report->text(0));
    if (text.size() > most_bytes) break;
    most_bytes -= text.size();
    if (auto answer = runs::from_json(text)) answers.emplace(line.id, std::move(*answer));
  }
  return answers;
}

Result<std::optional<RunDetail>> run_detail(store::Database& operations, store::District const& district, std::int64_t number) {
  auto const run = store::find_run(operations, district.id, number);
  if (operations.trouble()) return *operations.trouble();
  if (!run) return std::optional<RunDetail>();
  RunDetail detail;
  detail.answer = answer_of(*run);
  std::vector lines{line_of(*run, source_names(operations, district), district)};
  note_undone(operations, district, lines);
  detail.line = std::move(lines[0]);
  detail.received = runs::received_files(run->delivery);
  auto gone = operations.prepare("SELECT delivery_gone, findings_gone, past_undoing FROM runs WHERE district = ? AND id = ?");
  if (gone->with(district.id, number).step()) {
    detail.delivery_gone = local_time(std::string(gone->text(0)), district.time_zone).day;
    detail.findings_gone = local_time(std::string(gone->text(1)), district.time_zone).day;
    detail.past_undoing = local_time(std::string(gone->text(2)), district.time_zone).day;
  }
  gone.reset();
  detail.progress = run->progress;
  detail.cancel_by = run->cancel_by;
  detail.digest = run->digest;
  detail.lacks_manifest = runs::lacks_manifest(*run);
  if (run->decision.starts_with("approved")) {
    auto note = operations.prepare("SELECT who, at FROM audit WHERE district = ? AND what = 'run approved' AND detail = ? ORDER BY id DESC LIMIT 1");
    if (note->with(district.id, std::to_string(number)).step())
      detail.approved_by = note->text(0), detail.approved_at = local_time(std::string(note->text(1)), district.time_zone).text();
  }
  if (operations.trouble()) return *operations.trouble();
  return std::optional(std::move(detail));
}

Result<std::vector<ChartPoint>> chart(store::Database& operations, store::District const& district, std::optional<std::int64_t> source, std::size_t how_many) {
  auto const names = source_names(operations, district);
  store::RunFilter wanted;
  wanted.source = source;
  wanted.kind = "delivery";
  wanted.done = true;
  std::vector<ChartPoint> points;
  for (auto const& run : store::newest_runs(operations, district.id, wanted, {}, how_many)) {
    if (run.outcome == "failed") continue;
    auto const line = line_of(run, names, district);
    auto const& c = line.counts;
    points.push_back({run.id, line.created, line.source, line.outcome, c.created + c.updated + c.unchanged + c.excluded, c.created, c.updated, c.removed,
                      c.excluded, line.errors, line.warnings, line.milliseconds});
  }
  if (operations.trouble()) return *operations.trouble();
  std::reverse(points.begin(), points.end());
  return points;
}

}  // namespace rollbook::views
