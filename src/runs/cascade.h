// Deleting an organization, with all that belongs to it: organizations below it, their courses, classes and enrollments, and people who belong nowhere else.
// Who also belongs elsewhere stays, and loses only this. A run of kind "cascade".
//
// Sources go on saying what was deleted. So what they say now is set aside as rejected, as with an undone change: it stays away until they say something else.
#pragma once

#include "runs/queue.h"

namespace rollbook::runs {

// Counts the whole cascade, and waits for a decision: nothing goes before a person approves. `org` is the key of the record.
Result<Queued> queue_cascade(Hub& hub, store::District const& district, std::uint32_t org);

// Carries it out.
Result<Answer> cascade_run(Hub& hub, store::District const& district, store::Run& run);

}  // namespace rollbook::runs
