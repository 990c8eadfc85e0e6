// How good a delivery is, row by row: which rows something is found about, at which schools they are, and which of them were there when the source last
// delivered. Made in the pass of the check; what is kept of it are counts, and a hash of each affected row of the last delivery that was taken.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "report/report.h"
#include "rules/marks.h"
#include "store/database.h"
#include "store/sources.h"
#include "sync/schools.h"

namespace rollbook::runs {

struct Looked;

// In the place of a school: all rows of the district, each once. 0 are rows that belong to no school, or to none that is stored.
inline constexpr std::int64_t all_schools = -1;

struct Quality {
  struct Rule {
    TableId table = TableId::None;  // None: of the delivery as such
    std::string code, field;        // field: of the district's own rules only
    auto operator<=>(Rule const&) const = default;
  };
  struct Rows {
    Severity severity = Severity::Info;
    std::map<std::int64_t, std::vector<std::uint64_t>> of_school;  // hashes of its affected rows
    std::uint64_t uncounted = 0;                                   // rows of which only the number is known
  };
  struct School {
    std::uint64_t wrong = 0, unstored = 0;  // rows with an error of their own; of these, those that are not stored
  };

  bool taken = false;  // something was looked at
  bool whole = true;   // false: more is wrong than can be counted
  std::map<Rule, Rows> rules;
  std::map<std::int64_t, School> schools;
  std::map<TableId, bool> stated;  // tables, and whether all of each was listed
  struct Cause {
    std::string code, table, id, file;
    std::optional<std::uint64_t> line;
    std::uint64_t blocks = 0;
  };
  std::vector<Cause> causes;  // those that block most
};

// After the comparison, while the delivery is at hand.
Quality quality_of(Looked const& looked, store::Source const& source, std::uint64_t seed);

// The district's own rules tell of rows that the check lets pass: the first of each, at most so many, as findings.
std::vector<CheckReport::Finding> findings_of_requirements(Looked const& looked, store::Source const& source, std::size_t most);

// Within the caller's transaction, behind all that the run changes. `applies`: the delivery was taken, and later ones are compared with it.
void save_quality(store::Database& roster, std::int64_t run, std::int64_t source, Quality const& quality, bool applies, std::int32_t today);

}  // namespace rollbook::runs
