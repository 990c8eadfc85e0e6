// How good the data of a district is now: of each source and table what the last delivery that was taken had, counted when it came. Nothing is counted here.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runs/accepted.h"
#include "runs/quality.h"

namespace rollbook::views {

struct QualityLine {
  std::int64_t run = 0, source = 0, table = 0;  // table: of TableId, or beyond all of them
  std::string rule, field;
  Severity severity = Severity::Info;
  std::uint64_t rows = 0, accepted = 0;       // accepted: of these
  std::optional<std::uint64_t> fresh, fixed;  // since the delivery before; none: there was none that says
  bool whole = true;                          // false: at least so many
};

// Of all schools, each row once; or of some, each row at each of them.
std::vector<QualityLine> quality_now(store::Database& roster, std::optional<std::set<std::int64_t>> const& schools,
                                     std::vector<runs::Accepted> const& accepted);

// The same of one rule, school by school: those above school `after`, at most so many. `schools`: only these.
struct QualityAtSchool {
  std::int64_t school = 0;
  std::string id, name;
  QualityLine line;
  std::optional<runs::Accepted> accepted;
};
struct QualityRule {
  std::int64_t source = 0, table = 0;
  std::string rule, field;
};
std::vector<QualityAtSchool> quality_by_school(store::Database& roster, QualityRule const& rule, std::optional<std::set<std::int64_t>> const& schools,
                                               std::vector<runs::Accepted> const& accepted, std::int64_t after, std::size_t how_many);

// What keeps most rows waiting, of all sources.
struct QualityCause {
  std::int64_t run = 0, source = 0;
  runs::Quality::Cause cause;
};
std::vector<QualityCause> quality_causes(store::Database& roster, std::size_t how_many);

// Rows of a school without an error of their own, of each delivery that was taken; the newest, oldest first.
struct QualityPoint {
  std::int64_t run = 0, source = 0, day = 0;
  std::uint64_t rows = 0, wrong = 0;
  // Tenths of a per cent; rounded down, so that 1,000 means none is wrong.
  std::uint64_t score() const { return rows == 0 ? 1000 : rows > wrong ? (rows - wrong) * 1000 / rows : 0; }
};
std::vector<QualityPoint> quality_over_time(store::Database& roster, std::int64_t school, std::int64_t source, std::size_t how_many);

// The schools of a source's newest delivery, the worst first. `schools`: only these.
struct QualityOfSchool {
  std::int64_t school = 0;
  std::string id, name;
  QualityPoint point;
};
std::vector<QualityOfSchool> quality_of_schools(store::Database& roster, std::int64_t source, std::optional<std::set<std::int64_t>> const& schools,
                                                std::size_t how_many);

// The sourcedId and the name of a school that is stored, or was.
std::pair<std::string, std::string> school_called(store::Database& roster, std::int64_t school);

}  // namespace rollbook::views
