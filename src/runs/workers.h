// The threads of a server that take runs from the queue and do them: of a district one at a time, of different districts side by side.
//
// They look into the queue now and then, for other nodes put runs into it too, and at once when something is queued here. What a dead process left is taken
// over as its claim shows to be void. Told to end, they give back what they are reading, and what they are writing is undone and given back as well: nothing is
// lost, whoever comes next does it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/schedule.h"
#include "runs/work.h"

namespace rollbook::runs {

struct WorkersOptions {
  store::HomePlace place;
  store::ServerKey key;
  unsigned at_once = 2;  // runs; each takes memory in proportion to its delivery
  unsigned threads = 1;  // of each run
  std::chrono::milliseconds look_every{2000};

  std::function<std::int64_t()> now = {};                                                       // seconds since 1970
  std::function<std::int32_t(std::string const& time_zone, std::int64_t seconds)> day_in = {};  // yyyymmdd
  std::function<WallClock(std::string const& time_zone)> clock_in = {};                         // without it no schedule is followed
  std::function<void(std::int64_t run, Progress const& progress)> on_progress = {};             // often, from any thread
  std::function<void(std::int64_t run)> on_over = {};                                           // it is decided, given back, or has failed
  std::function<void(std::string const& what)> on_trouble = {};                                 // of the databases, for the log
};

// How they do: `ready` have their databases, and looked into the queue a moment ago or work.
struct WorkersState {
  unsigned threads = 0, ready = 0, busy = 0;
  std::map<std::string, std::uint64_t> outcomes;  // of runs that this process has done, since it began
  bool alive() const { return ready > 0; }
};

class Workers {
 public:
  explicit Workers(WorkersOptions options);
  Workers(Workers const&) = delete;
  Workers& operator=(Workers const&) = delete;
  // Ends them, and waits until they have.
  ~Workers();

  // There is something in the queue.
  void wake();
  // What is being done comes to its end soon; nothing new is begun.
  void begin_to_end();

  WorkersState state() const;

 private:
  class Worker;
  // What others may see of a thread.
  struct Beat {
    std::atomic<std::int64_t> looked{0};  // seconds of a clock that only goes forward
    std::atomic<bool> busy{false}, has_databases{false};
  };
  void work(Beat& beat);
  void do_all(Worker& worker, Beat& beat);
  // A district that no thread of this process works for, none of `others`; 0 when there is nothing to do.
  std::int64_t take_district(store::Database& operations, std::set<std::int64_t> const& others);
  void follow_clock();
  std::unique_ptr<Worker> new_worker() const;
  bool wait_for_more(std::uint64_t seen);

  WorkersOptions const options_;
  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::uint64_t woken_ = 0;
  std::set<std::int64_t> taken_;                         // districts that a thread works for
  std::map<std::int64_t, std::int32_t> looked_at_;       // on which of its days pauses of a district were last looked for
  std::map<std::int64_t, std::int64_t> revision_known_;  // by district, for which it was looked after
  std::int64_t days_looked_at_ = 0;
  std::map<std::string, std::uint64_t> outcomes_;
  std::atomic<bool> ends_{false};
  std::deque<Beat> beats_;  // of each thread
  std::vector<std::thread> threads_;
};

}  // namespace rollbook::runs
