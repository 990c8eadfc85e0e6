// The rows of a roster as they hold at a revision: of several sources that claim a record the first, with edits laid over, roles as they are spoken of then.
#pragma once

#include <functional>
#include <map>

#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/said_versions.h"
#include "store/rows.h"

namespace rollbook::runs {

class RowsInForce {
 public:
  // Edits hold as on that day.
  RowsInForce(store::Database& roster, std::int64_t revision, std::int32_t day);

  // By key. `f` gets the revision in which the row was last written, too.
  void each(TableId table, std::function<void(std::uint32_t key, StoredRow& row, std::int64_t since)> const& f) const;
  // The same before edits are laid over; null: there are none.
  void each_base(TableId table, std::function<void(store::RowVersion& row, std::vector<Edit> const* edits)> const& f) const;
  // Whether any source says anything.
  bool has_rows(TableId table) const;

  std::function<bool()> stops = {};  // asked now and then: what is read then is not all

 private:
  store::Database& roster_;
  std::int64_t revision_;
  Edits edits_;
  std::map<std::int64_t, Version> versions_;  // by source
};

}  // namespace rollbook::runs
