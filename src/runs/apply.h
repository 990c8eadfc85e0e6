// Writes a plan into the roster, within the caller's transaction: all of it becomes one revision.
#pragma once

#include "runs/plan.h"
#include "runs/progress.h"

namespace rollbook::runs {

struct Revision {
  std::int64_t number = 0, run = 0;
  std::string kind, at, who, digest, report;  // report: what the run says, should nobody live to note it
  std::optional<std::int64_t> undoes;
};

std::int64_t last_revision(store::Database& roster);
void write_revision(store::Database& roster, Revision const& revision, std::optional<std::int64_t> source, std::string const& first_of);

// `watch` is told of every few thousand rows; when it stops, nothing of the revision stays.
void apply_plan(Plan const& plan, Comparison const& comparison, Bundle const& bundle, PlanContext const& context, Revision const& revision, std::int32_t today,
                Watch const& watch);

// Forgets what was set aside and is over.
void end_asides(store::Database& roster, store::Source const& source, Plan const& plan);

// How many rows a source has at each school, which guards measure against.
void count_rows(store::Database& roster, std::int64_t source, SchoolCounts const& counts);
// The same, from the rows themselves: for a source that got many at once.
void recount_rows(store::Database& roster, std::int64_t source);
// How many went within seven days. What a person was told of and agreed to counts no more, nor does what went before it: the seven days begin anew.
void count_removals(PlanContext const& context, Plan const& plan, std::int64_t revision, std::int32_t today);
// They have come back: `counts.gone` and `less` of what the revision took away.
void uncount_removals(store::Database& roster, std::int64_t source, SchoolCounts const& counts, std::int64_t revision);

}  // namespace rollbook::runs
