// What becomes of a source: it is deactivated, deleted, or another one takes its place. Each is a run of kind "source change". The functions that begin with
// queue_ only put it into the queue.
#pragma once

#include "runs/queue.h"

namespace rollbook::runs {

// It takes no more deliveries; its records stay, without an owner, until a source that brings the same ids adopts them.
Result<Queued> queue_deactivation(Hub& hub, store::District const& district, store::Source const& source);
Result<Answer> deactivate_source(Hub& hub, store::District const& district, store::Source const& source);

// It is forgotten, history keeps its name. With its records it is held until a person approves.
Result<Queued> queue_deletion(Hub& hub, store::District const& district, store::Source const& source, bool with_records);
Result<Answer> delete_source(Hub& hub, store::District const& district, store::Source const& source, bool with_records);

// What the old one said is the new one's from then on; held until a person approves.
Result<Queued> queue_replacement(Hub& hub, store::District const& district, store::Source const& old_source, store::Source const& new_source);
Result<Answer> replace_source(Hub& hub, store::District const& district, store::Source const& old_source, store::Source const& new_source);

// Carries out such a run.
Result<Answer> source_change_run(Hub& hub, store::District const& district, store::Run& run);

// What an applied run, or the undo of one, makes of the source itself. Nothing for other kinds.
struct Becomes {
  std::int64_t source = 0;
  std::string state;
};
std::optional<Becomes> becomes(store::Database& operations, store::Run const& run);
// Makes it so; the second time nothing is left to do.
std::optional<Trouble> settle_source(Hub& hub, store::District const& district, store::Run const& run, Answer const& answer);

// Why a source takes no delivery; "" when it does.
std::string why_closed(store::Source const& source);

}  // namespace rollbook::runs
