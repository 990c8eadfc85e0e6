// The outcome of a check in its compact form: findings are a few integers until somebody looks at them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "roster/roster.h"
#include "rules/catalogue.h"

namespace rollbook {

inline constexpr std::uint32_t no_cause = 0;
inline constexpr std::uint32_t missing_bit = 1u << 31;  // a cause that is a missing record; the rest is its number + 1

struct Finding {
  RuleId rule = 0;
  Severity severity = Severity::Error;
  std::uint8_t field = no_field;
  TableId table = TableId::None;
  csv::Place place;
  std::uint32_t cause = no_cause;
  std::uint64_t aux = 0;  // place of the other row, hash of the missing id, … as the rule has it
};

// A finding of the delivery as such, of a file or of its header.
struct PackageFinding {
  RuleId rule;
  Severity severity;
  BundleSpot spot;
};

// A row whose own error keeps others waiting, or a record that is nowhere.
struct CauseEntry {
  RuleId rule = no_rule;
  TableId table = TableId::None;  // where the row is, or should be
  std::uint32_t row = no_row;
  TableId asked_by = TableId::None;  // of a missing record: the first row that refers to it
  csv::Place asked_at;
  std::uint8_t asked_field = no_field;
  std::uint64_t hash = 0;
  std::uint64_t blocks = 0;
};

struct NotRun {
  TableId table;
  std::string reason;
};

using SeverityCounts = std::array<std::uint64_t, 5>;

// Of a file ("" is the delivery as such), a rule, a level.
using CountsByFile = std::map<std::tuple<std::string, RuleId, Severity>, std::uint64_t>;

struct Checked {
  Roster roster;
  std::vector<SeverityCounts> counts;  // per rule
  CountsByFile by_file;                // the same numbers
  std::vector<Finding> findings;       // bounded per rule and file, the lowest lines first
  std::vector<PackageFinding> package_findings;
  std::vector<CauseEntry> row_causes, missing;
  std::vector<NotRun> not_run;
};

}  // namespace rollbook
