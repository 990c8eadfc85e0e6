// What follows from a change set for people who did nothing: classes whose last teacher goes, people whose last class goes.
#pragma once

#include <cstdint>
#include <vector>

#include "runs/plan.h"

namespace rollbook::runs {

struct Consequences {
  std::vector<std::uint32_t> classes_without_teacher, people_without_class;  // keys, ascending
};

// Those who live on, had one before and have none afterwards. Of a full delivery that is taken as it is, the comparison has noted who still has one;
// otherwise the stored enrollments are walked through once, and only when somebody may be concerned.
Consequences find_consequences(Plan const& plan, PlanContext const& context);

}  // namespace rollbook::runs
