#include "runs/undone.h"

#include <algorithm>

namespace rollbook::runs {

std::optional<Undone> revision_of_run(store::Database& roster, std::int64_t run) {
  auto row = roster.prepare("SELECT number, kind, source, undoes, first_of FROM revisions WHERE run = ?");
  if (!row->with(run).step()) return std::nullopt;
  Undone found;
  found.revision.number = row->integer(0);
  found.revision.run = run;
  found.revision.kind = row->text(1);
  if (!row->is_null(2)) found.source = row->integer(2);
  if (!row->is_null(3)) found.revision.undoes = row->integer(3);
  found.first_of = row->text(4);
  return found;
}

bool goes_toward_source(store::Database& roster, Revision revision) {
  bool toward = true;
  while (revision.undoes) {
    auto row = roster.prepare("SELECT undoes FROM revisions WHERE number = ?");
    toward = !toward;
    if (!row->with(*revision.undoes).step()) break;
    revision.undoes = row->is_null(0) ? std::nullopt : std::optional(row->integer(0));
  }
  return toward;
}

bool deletes_again(store::Database& roster, Revision revision) {
  bool again = false;
  while (revision.undoes) {
    auto row = roster.prepare("SELECT undoes, kind FROM revisions WHERE number = ?");
    again = !again;
    if (!row->with(*revision.undoes).step()) return false;
    revision.undoes = row->is_null(0) ? std::nullopt : std::optional(row->integer(0));
    revision.kind = row->text(1);
  }
  return again && revision.kind == "cascade";
}

std::optional<std::int64_t> taken_back_by(store::Database& roster, Revision const& revision) {
  auto row = roster.prepare("SELECT run FROM revisions WHERE undoes = ? ORDER BY number DESC");
  if (!row->with(revision.number).step()) return std::nullopt;
  return row->integer(0);
}

std::vector<std::int64_t> other_sources_of(store::Database& roster, Undone const& undone) {
  std::vector<std::int64_t> others;
  auto rows = roster.prepare("SELECT DISTINCT source FROM packed_before WHERE revision = ? AND source <> ? ORDER BY source");
  for (rows->with(undone.revision.number, undone.source.value_or(0)); rows->step();) others.push_back(rows->integer(0));
  return others;
}

void add_what_changed_hands(Answer& answer, Answer const& more) {
  for (auto const& [name, counts] : more.tables) {
    auto at = std::find_if(answer.tables.begin(), answer.tables.end(), [&, &n = name](auto const& table) { return table.first == n; });
    if (at == answer.tables.end()) at = answer.tables.emplace(at, name, Counts{});
    auto& all = at->second;
    auto const back = std::min(all.removed, counts.created), away = std::min(all.created, counts.removed);
    all.created += counts.created - back - away;
    all.removed += counts.removed - back - away;
    all.updated += counts.updated + back + away;
  }
}

}  // namespace rollbook::runs
