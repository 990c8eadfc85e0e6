// The thread that looks into landing zones: what is whole becomes a run, what has stopped half-way is told. It looks now and then, and at once when a sender
// has gone.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "doors/taking.h"
#include "doors/zones.h"
#include "store/home.h"

namespace rollbook::doors {

struct TakersOptions {
  store::HomePlace place;
  store::ServerKey key;
  std::shared_ptr<Zones> zones;
  bool watch_folders = false;
  unsigned threads = 1;  // of each look at a zip
  std::chrono::milliseconds look_every{5000};
  std::function<std::int64_t()> now = {};                                                       // seconds since 1970
  std::function<std::int32_t(std::string const& time_zone, std::int64_t seconds)> day_in = {};  // yyyymmdd
  std::function<void()> on_queued = {};
  std::function<void(std::string const& what)> on_trouble = {};  // for the log, each once until it changes
};

class Takers {
 public:
  explicit Takers(TakersOptions options);
  Takers(Takers const&) = delete;
  Takers& operator=(Takers const&) = delete;
  ~Takers();  // what is being taken comes to its end

  void wake();

  // What the thread does each time; tests call it with a clock of theirs.
  static std::vector<std::int64_t> look(TakersOptions const& options, store::Home& home, std::map<std::int64_t, Taking>& takings,
                                        std::function<void(std::string const&)> const& complain);

 private:
  void work();

  TakersOptions const options_;
  std::mutex mutex_;
  std::condition_variable more_;
  bool woken_ = false, ends_ = false;
  std::thread thread_;
};

}  // namespace rollbook::doors
