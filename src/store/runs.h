// Runs: the queue of work, its outcomes, and who has it in hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/districts.h"

namespace rollbook::store {

struct Run {
  std::int64_t id = 0, district = 0;
  std::optional<std::int64_t> source;
  std::string kind;              // delivery, edit, undo, …
  std::string state = "queued";  // waiting for the schedule of its source, queued, running, done
  std::string created, finished, who;
  std::string delivery;           // its files in the vault, a line each: hash, size, path
  std::string outcome, decision;  // "" while there is none
  std::string held_because;       // words with commas between
  std::string digest;
  std::optional<std::int64_t> revision, undoes;
  std::string modes;    // what it states: users=bulk,classes=delta,…
  std::string work;     // what is to be done with it: "", or settings of an approval
  std::string report;   // its answer, as JSON
  std::string summary;  // the numbers of it that lists show, as runs::Summary is written

  // Kept by their own functions below, not by save_run.
  std::string progress;   // how far it has come, as runs::Progress is written; "" where nobody has noted it
  std::string cancel_by;  // who wants it to stop, or has stopped it; ""

  bool taken_over = false;  // whoever had it in hand has died: it may have been applied already
};

// Puts a run into the queue; its number is given here.
void add_run(Database& operations, Run& run);
void save_run(Database& operations, Run const& run);
std::optional<Run> find_run(Database& operations, std::int64_t district, std::int64_t id);
// Why it is not found, as a sentence.
std::string no_run(District const& district, std::int64_t id);
std::vector<Run> list_runs(Database& operations, std::int64_t district);

// Newest first, those below number `below`; without their reports where there is a summary. What is empty asks for nothing.
struct RunFilter {
  std::optional<std::int64_t> source = {};
  std::string outcome = {}, kind = {};
  std::string from = {}, before = {};  // moments between which it was made, the first included
  bool needs_decision = false, done = false;
};
std::vector<Run> newest_runs(Database& operations, std::int64_t district, RunFilter const& filter, std::optional<std::int64_t> below, std::size_t how_many);

// Those that wait for a decision.
std::vector<Run> open_runs(Database& operations, std::int64_t district);

// Takes the oldest run of the district that waits, or whose worker has died, unless another of the district is being worked on. `worker` says who
// takes it and until when (in seconds since 1970); `dead` tells whether somebody else's claim counts no more.
struct Worker {
  std::string name;
  std::int64_t now = 0;
};
inline constexpr std::int64_t lease_seconds = 600;
std::optional<Run> claim_run(Database& operations, std::int64_t district, Worker const& worker, bool (*dead)(std::string const& worker));
// Notes how far a run has come, and that its worker lives.
void keep_progress(Database& operations, std::int64_t run, Worker const& worker, std::string const& progress);
// Who wants a run to stop; "" for nobody.
void ask_to_cancel(Database& operations, std::int64_t run, std::string const& who);
std::string who_cancels(Database& operations, std::int64_t run);
// It begins anew, or is over: what was asked and noted of it means nothing any more. Of one that failed because somebody cancelled it, who did is kept.
void forget_progress(Database& operations, std::int64_t run, bool was_cancelled = false);

// Whoever has it in hand goes on: its lease begins again, and what it has learned of the delivery is kept for who may take over.
void go_on(Database& operations, Run const& run, Worker const& worker);
bool has_claim(Database& operations, Run const& run, Worker const& worker);
// Whoever has it in hand cannot go on: it waits again. False when it is somebody else's.
bool give_back(Database& operations, Run const& run, Worker const& worker);

// How the runs of a district stand that are not over, for whoever looks on; oldest first.
struct Standing {
  std::int64_t run = 0;
  std::string state, progress, cancel_by;
};
std::vector<Standing> unfinished_runs(Database& operations, std::int64_t district);

// The newest delivery of a source that was kept, whatever became of it, or the newest that was applied; nothing when none has come. Without its report.
struct LastDelivery {
  std::int64_t run = 0;
  std::string created, outcome, decision, files;  // files: lines, as in Run::delivery
};
enum class Deliveries { All, Applied };
std::optional<LastDelivery> last_delivery(Database& operations, std::int64_t district, std::int64_t source, Deliveries of = Deliveries::All);

}  // namespace rollbook::store
