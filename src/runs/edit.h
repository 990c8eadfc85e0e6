// Changes by hand: fields laid over what the sources say, and ids given anew.
#pragma once

#include "runs/queue.h"

namespace rollbook::runs {

struct EditRequest {
  std::string table, sourced_id;
  std::vector<std::pair<std::string, std::string>> fields;  // name, value as OneRoster writes it; "" clears
  std::string until;                                        // last day, YYYY-MM-DD; "": for good
};
Result<Answer> edit(Hub& hub, store::District const& district, EditRequest const& request);

// Settles a clash of the inbox: the edit of a field is made once more, or ends. `clash`: its number; when it is another one by now nothing is done.
Result<Answer> settle_edit(Hub& hub, store::District const& district, TableId table, std::uint32_t key, std::string const& field, std::string const& clash,
                           bool keep);

// Gives a record another sourcedId. What refers to it follows, the old id can still be found, and sources go on to use theirs.
Result<Answer> rekey(Hub& hub, store::District const& district, std::string const& table, std::string const& old_id, std::string const& new_id);

// The same put into the queue, for a record by its key.
Result<Queued> queue_rekey(Hub& hub, store::District const& district, TableId table, std::uint32_t key, std::string const& new_id);

// Execute a run of kind edit, re-key.
Result<Answer> edit_run(Hub& hub, store::District const& district, store::Run const& run);
Result<Answer> rekey_run(Hub& hub, store::District const& district, store::Run const& run);

}  // namespace rollbook::runs
