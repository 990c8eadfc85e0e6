// Runs from beginning to end: land, check, compare, guard, apply; and the decisions that people make of them.
//
// Whatever is asked becomes a row in the queue, is worked off in order, one run of a district at a time, and answered when it is done. Who
// dies on the way leaves a run that the next one to come takes over: its delivery is in the vault, and its commit mark, if it got so far, is in
// the roster itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "delivery/load.h"
#include "runs/answer.h"
#include "runs/progress.h"
#include "store/home.h"
#include "store/runs.h"
#include "store/server_facts.h"
#include "store/server_key.h"
#include "store/sources.h"

namespace rollbook::runs {

struct Hub {
  store::Home& home;
  store::ServerKey key;
  std::string data_folder;  // "" on PostgreSQL
  unsigned workers = 1;
  std::int32_t today = 0;  // yyyymmdd
  store::Actor actor;
  std::string worker;           // whose claims its runs are: name_of_this_worker()
  Watch watch = {};             // who looks on, and may stop it
  bool keeps_progress = false;  // in the rows of its runs, for other processes to see; and other processes may stop them

  // Of a server, which works for many and for long. The moment, as it is stored; without it all that is done is done at `actor.at` and by `actor`, with it each
  // run is done for whoever asked for it.
  std::function<std::string()> clock = {};
  // Told when something was put into the queue here.
  std::function<void()> queued = {};
};

// Host, number and start of this process, and a number that is another each time: for Hub::worker.
std::string name_of_this_worker();

std::uint64_t seed_of(Hub const& hub, std::int64_t district);

// Shows what a delivery would change; writes nothing.
Result<Answer> preview(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery);

// Lands a delivery and makes a run of it. `approved`: the digest of a change set that a person has seen, or "".
Result<Answer> sync(Hub& hub, store::District const& district, store::Source const& source, delivery::Delivery delivery, std::string const& approved);

Result<Answer> approve(Hub& hub, store::District const& district, std::int64_t run, std::vector<std::string> const& except_schools);
Result<Answer> discard(Hub& hub, store::District const& district, std::int64_t run);

// For the workers of a server: does what is next in a district, and returns what came of it; nothing when there is nothing to do, or somebody else works for
// the district. Ends of pauses are looked for first. If we are wrong somewhere, the run has failed and the server goes on.
Result<std::optional<Answer>> work_one(Hub& hub, store::District const& district);

// Numbers of districts that have runs in the queue, or in somebody's hand; whose work waits longest first.
std::vector<std::int64_t> districts_with_work(store::Database& operations);

// Works off what waits in a district until `run` is done.
Result<Answer> work_off(Hub& hub, store::District const& district, std::int64_t run, delivery::Delivery* at_hand);

}  // namespace rollbook::runs
