// Runs as people look at them: the history of a district, newest first, one run with all that it says of itself, and how they went over time. All of it from
// the operations database: no roster is opened.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runs/answer.h"
#include "runs/progress.h"
#include "runs/received.h"
#include "store/districts.h"
#include "store/runs.h"
#include "views/local_time.h"

namespace rollbook::views {

// The empty ones ask for nothing.
struct HistoryFilter {
  std::optional<std::int64_t> source;
  std::string outcome, kind;
  std::string from_day, to_day;  // days of the district, both included
  bool needs_decision = false;
};

// A line of the history.
struct RunLine {
  std::int64_t id = 0;
  std::string kind, source;  // the name of the source; "" when there is none
  std::string state, outcome, decision;
  std::vector<std::string> held_because;
  std::string at;  // when it was made, as the store writes moments
  LocalTime created, finished;
  std::string who;
  std::optional<std::int64_t> revision, undoes;
  std::optional<std::int64_t> undone_by;  // the run that took it back
  bool needs_decision = false;
  std::optional<runs::Progress> progress;  // of one that is being worked on
  runs::Counts counts;                     // over all tables
  std::uint64_t errors = 0, warnings = 0, milliseconds = 0;
};

struct History {
  std::vector<RunLine> lines;        // newest first
  std::optional<std::int64_t> next;  // those below this number are on the next page
};

// Runs with a number below `below` (none: from the newest).
Result<History> history(store::Database& operations, store::District const& district, HistoryFilter const& filter, std::optional<std::int64_t> below,
                        std::size_t how_many);

// What these runs said of themselves, by number, as far as `most_bytes` of reports go: those of a district with thousands of schools are long.
std::map<std::int64_t, runs::Answer> answers_of(store::Database& operations, store::District const& district, std::vector<RunLine> const& lines,
                                                std::size_t most_bytes);

struct RunDetail {
  RunLine line;
  std::optional<runs::Answer> answer;        // none while it waits or is worked on
  std::vector<runs::ReceivedFile> received;  // its delivery
  std::string delivery_gone, findings_gone;  // when they were let go, being old; "" while they are kept
  std::string past_undoing;                  // when people were let go whom it changed; "": it can be taken back
  std::string progress;                      // of one that is being worked on, as its row has it
  std::string cancel_by;                     // who wants it to stop
  bool lacks_manifest = false;               // refused because nobody knows what its files are; a person may say it
  std::string digest;
  std::string approved_by, approved_at;  // the last who did; "" when nobody has
};
// Nothing: there is no such run in the district.
Result<std::optional<RunDetail>> run_detail(store::Database& operations, store::District const& district, std::int64_t run);

// A point of each chart: one run of a source.
struct ChartPoint {
  std::int64_t run = 0;
  LocalTime at;
  std::string source, outcome;
  std::uint64_t rows = 0, created = 0, updated = 0, removed = 0, excluded = 0;  // rows: of the delivery
  std::uint64_t errors = 0, warnings = 0, milliseconds = 0;
};
// The newest deliveries that were read, oldest first.
Result<std::vector<ChartPoint>> chart(store::Database& operations, store::District const& district, std::optional<std::int64_t> source, std::size_t how_many);

}  // namespace rollbook::views
