#include "runs/rows_in_force.h"

namespace rollbook::runs {

RowsInForce::RowsInForce(store::Database& roster, std::int64_t revision, std::int32_t day)
    : roster_(roster), revision_(revision), edits_(edits_of(roster, revision, day)), versions_(versions_at(roster, revision)) {}

void RowsInForce::each(TableId table, std::function<void(std::uint32_t, StoredRow&, std::int64_t)> const& f) const {
  store::RowVersion best;
  bool any = false;
  std::uint32_t count = 0;
  auto const hand_on = [&] {
    if (!any || !says_roles_here(versions_, table, best.source, best.row)) return;
    if (auto const edits = edits_.find({table, best.key}); edits != edits_.end()) lay_over(best.row, table, edits->second);
    f(best.key, best.row, best.since);
  };
  store::RowSelect(roster_, table).each_at(revision_, [&](store::RowVersion const& version) {
    if (any && version.key == best.key) {
      if (first_claim(table, version) < first_claim(table, best)) best = version;
      return true;
    }
    hand_on();
    best = version;
    any = true;
    return ++count % 1024 != 0 || !stops || !stops();
  });
  hand_on();
}

// When the source of this row began to claim the record, without a break until now.
std::int64_t RowsInForce::first_claim(TableId table, store::RowVersion const& version) const {
  std::int64_t begun = version.since;
  auto rows =
      roster_.prepare("SELECT row_since, row_until FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_source = ? ORDER BY row_since DESC");
  for (rows->with(version.key, version.source); rows->step();)
    if (!rows->is_null(1) && rows->integer(1) == begun) begun = rows->integer(0);
  return begun;
}

bool RowsInForce::has_rows(TableId table) const {
  bool any = false;
  store::RowSelect(roster_, table).each_at(revision_, [&](store::RowVersion const&) { return any = true, false; });
  return any;
}

}  // namespace rollbook::runs
