#include "runs/apply.h"
#include "runs/plan_parts.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

struct Say {
  std::vector<PackedRow> now, before;
};

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
    std::map<std::int64_t, Say> by_source;
    for (auto const& row : rows) {
      store::RowEnd(context.roster, table->id, row.source, revision).end(row.key);
      by_source[row.source].now.push_back({row.id, no_key, {}});
      by_source[row.source].before.push_back({row.id, row.key, row.before});
    }
    for (auto const& [source, say] : by_source) {
      store::StoredSaid said(context.roster, source, context.seed);
      said.save(table->id, revision, said.bits(table->id), say.now, said.rows(table->id) - say.now.size(), said.columns(table->id));
      context.roster.run("INSERT INTO packed_before(source, tbl, revision, entries) VALUES(?, ?, ?, ?)", source, static_cast<int>(table->id), revision,
                         store::Blob{pack(say.before)});
    }
    end_ids(plan[table->id], *table, context, revision);
  }
  for (auto const& [source, counts] : plan.counts_of_others) count_rows(context.roster, source, counts);
}

}  // namespace rollbook::runs
