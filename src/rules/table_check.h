// One table of the check: reads its file with all workers, asks every rule of every row, and leaves the table behind as data for
// the tables that refer to it.
#pragma once

#include "rules/check.h"
#include "rules/facts.h"
#include "rules/missing.h"
#include "rules/tally.h"

namespace rollbook {

// The buffers of one worker, kept from table to table: their pages are given by the system once.
struct WorkerBuffers {
  ChunkScratch scratch;
  Values values;
};

// What the tables of one check share.
struct CheckState {
  CheckOptions const& options;
  Levels const levels;
  Checked& out;
  MissingRecords missing;
  Facts facts;
  std::vector<WorkerBuffers> buffers;  // per worker
  std::vector<IdCollector> ids;        // likewise
  std::array<LeftOut, table_count> left_out, waiting;  // by errors of their own; by those only of what they refer to

  CheckState(CheckOptions const& o, Checked& c)
      : options(o), levels(*o.profile), out(c), missing(o.max_findings), buffers(std::max(1u, o.workers)), ids(buffers.size()) {}

  void leave_out(TableId table, csv::Place place) { set(left_out, table, place); }
  void let_wait(TableId table, csv::Place place) { set(waiting, table, place); }

 private:
  void set(std::array<LeftOut, table_count>& all, TableId table, csv::Place place) {
    auto& bits = all[static_cast<std::size_t>(table)][place.chunk()];
    if (bits.empty()) bits.resize(out.roster[table].chunks[place.chunk()].records / 64 + 1);
    bits[place.record() / 64] |= std::uint64_t{1} << (place.record() % 64);
  }
};

csv::Place place_of(TableData const& data, std::uint32_t row);

// `data` has member, mode, layout and first_record; all else is filled in here.
void check_table(TableData& data, Reading const& reading, CheckState& state);

// Duplicates among rows whose ids have equal hashes: tells them, leaves them out. Returns the rows that only repeat another.
std::vector<csv::Place> tell_duplicates(TableData& data, std::vector<EqualHashes> const& equal, CheckState& state, Tally& tally,
                                        std::vector<std::pair<csv::Place, RuleId>>& own_errors);

// Asks the row rules of a table of every row of a batch.
using RowFinding = std::function<void(RuleId, std::uint32_t row, std::uint8_t field)>;
void ask_row_rules(TableId table, csv::Batch const& batch, Values const& values, Roster const& roster, Levels const& levels, RowFinding const& tell);

}  // namespace rollbook
