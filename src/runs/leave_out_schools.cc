#include <algorithm>

#include "report/words.h"
#include "runs/plan_parts.h"

namespace rollbook::runs {

std::vector<std::string> leave_out_schools(Plan& plan, PlanContext const& context, std::vector<std::uint32_t> const& schools) {
  Flags flags(plan);
  count_schools(plan, context, 0, [&](TableId table, PlanList list, std::size_t at, std::vector<School> const& where) {
    bool const held =
        std::any_of(where.begin(), where.end(), [&](School s) { return s != 0 && std::find(schools.begin(), schools.end(), s - 1) != schools.end(); });
    if (!held) return;
    auto& own = flags.tables[static_cast<std::size_t>(table)];
    switch (list) {
      case PlanList::Created:
        own.created[at] = true;
        break;
      case PlanList::Updated:
        own.updated[at] = true;
        break;
      case PlanList::Removed:
        own.removed[at] = true;
        break;
      case PlanList::RemovedOfOthers:
        own.of_others[at] = true;
        break;
      case PlanList::Excluded:
        break;  // they change nothing
    }
  });
  auto const dragged = take_out(plan, flags, context);
  std::vector<std::string> said;
  for (std::size_t t = 0; t < table_count; ++t) {
    plan.tables[t].left_out += dragged.all[t];
    if (dragged.dragged[t] > 0)
      said.push_back(counted(dragged.dragged[t], "change") + " of " + many_of_table(all_tables[t]->name) + " of other schools " +
                     (dragged.dragged[t] == 1 ? "waits too: it depends" : "wait too: they depend") + " on what is left out.");
  }
  return said;
}

}  // namespace rollbook::runs
