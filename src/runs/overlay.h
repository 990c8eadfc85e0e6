// Fields set by hand, laid over what the sources say.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
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

// The same of one record.
std::vector<Edit> edits_of_record(store::Database& roster, TableId table, std::uint32_t key, std::int64_t revision, std::optional<std::int32_t> today);

// Lays them over a row.
void lay_over(StoredRow& row, TableId table, std::vector<Edit> const& edits);

// Lays one more, within the transaction of the revision. Of the edit only value and last day count.
void add_edit(store::Database& roster, TableId table, std::uint32_t key, std::string_view field, std::int64_t revision, Edit const& edit, std::string_view who);

// Of a revision that is taken back: ends the edits that it made, and makes those again that it ended, where nobody edited the field since.
struct EditsTakenBack {
  std::set<std::pair<TableId, std::uint32_t>> records;
  std::vector<std::tuple<TableId, std::uint32_t, std::string>> edited_since;  // with the field
  std::string digest;                                                         // bytes that say what was done
};
EditsTakenBack take_back_edits(store::Database& roster, std::int64_t undone, std::int64_t revision);

// Versions of one record's base.
using BaseVersions = std::vector<store::RowVersion>;
BaseVersions base_of(store::Database& roster, TableId table, std::uint32_t key);
BaseVersions base_of(store::RowSelect& rows, std::uint32_t key);

// The one that was in force when `revision` was the newest (0: now): of several sources the one that claimed the record first and did not let
// go of it since. What an undo gave back was never let go, unless somebody else has spoken of it meanwhile. Null: nobody spoke of it.
store::RowVersion const* in_force(BaseVersions const& base, std::int64_t revision);

// Edits that say what the source says by now end with this revision.
void retire_edits(store::Database& roster, std::int64_t revision);

}  // namespace rollbook::runs
