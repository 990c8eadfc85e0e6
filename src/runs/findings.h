// What the check found in the delivery of a run, kept so that it can be searched: a bounded number of each rule and file, those of the lowest lines. How many
// there were in all stands in the answer of the run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/report.h"
#include "rules/checked.h"
#include "store/database.h"

namespace rollbook::runs {

inline constexpr std::uint64_t most_of_a_rule = 1'000, most_findings = 20'000;  // kept of a run
inline constexpr std::uint64_t most_listed = 100'000;                           // of a rule, when its delivery is checked anew for them

struct KeptFinding {
  std::int64_t number = 0;  // within its run, in the order of files and lines
  std::string code, file;
  Severity severity = Severity::Error;
  std::optional<std::uint64_t> line, record;
  std::string column, sourced_id, value;  // secrets and demographics are "(hidden)"
  std::string message, why, fix;
  std::optional<CheckReport::CausedBy> caused_by;
};

// The empty ones ask for nothing.
struct FindingFilter {
  std::optional<Severity> severity;
  std::string code, file, text;  // text: anywhere in message, id or value, whatever its case
};

// Those behind number `after`, at most `how_many`.
std::vector<KeptFinding> list_findings(store::Database& roster, std::int64_t run, FindingFilter const& filter, std::int64_t after, std::size_t how_many);
std::uint64_t count_findings(store::Database& roster, std::int64_t run, FindingFilter const& filter);

// What the findings of a run are of: code and file, each once.
std::vector<std::pair<std::string, std::string>> kinds_of_findings(store::Database& roster, std::int64_t run);

// Leaves at most so many findings, the lowest of each rule and file; counts stay.
void keep_lowest(Checked& checked, std::uint64_t most);

// Within the caller's transaction; `run` must not have any yet.
void save_findings(store::Database& roster, std::int64_t run, std::vector<CheckReport::Finding> const& findings);
void drop_findings(store::Database& roster, std::int64_t run);

}  // namespace rollbook::runs
