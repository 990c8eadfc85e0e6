// A delivery looked at: checked, compared, weighed. What it would do, and whether a person has to decide first.
#pragma once

#include <memory>

#include "runs/answer.h"
#include "runs/change_list.h"
#include "runs/findings.h"
#include "runs/guards.h"
#include "runs/plan.h"
#include "runs/quality.h"
#include "runs/translation.h"
#include "runs/work.h"

namespace rollbook::runs {

struct Upload;

struct Looked {
  delivery::Delivery delivery;
  std::shared_ptr<Upload> upload;  // of which the delivery was made, when it is one
  std::string manifest;  // that a person has confirmed, where none came
  Bundle bundle;
  DeliveryTranslated translated;  // bytes that members of the bundle look at, where the source has maps
  std::unique_ptr<store::Database> roster;
  std::unique_ptr<store::StoredSaid> said;
  std::unique_ptr<Comparison> comparison;
  std::unique_ptr<DeliveredRows> delivered;
  std::unique_ptr<StoredBefore> before;
  Plan plan;
  std::unique_ptr<Plan> whole;   // before schools were left out
  std::int64_t at_revision = 0;  // what it was compared with
  bool refused = false;
  bool waits = false;        // it cannot be applied now, whoever approves
  std::string why_not_live;  // what has to be decided before its source goes live; of a run of a source in trial
  std::string modes;         // tables that it states and how: users=bulk,classes=delta
  std::vector<Held> held;
  std::vector<CheckReport::Finding> findings;  // of the check, bounded; of a run
  ChangeLists lists;                           // the rows behind the numbers; of a run
  std::unique_ptr<Marks> marks;                // every row that something is found about; of a run
  Quality quality;                             // and what they come to
  std::vector<School> schools;                 // those of `answer`, in its order
  Answer answer;                               // all but run, decision, outcome, revision

  PlanContext context(store::Source const& source, std::uint64_t seed) {
    return {*roster, *said, source, seed, delivered.get(), comparison.get(), before.get()};
  }
};

struct LookOptions {
  std::optional<std::int64_t> run;          // whose look it is; none: a preview
  bool remainder = false;                   // only what was left out before
  std::vector<std::string> except_schools;  // sourcedIds
  std::string confirmed = {};               // of files without a manifest, what they are: runs/confirmed.h
  RuleId lists = no_rule;                   // all findings of this rule are wanted, and no plan
};

Result<std::unique_ptr<Looked>> look(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery,
                                     LookOptions const& how);

// The same without a delivery, and without changes as yet: of a plan that the store itself makes.
Result<std::unique_ptr<Looked>> look_at_nothing(Hub& hub, store::District const& district, store::Source const& source);

// The roster of a district, its tables made.
Result<std::unique_ptr<store::Database>> open_roster(Hub& hub, store::District const& district);

// Tables that the delivery states and how: users=bulk,classes=delta.
std::string modes_of(Bundle const& bundle);

// Fills in counts, schools and lists of a plan.
// Returns the schools of the answer, in its order.
std::vector<School> describe(Answer& answer, Plan const& plan, PlanContext const& context);

}  // namespace rollbook::runs
