#include <algorithm>

#include "runs/plan_parts.h"

namespace rollbook::runs {

std::vector<std::string> leave_out_schools(Plan& plan, PlanContext const& context, std::vector<std::uint32_t> const& schools) {
  Flags flags(plan);
  count_schools(plan, context, 0, [&](TableId table, std::size_t list, std::size_t at, std::vector<School> const& where) {
    bool const held =
        std::any_of(where.begin(), where.end(), [&](School s) { return s != 0 && std::find(schools.begin(), schools.end(), s - 1) != schools.end(); });
    if (!held || list > 2) return;
    auto& own = flags.tables[static_cast<std::size_t>(table)];
    (list == 0 ? own.created : list == 1 ? own.updated : own.removed)[at] = true;
  });
  auto const dragged = take_out(plan, flags, context);
  std::vector<std::string> said;
  for (std::size_t t = 0; t < table_count; ++t) {
    plan.tables[t].left_out += dragged.all[t];
    if (dragged.dragged[t] > 0)
      said.push_back(std::to_string(dragged.dragged[t]) + " changes of " + std::string(all_tables[t]->name) +
                     " of other schools wait too: they depend on what is left out.");
  }
  return said;
}

}  // namespace rollbook::runs
