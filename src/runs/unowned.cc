#include "runs/unowned.h"

#include <algorithm>

#include "runs/end_say.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

// Keys of records that were there before the plan.
std::set<std::uint32_t> known_keys(TablePlan const& table, PlanContext const& context, TableId id) {
  std::set<std::uint32_t> keys;
  for (auto const& row : table.created)
    if (row.key < context.said.next_key(id)) keys.insert(row.key);
  return keys;
}

}  // namespace

void set_unowned(store::Database& roster, std::int64_t source, bool unowned) {
  roster.run("DELETE FROM source_facts WHERE source = ? AND name = 'unowned'", source);
  if (unowned) roster.run("INSERT INTO source_facts(source, name, value) VALUES(?, 'unowned', 'yes')", source);
}

std::vector<std::int64_t> unowned_sources(store::Database& roster) {
  std::vector<std::int64_t> all;
  auto rows = roster.prepare(
      "SELECT source FROM source_facts AS f WHERE name = 'unowned' AND EXISTS (SELECT 1 FROM packed_tables AS p WHERE p.source = f.source AND p.rows > 0) "
      "ORDER BY source");
  while (rows->step()) all.push_back(rows->integer(0));
  return all;
}

void find_adopted(Plan& plan, PlanContext const& context) {
  for (auto const former : unowned_sources(context.roster)) {
    store::StoredSaid const said(context.roster, former, context.seed);
    for (auto const* table : all_tables) {
      auto& changes = plan[table->id];
      auto const adopted = said.with_keys(table->id, known_keys(changes, context, table->id));
      if (adopted.empty()) continue;
      for (auto const& [key, row] : adopted) changes.adopted.emplace(key, false);
      std::uint64_t changed = 0;
      std::vector<std::uint32_t> rows;
      for (auto const& row : changes.created) rows.push_back(row.row);
      store::RowSelect select(context.roster, table->id);
      StoredRow before;
      std::size_t i = 0;
      context.delivered->each(table->id, rows, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
        while (changes.created[i].row != row) ++i;
        auto const key = changes.created[i].key;
        if (adopted.count(key) == 0 || !select.current(key, former, before)) return;
        bool differs = false;
        for (std::size_t column = 0; column < now.size(); ++column) differs |= !now.same(column, before, column);
        changes.adopted[key] = differs;
        changed += differs;
      });
      changes.differing_claims -= std::min(changes.differing_claims, changed);  // nobody else claims them
    }
  }
}

void adopt(Plan const& plan, PlanContext const& context, std::int64_t revision) {
  for (auto const former : unowned_sources(context.roster)) {
    if (former == context.source.id) continue;
    store::StoredSaid said(context.roster, former, context.seed);
    for (auto const* table : all_tables) {
      auto const adopted = said.with_keys(table->id, known_keys(plan[table->id], context, table->id));
      if (adopted.empty()) continue;
      std::vector<PackedRow> rows;
      for (auto const& [key, row] : adopted) rows.push_back(row);
      end_say(context.roster, said, former, table->id, rows, revision);
    }
  }
}

}  // namespace rollbook::runs
