#include "runs/rows_in_force.h"

namespace rollbook::runs {

RowsInForce::RowsInForce(store::Database& roster, std::int64_t revision, std::int32_t day)
    : roster_(roster), revision_(revision), edits_(edits_of(roster, revision, day)), versions_(versions_at(roster, revision)) {}

void RowsInForce::each(TableId table, std::function<void(std::uint32_t, StoredRow&, std::int64_t)> const& f) const {
  store::RowVersion best;
  bool any = false, shared = false;
  std::uint32_t count = 0;
  auto const hand_on = [&] {
    if (!any || !says_roles_here(versions_, table, best.source, best.row)) return;
    if (auto const edits = edits_.find({table, best.key}); edits != edits_.end()) lay_over(best.row, table, edits->second);
    f(best.key, best.row, best.since);
  };
  store::RowSelect versions(roster_, table);
  store::RowSelect(roster_, table).each_at(revision_, [&](store::RowVersion const& version) {
    if (any && version.key == best.key) {
      if (!shared) best = *in_force(base_of(versions, best.key), revision_);
      return shared = true;
    }
    hand_on();
    best = version;
    any = true, shared = false;
    return ++count % 1024 != 0 || !stops || !stops();
  });
  hand_on();
}

bool RowsInForce::has_rows(TableId table) const {
  bool any = false;
  store::RowSelect(roster_, table).each_at(revision_, [&](store::RowVersion const&) { return any = true, false; });
  return any;
}

}  // namespace rollbook::runs
