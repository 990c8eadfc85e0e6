#include "runs/rows_in_force.h"

namespace rollbook::runs {

RowsInForce::RowsInForce(store::Database& roster, std::int64_t revision, std::int32_t day)
    : roster_(roster), revision_(revision), edits_(edits_of(roster, revision, day)), versions_(versions_at(roster, revision)) {}

void RowsInForce::each(TableId table, std::function<void(std::uint32_t, StoredRow&, std::int64_t)> const& f) const {
  each_base(table, [&](store::RowVersion& version, std::vector<Edit> const* edits) {
    if (edits != nullptr) lay_over(version.row, table, *edits);
    f(version.key, version.row, version.since);
  });
}

void RowsInForce::each_base(TableId table, std::function<void(store::RowVersion&, std::vector<Edit> const*)> const& f) const {
  store::RowVersion best;
  bool any = false, shared = false;
  std::uint32_t count = 0;
  auto const hand_on = [&] {
    if (!any || !says_roles_here(versions_, table, best.source, best.row)) return;
    auto const edits = edits_.find({table, best.key});
    f(best, edits == edits_.end() ? nullptr : &edits->second);
  };
  store::RowSelect versions(roster_, table);
  store::RowSelect(roster_, table).each_at(revision_, [&](store::RowVersion& version) {
    if (any && version.key == best.key) {
      if (!shared) best = *in_force(base_of(versions, best.key), revision_);
      return shared = true;
    }
    hand_on();
    std::swap(best, version);
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
