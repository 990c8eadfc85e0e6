// What came of a run, noted where everybody looks: in its answer, its row and the audit log. And what was asked of it.
#pragma once

#include <functional>

#include "runs/guards.h"
#include "runs/work.h"

namespace rollbook::runs {

// What is to be done with a run, a line each: "approve DIGEST", "except ID", "remainder", "held-over", "waits-for-range", "force",
// "change …" of a source, "confirmed …", "look", "take …".
struct Work {
  std::string approved;
  bool approve = false, remainder = false, force = false;
  bool held_over = false;         // it is what deltas wanted to remove while nothing might be removed
  bool waits_for_range = false;   // until such a range is over
  std::string change;             // what becomes of a source
  bool look_first = false;        // nothing of it is applied before a person has seen what it would change
  std::string confirmed;          // what a person says of a delivery without a manifest: runs/confirmed.h; of an upload: UploadHow
  std::vector<std::string> take;  // "TABLE FIELD ID" of edits that end when it is applied
  std::vector<std::string> except;

  static Work of(std::string const& text);
  // What it is, without what a person decided.
  std::string lasting() const;
};

// A run of this kind that is to be put into the queue; the actor of the hub asks for it.
store::Run new_run(Hub const& hub, store::District const& district, std::string kind, std::optional<std::int64_t> source = {});

// The rest of a run, which is to be done in a run of its own.
store::Run rest_of(store::Run const& run, std::string at, std::string work);

// `schools`: those of the answer, in its order.
void tell_holds(Answer& answer, std::vector<Held> const& held, std::vector<School> const& schools);

// Whether the source is trusted to go by itself.
void tell_trust(Answer& answer, store::Source const& source);

void decide(Answer& answer, store::Run& run, std::string outcome, std::optional<std::string> decision);

// What lists show of an answer, in a few bytes: reports of large districts are long.
struct Summary {
  Counts counts;  // over all tables
  std::uint64_t errors = 0, warnings = 0, milliseconds = 0;

  static Summary of(Answer const& answer);
  static Summary of(std::string_view text);
  std::string text() const;
};

// The world did not do its part.
Answer failed(std::optional<std::int64_t> run, std::string const& kind, std::string const& why);

// Notes it, with what follows from it (`along`) or not at all. Text, JSON and row say the same. Of a run that another worker has taken over meanwhile
// nothing is noted: it is the other's.
std::optional<Trouble> note_outcome(Hub& hub, store::Run& run, Answer& answer, std::function<void()> const& along = {});

// The same for a run of any kind: a delivery brings more about than its note, a change of a source is one of the source too.
std::optional<Trouble> conclude(Hub& hub, store::District const& district, store::Run& run, Answer& answer);

// A run that is in the roster already, by its mark there, only has to be noted. Nothing when it is not.
Result<std::optional<Answer>> note_if_done(Hub& hub, store::District const& district, store::Run& run);

}  // namespace rollbook::runs
