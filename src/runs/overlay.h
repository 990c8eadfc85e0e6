// Fields set by hand, laid over what the sources say.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/rows.h"

namespace rollbook::runs {

struct Edit {
  TableId table = TableId::None;
  std::uint32_t key = 0;
  std::size_t column = 0;            // of stored_columns
  std::optional<std::string> value;  // as stored; none: blank
  std::string who;
  std::int64_t since = 0;
  std::optional<std::int32_t> last_day;  // yyyymmdd
};

// Edits that held when `revision` was the newest (0: now), by table and key. Those whose last day is over count no more when a day is given.
using Edits = std::map<std::pair<TableId, std::uint32_t>, std::vector<Edit>>;
Edits edits_of(store::Database& roster, std::int64_t revision, std::optional<std::int32_t> today);

// Lays them over a row.
void lay_over(StoredRow& row, TableId table, std::vector<Edit> const& edits);

// Edits that say what the source says by now end with this revision.
void retire_edits(store::Database& roster, std::int64_t revision);

}  // namespace rollbook::runs
