#include "runs/held_over.h"

#include <algorithm>
#include <unordered_set>

#include "runs/apply.h"
#include "runs/delivery_run.h"
#include "runs/plan_parts.h"
#include "runs/planned.h"

namespace rollbook::runs {
namespace {

using Ids = std::array<std::set<std::uint64_t>, table_count>;

Ids held_over(store::Database& roster, store::Source const& source) {
  Ids ids;
  auto rows = roster.prepare("SELECT tbl, id FROM set_aside WHERE source = ? AND kind = 'held-over'");
  for (rows->with(source.id); rows->step();) ids[static_cast<std::size_t>(rows->integer(0))].insert(static_cast<std::uint64_t>(rows->integer(1)));
  return ids;
}

}  // namespace

void withhold_removals(Plan& plan) {
  for (auto& table : plan.tables) {
    table.withheld += table.removed.size();
    for (auto const& row : table.removed) {
      table.withheld_keys.push_back(row.key);
      if (row.why == Why::Deleted) table.held_over.push_back(row);
    }
    table.removed.clear();
  }
}

void end_held_over(Plan& plan, PlanContext const& context) {
  auto const waiting = held_over(context.roster, context.source);
  bool const additive = only_adds(context.source);
  for (std::size_t t = 0; t < table_count; ++t) {
    auto const& table = plan.tables[t];
    if (waiting[t].empty() || !table.stated) continue;
    std::unordered_set<std::uint32_t> spoken;
    for (auto const key : context.comparison->tables[t].key_of_row) spoken.insert(key);
    std::set<std::uint64_t> removed;
    for (auto const* list : {&table.removed, &table.held_over})
      for (auto const& row : *list) removed.insert(row.id);
    for (auto const id : waiting[t]) {
      auto const key = context.said.key_of(static_cast<TableId>(t), id, true);
      bool const all = table.mode == Mode::Bulk && !additive;  // it speaks of every record
      if (all || key == no_key || removed.count(id) > 0 || spoken.count(key) > 0) plan.ended_asides.emplace_back(static_cast<TableId>(t), id);
    }
  }
}

bool has_held_over(Plan const& plan) {
  return std::any_of(plan.tables.begin(), plan.tables.end(), [](TablePlan const& table) { return !table.held_over.empty(); });
}

void remember_held_over(store::Database& roster, store::Source const& source, Plan const& plan, std::int64_t run) {
  auto clear = roster.prepare("DELETE FROM set_aside WHERE source = ? AND tbl = ? AND id = ?");
  auto put = roster.prepare("INSERT INTO set_aside(source, tbl, id, low, high, kind, run) VALUES(?, ?, ?, 0, 0, 'held-over', ?)");
  for (std::size_t t = 0; t < table_count; ++t)
    for (auto const& row : plan.tables[t].held_over) {
      clear->run(source.id, t, static_cast<std::int64_t>(row.id));
      put->run(source.id, t, static_cast<std::int64_t>(row.id), run);
    }
}

bool has_held_over(store::Database& roster, std::int64_t run) {
  return roster.prepare("SELECT 1 FROM set_aside WHERE run = ? AND kind = 'held-over'")->with(run).step();
}

void queue_held_over(store::Database& operations, store::Run const& because) {
  for (auto& run : store::open_runs(operations, because.district)) {
    if (run.source != because.source || !Work::of(run.work).held_over) continue;
    run.state = "queued";
    run.decision.clear();
    run.work = "held-over\n";
    store::save_run(operations, run);
    return;
  }
  auto queued = operations.prepare("SELECT 1 FROM runs WHERE district = ? AND source = ? AND state <> 'done' AND work = ?");
  if (queued->with(because.district, because.source.value_or(0), "held-over\n").step()) return;
  queued.reset();
  auto run = rest_of(because, because.created, "held-over\n");
  store::add_run(operations, run);
}

Result<std::unique_ptr<Looked>> look_at_held_over(Hub& hub, store::District const& district, store::Source const& whose) {
  auto source = whose;
  auto planned = planned_for_today(hub, district, source);
  if (hub.home.operations().trouble()) return *hub.home.operations().trouble();
  auto looked = look_at_nothing(hub, district, source);
  if (!looked) return looked;
  auto& l = **looked;
  auto const context = l.context(source, seed_of(hub, district.id));
  auto const waiting = held_over(*l.roster, source);
  std::uint64_t rows = 0;
  for (auto const* table : all_tables) {
    auto& plan = l.plan[table->id];
    std::set<std::uint32_t> keys;
    for (auto const id : waiting[static_cast<std::size_t>(table->id)]) {
      l.plan.ended_asides.emplace_back(table->id, id);
      if (auto const key = l.said->any(table->id) ? l.said->key_of(table->id, id, true) : no_key; key != no_key) keys.insert(key);
    }
    for (auto const& [key, row] : l.said->with_keys(table->id, keys)) plan.removed.push_back({row.id, row.digest, key, Why::Deleted, no_row});
    rows += plan.removed.size();
    if (!plan.removed.empty()) l.modes += (l.modes.empty() ? "" : ",") + std::string(table->name) + "=delta";
  }
  settle_removals(l.plan, context);
  count_schools(l.plan, context, hub.today, {});
  l.held = planned.waits;
  if (!planned.no_removals.empty() && rows > 0)
    l.held.push_back({Hold::Guard, "Removals that deltas asked for wait (" + std::to_string(rows) + "): " + planned.no_removals + ".", 0});
  l.waits = !l.held.empty();
  auto const over = look_at_thresholds(l.plan, context, hub.today);
  l.held.insert(l.held.end(), over.begin(), over.end());
  l.answer.digest = l.plan.digest();
  describe(l.answer, l.plan, context);
  if (l.roster->trouble()) return *l.roster->trouble();
  return looked;
}

}  // namespace rollbook::runs
