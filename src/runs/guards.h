// What makes a run wait for a person: numbers that are too large, and signs that the file is not what it seems.
#pragma once

#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "runs/plan.h"

namespace rollbook::runs {

// The words of the interface, in the order in which they are told.
enum class Hold : std::uint8_t {
  Guard,
  Anomaly,
  Preview,
  Trial,
  Paused,
  Suspended,
  LooksLikeDelta,
  NeedsFull,
  BehindHeldDelta,
  MissingFile,
  Destructive,
};
std::string_view name_of(Hold hold);

struct Held {
  Hold because;
  std::string reason;                   // a sentence; empty where the word says it all
  School school = 0;                    // which school is concerned; 0: the district
  TableId removals_of = TableId::None;  // too much of this table would go
};

// Thresholds, per school and table and over the table, against what is stored; and over the last seven days. `today` is yyyymmdd.
std::vector<Held> look_at_thresholds(Plan const& plan, PlanContext const& context, std::int32_t today);

// Against the last applied delivery of the source. Those without removals in the table are warnings.
struct Anomalies {
  std::vector<Held> held;
  std::vector<std::string> warnings;
};
Anomalies look_for_anomalies(Plan const& plan, Comparison const& comparison, Bundle const& bundle, PlanContext const& context);

// Some file of the delivery holds changes only.
bool has_delta(Comparison const& comparison);

// Where it is kept which full files came. A package of changes need not name every table, so packages with deltas are measured against the last one that
// had deltas, and others against the last one that had none.
std::string_view full_files_of(Comparison const& comparison);

// Full files that used to come, and do not.
std::vector<Held> look_for_missing_files(Comparison const& comparison, PlanContext const& context);

// What of this delivery the next one is measured against; names and values for the table source_facts.
std::vector<std::pair<std::string, std::string>> facts_of(Plan const& plan, Comparison const& comparison, Bundle const& bundle, PlanContext const& context);

// The seven days up to `today`, as a day number.
std::int64_t day_number(std::int32_t yyyymmdd);

}  // namespace rollbook::runs
