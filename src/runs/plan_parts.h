// Steps of make_plan.
#pragma once

#include "runs/plan.h"

namespace rollbook::runs {

// Parts go with their whole; what is still needed stays.
// `parts_of_others_keep`: what other sources brought is nobody's to remove; parts without an owner never are.
void settle_removals(Plan& plan, PlanContext const& context, bool parts_of_others_keep = false);

// What a person has rejected or left out, and the source still says, is left out again.
void leave_out_set_aside(Plan& plan, PlanContext const& context, bool remainder);

// Parts that other sources brought: ends what these say of them, within the transaction of the revision.
void remove_parts_of_others(Plan const& plan, PlanContext const& context, std::int64_t revision);

// In a range without removals nothing goes: what full files do not list will be missing in the next one too; what deltas ask for is held over.
void withhold_removals(Plan& plan);

// What was held over ends when the source speaks of the record again.
void end_held_over(Plan& plan, PlanContext const& context);

// Changes that are not to be made, by their place in the lists of the plan.
struct Flags {
  struct OfTable {
    std::vector<bool> created, updated, removed, of_others;
  };
  std::array<OfTable, table_count> tables;
  explicit Flags(Plan const& plan);
};

// Flags what depends on what is flagged, and takes it all out of the plan. Returns how many changes went, per table, and how many of these were not
// flagged by the caller.
struct Dragged {
  std::array<std::uint64_t, table_count> all{}, dragged{};
};
Dragged take_out(Plan& plan, Flags& flags, PlanContext const& context);

// True when rows of `table` are parts of the records that this field of theirs refers to.
bool is_part(TableId table, Field const& field);

// Told of each change and the schools of its before and after: in which list of its table's plan it stands, and at which place. Excluded: of rows that are,
// the protected keys.
enum class PlanList : std::uint8_t { Created, Updated, Removed, RemovedOfOthers, Excluded };
using EachChange = std::function<void(TableId, PlanList list, std::size_t at, std::vector<School> const&)>;
// Counts what changes at which school, from the rows themselves.
void count_schools(Plan& plan, PlanContext const& context, std::int32_t today, EachChange const& each);

// In which classes line items and results are; results are needed for their own parts alone. `which`: rows, as SQL.
void learn_classes_of_parts(store::Database& roster, bool with_results, std::string const& which, Schools& schools);

// All references of a row: f(table, key).
template <class F>
void each_reference(TableId table, StoredRow const& row, F const& f) {
  auto const& columns = stored_columns(table);
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].as == Stored::Key || columns[i].as == Stored::Keys)
      for (auto const key : keys_in(row, i, columns[i].as)) f(table_of(table).fields[columns[i].field], key);
}

}  // namespace rollbook::runs
