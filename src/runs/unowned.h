// Records that a deactivated source left: they live on without an owner, until a source that brings the same id adopts them.
#pragma once

#include "runs/plan.h"

namespace rollbook::runs {

// Whether what a source says has an owner, within the transaction that changes it.
void set_unowned(store::Database& roster, std::int64_t source, bool unowned);
std::vector<std::int64_t> unowned_sources(store::Database& roster);

// Counts what of the created rows only takes over a record that has no owner.
void find_adopted(Plan& plan, PlanContext const& context);

// Ends what their former source said of records that the plan takes over; part of its revision.
void adopt(Plan const& plan, PlanContext const& context, std::int64_t revision);

}  // namespace rollbook::runs
