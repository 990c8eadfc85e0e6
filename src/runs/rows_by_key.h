// Single records as they hold: of several sources the one that claimed the record first, with edits laid over, roles as they are spoken of. What
// `rows_in_force.h` says of all rows at once.
#pragma once

#include <map>

#include "runs/overlay.h"
#include "runs/said_versions.h"
#include "store/rows.h"

namespace rollbook::runs {

class RowsByKey {
 public:
  // `revision` 0: now. Edits hold as on that day; none: whether their last day is over is not asked.
  explicit RowsByKey(store::Database& roster, std::int64_t revision = 0, std::optional<std::int32_t> day = {});

  struct Row {
    StoredRow cells;
    bool lives = false;  // else it is what it was last
  };
  // Nothing: there never was one.
  std::optional<Row> row(TableId table, std::uint32_t key);

 private:
  store::Database& roster_;
  std::int64_t revision_;
  std::optional<std::int32_t> day_;
  std::map<std::int64_t, Version> spoken_;  // by source
  bool has_edits_;                          // most rosters have few or none
  std::map<TableId, store::RowSelect> rows_;
};

}  // namespace rollbook::runs
