// What is asked becomes a row in the queue. Whoever asks gets its number at once; `work_off` or a worker of a server does it.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

// The number of the run; or why nothing is in the queue, when the world did not do its part. What cannot be asked at all is trouble.
struct Queued {
  std::int64_t run = 0;
  std::optional<std::string> failed;
};

// `received`: the delivery as it landed. `approved`: the digest of a change set that a person has seen, or "". A person stands there, so it is taken at once;
// what waits for the schedule of its source goes before it.
Result<Queued> queue_delivery(Hub& hub, store::District const& district, store::Source const& source, std::string const& received, std::string const& approved);

// The same for a run that is made already, and that a person will look at before anything is applied; those of its source that wait so are superseded by it.
Result<Queued> queue_to_look_at(Hub& hub, store::District const& district, store::Source const& source, store::Run run);

// The same for what comes by itself, through a door: it waits for the schedule of its source, where that has one (runs/on_time.h). `modes`: what it states and
// how, as modes_of says, of one that is whole; what waits, and is covered by it, is superseded. "" supersedes nothing. `also`: what belongs into the same
// transaction.
Result<Queued> queue_arrival(Hub& hub, store::District const& district, store::Source const& source, std::string const& received, std::string const& modes,
                             std::function<void(std::int64_t run)> const& also = {});

// `seen`: the digest of the change set that the person looked at; trouble when the run has another one by now. "" takes whatever it has.
Result<Queued> queue_approval(Hub& hub, store::District const& district, std::int64_t run, std::vector<std::string> const& except_schools,
                              std::string const& seen = {});

// With `force` also where later runs or people changed something since.
Result<Queued> queue_undo(Hub& hub, store::District const& district, std::int64_t run, bool force);

// A run of any other kind.
Result<Queued> queue_run(Hub& hub, store::Run run);

// A run that takes back `undone`; its number comes with the queue.
store::Run undo_of(Hub const& hub, store::District const& district, store::Run const& undone, bool force);

// What came of it, when it has been worked off here.
Result<Answer> work_off(Hub& hub, store::District const& district, std::string const& kind, Result<Queued> const& queued,
                        delivery::Delivery* at_hand = nullptr);

}  // namespace rollbook::runs
