// A revision that is to be taken back: what it was, and whose say it changed.
#pragma once

#include "runs/answer.h"
#include "runs/apply.h"

namespace rollbook::runs {

struct Undone {
  Revision revision;
  std::optional<std::int64_t> source;
  std::string first_of;
};

// Nothing: the run has changed nothing.
std::optional<Undone> revision_of_run(store::Database& roster, std::int64_t run);

// An undo goes away from what the source says, the undo of an undo comes back to it.
bool goes_toward_source(store::Database& roster, Revision revision);

// It undoes the undo of a deleted organization: what sources go on saying is rejected once more.
bool deletes_again(store::Database& roster, Revision revision);

// The run that has taken it back already.
std::optional<std::int64_t> taken_back_by(store::Database& roster, Revision const& revision);

// Sources besides its own whose say it changed: it took records over from them.
std::vector<std::int64_t> other_sources_of(store::Database& roster, Undone const& undone);

// Adds the counts of what another source says. What one source loses and another gets is still there.
void add_what_changed_hands(Answer& answer, Answer const& more);

}  // namespace rollbook::runs
