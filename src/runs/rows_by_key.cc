#include "runs/rows_by_key.h"

#include <algorithm>
#include <limits>

namespace rollbook::runs {

RowsByKey::RowsByKey(store::Database& roster, std::int64_t revision, std::optional<std::int32_t> day)
    : roster_(roster),
      revision_(revision),
      day_(day),
      spoken_(versions_at(roster, revision == 0 ? std::numeric_limits<std::int64_t>::max() : revision)),
      has_edits_(roster.prepare("SELECT 1 FROM overlay LIMIT 1")->step()) {}

std::optional<RowsByKey::Row> RowsByKey::row(TableId table, std::uint32_t key) {
  auto base = base_of(rows_.try_emplace(table, roster_, table).first->second, key);
  if (revision_ > 0) std::erase_if(base, [&](auto const& version) { return version.since > revision_; });
  if (base.empty()) return std::nullopt;
  auto const* const now = in_force(base, revision_);
  auto const* const last = now != nullptr ? now : &*std::max_element(base.begin(), base.end(), [](auto const& a, auto const& b) { return a.until < b.until; });
  Row row{last->row, now != nullptr};
  if (!says_roles_here(spoken_, table, last->source, row.cells)) row.lives = false;
  if (row.lives && has_edits_) lay_over(row.cells, table, edits_of_record(roster_, table, key, revision_, day_));
  return row;
}

}  // namespace rollbook::runs
