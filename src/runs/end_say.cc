#include "runs/end_say.h"

#include "store/rows.h"

namespace rollbook::runs {

void end_say(store::Database& roster, store::StoredSaid& said, std::int64_t source, TableId table, std::span<PackedRow const> rows, std::int64_t revision) {
  store::RowEnd end(roster, table, source, revision);
  std::vector<PackedRow> now;
  now.reserve(rows.size());
  for (auto const& row : rows) {
    end.end(row.key);
    now.push_back({row.id, no_key, {}});
  }
  said.save(table, revision, said.bits(table), now, said.rows(table) - now.size(), said.columns(table));
  roster.run("INSERT INTO packed_before(source, tbl, revision, entries) VALUES(?, ?, ?, ?)", source, static_cast<int>(table), revision,
             store::Blob{pack(rows)});
}

}  // namespace rollbook::runs
