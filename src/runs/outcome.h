// What came of a run, noted where everybody looks: in its answer, its row and the audit log. And what was asked of it.
#pragma once

#include "runs/guards.h"
#include "runs/work.h"

namespace rollbook::runs {

// What is to be done with a run, a line each: "approve DIGEST", "except ID", "remainder", "held-over", "waits-for-range", "force",
// "change …" of a source.
struct Work {
  std::string approved;
  bool approve = false, remainder = false, force = false;
  bool held_over = false;        // it is what deltas wanted to remove while nothing might be removed
  bool waits_for_range = false;  // until such a range is over
  std::string change;            // what becomes of a source
  std::vector<std::string> except;

  static Work of(std::string const& text);
  // What it is, without what a person decided.
  std::string lasting() const;
};

void tell_holds(Answer& answer, std::vector<Held> const& held);

// Whether the source is trusted to go by itself.
void tell_trust(Answer& answer, store::Source const& source);

void decide(Answer& answer, store::Run& run, std::string outcome, std::optional<std::string> decision);

// Notes it. Text, JSON and row say the same.
std::optional<Trouble> note_outcome(Hub& hub, store::Run& run, Answer& answer);

}  // namespace rollbook::runs
