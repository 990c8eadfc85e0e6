#include "runs/apply.h"
#include "runs/end_say.h"
#include "runs/plan_parts.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

// Once nobody says anything of a record, its id is free.
void end_ids(TablePlan const& plan, Table const& table, PlanContext const& context, std::int64_t revision) {
  auto lives = context.roster.prepare("SELECT 1 FROM " + store::quoted(table) + " WHERE row_key = ? AND row_until IS NULL");
  auto end = context.roster.prepare("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL");
  for (auto const& row : plan.of_others) {
    bool const stays = lives->with(row.key).step();
    lives->reset();
    if (!stays) end->run(revision, static_cast<int>(table.id), row.key);
  }
}

}  // namespace

void remove_parts_of_others(Plan const& plan, PlanContext const& context, std::int64_t revision) {
  for (auto const* table : all_tables) {
    auto const& rows = plan[table->id].of_others;
    if (rows.empty()) continue;
    std::map<std::int64_t, std::vector<PackedRow>> by_source;
    for (auto const& row : rows) by_source[row.source].push_back({row.id, row.key, row.before});
    for (auto const& [source, say] : by_source) {
      store::StoredSaid said(context.roster, source, context.seed);
      end_say(context.roster, said, source, table->id, say, revision);
    }
    end_ids(plan[table->id], *table, context, revision);
  }
  for (auto const& [source, counts] : plan.counts_of_others) count_rows(context.roster, source, counts);
}

}  // namespace rollbook::runs
