// The inbox: edits by hand whose source says something else by now than when they were made. Nothing of it is kept: it follows from the versions of
// records and edits. A person keeps the edit, or takes what the source says; then it is no longer there.
#pragma once

#include "runs/plan.h"
#include "runs/work.h"

namespace rollbook::runs {

struct Clash {
  std::string number;  // of what was seen: another one when the source says something else again
  std::string table, sourced_id, field;
  std::string edited, who, at;  // the value set by hand; by whom and when
  std::string before, now;      // what the source said then, and says now
  std::string source;
  std::int64_t run = 0;  // that brought it

  TableId of = TableId::None;
  std::uint32_t key = 0;
};
Result<std::vector<Clash>> inbox(Hub& hub, store::District const& district);

// Each decision is a run of its own. `numbers` as the inbox gives them.
enum class Settle : std::uint8_t { KeepEdit, TakeSource };
Result<std::vector<Answer>> settle(Hub& hub, store::District const& district, Settle how, std::vector<std::string> const& numbers);

// How many fields a plan brings into the inbox.
std::uint64_t new_clashes(Plan const& plan, PlanContext const& context, std::int32_t today);

// The number of the clash of one field, "" when there is none. In the transaction of whoever settles it.
std::string number_of_clash(store::Database& roster, TableId table, std::uint32_t key, std::string_view field, std::int32_t today);

}  // namespace rollbook::runs
