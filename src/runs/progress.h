// How far a run has come, for whoever looks on; and whether a person wants it to stop.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "rules/found.h"
#include "store/districts.h"
#include "store/home.h"
#include "store/runs.h"

namespace rollbook::runs {

enum class Stage : std::uint8_t { Landing, Opening, Reading, Comparing, Counting, Writing, Finishing };
std::string_view name_of(Stage stage);

// Bytes while it reads, rows while it writes; 0 of 0 where there is nothing to count.
struct Progress {
  Stage stage = Stage::Opening;
  std::uint64_t done = 0, all = 0;
};

// As Run::progress has it: "reading 1048576 9000000", and on lines of their own what was found so far.
std::string to_text(Progress const& progress, Found::SoFar const& found = {});
std::optional<Progress> progress_of(std::string_view text);
std::optional<Found::SoFar> found_of(std::string_view text);  // nothing when nothing was found

// Told and asked from any worker, often: neither may take its time.
struct Watch {
  std::function<void(Progress const&)> progress;  // may be empty
  std::function<bool()> cancelled;                // likewise
  std::int64_t run = 0;                           // that is being worked on
  std::shared_ptr<Found> found;                   // likewise; told what the check finds
  std::function<bool()> leaves;                   // likewise; it stops too, and is put back into the queue for whoever comes next

  void at(Stage stage, std::uint64_t done = 0, std::uint64_t all = 0) const {
    if (progress) progress({stage, done, all});
  }
  bool gives_back() const { return leaves && leaves(); }
  bool stops() const { return (cancelled && cancelled()) || gives_back(); }
};

// While it lives, the progress of a run is kept in its row, twice a second, over a connection of its own and by a thread of its own: neither the engine nor an
// apply waits for it. The lease of the run goes on, and a cancel that was asked for is seen. Short runs never get that far.
class KeptProgress {
 public:
  KeptProgress(Watch& watch, store::Home const& home, store::Run const& run, std::string worker);
  KeptProgress(KeptProgress const&) = delete;
  KeptProgress& operator=(KeptProgress const&) = delete;
  ~KeptProgress();

 private:
  void look_after();

  Watch& watch_;
  Watch const before_;
  store::Home const& home_;
  std::int64_t run_;
  std::string worker_;
  std::atomic<Stage> stage_{Stage::Opening};
  std::atomic<std::uint64_t> done_{0}, all_{0};
  std::atomic<bool> cancelled_{false};
  std::shared_ptr<Found> const found_ = std::make_shared<Found>();
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

// Asks whoever works on a run, or will, to stop: it fails then, with nothing changed, and can be run again. A run that has changed the roster already is
// not stopped by it. Trouble when it is over.
std::optional<Trouble> ask_to_cancel(store::Database& operations, store::District const& district, std::int64_t run, store::Actor const& actor);

}  // namespace rollbook::runs
