// Changes by hand: fields laid over what the sources say, and ids given anew.
#pragma once

#include "runs/queue.h"
#include "runs/rows_by_key.h"
#include "runs/work.h"

namespace rollbook::runs {

struct EditRequest {
  std::string table, sourced_id;
  std::vector<std::pair<std::string, std::string>> fields;  // name, value as OneRoster writes it; "" clears
  std::string until;                                        // last day, YYYY-MM-DD; "": for good
  std::optional<std::int64_t> seen = {};                    // the revision that the person looked at: a field that somebody changed since is not overwritten
};
Result<Answer> edit(Hub& hub, store::District const& district, EditRequest const& request);
Result<Queued> queue_edit(Hub& hub, store::District const& district, EditRequest const& request);

// Fields of many records of a table in one run, undone in one piece. None of it is done when somebody changed one of these fields since `seen`.
struct EditOfRecord {
  std::uint32_t key = 0;
  std::vector<std::pair<std::string, std::string>> fields;
};
Result<Queued> queue_edits(Hub& hub, store::District const& district, TableId table, std::vector<EditOfRecord> const& records, std::string const& until,
                           std::int64_t seen);

// The columns in which a record is another one now than it was then: what somebody changed meanwhile.
std::vector<std::size_t> changed_since(RowsByKey& then, RowsByKey& now, TableId table, std::uint32_t key);

// Settles clashes of the inbox: the edits of these fields are made once more, or end. When one of them is another one by now nothing is done.
struct SeenClash {
  TableId table = TableId::None;
  std::uint32_t key = 0;
  std::string field, number;  // "": whatever the source says of it
};
Result<Answer> settle_edit(Hub& hub, store::District const& district, SeenClash const& clash, bool keep);
// All of them in one run. `until`: the last day of those that are kept, YYYY-MM-DD; "": as it was.
Result<Queued> queue_settle(Hub& hub, store::District const& district, std::vector<SeenClash> const& clashes, bool keep, std::string const& until);

// Gives a record another sourcedId. What refers to it follows, the old id can still be found, and sources go on to use theirs.
Result<Answer> rekey(Hub& hub, store::District const& district, std::string const& table, std::string const& old_id, std::string const& new_id);
Result<Queued> queue_rekey(Hub& hub, store::District const& district, std::string const& table, std::string const& old_id, std::string const& new_id);

// Execute a run of kind edit, re-key.
Result<Answer> edit_run(Hub& hub, store::District const& district, store::Run const& run);
Result<Answer> rekey_run(Hub& hub, store::District const& district, store::Run const& run);

}  // namespace rollbook::runs
