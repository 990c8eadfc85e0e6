// Runs as they go on, for browsers that look on: one thread asks the databases for all of them, a district with one query, and tells each stream what is new.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "access/rights.h"
#include "http/channel.h"
#include "runs/progress.h"
#include "store/home.h"

namespace rollbook::web {

class Live {
 public:
  // Who looks on, and by which right they may: asked again now and then, so that nobody looks on after their session.
  struct Onlooker {
    std::int64_t account = 0, district = 0, session = 0;  // session 0: a program with a token, which asks anew every minute
    access::Right right = access::Right::SeeHistory;
    std::int64_t since = 0;
    bool sees_findings = false;  // of the whole district: rules and places, not only how many
  };

  Live(store::HomePlace place, std::function<std::int64_t()> now_ms);
  Live(Live const&) = delete;
  ~Live();

  // The stream of a run that is not over, for one onlooker: events "progress" and, at its end, "done", with JSON as their data.
  std::shared_ptr<http::Channel> watch(Onlooker const& onlooker, std::int64_t run);

  // How far a run of this process has come. Cheap, and may be forgotten: the row of the run says it as well, a little later.
  void note(std::int64_t run, runs::Progress const& progress);
  // It is over, for now at least: whoever looks on is told at once.
  void note_over(std::int64_t run);
  void look_now();
  // Somebody may no longer do what they could, or is signed out: who looks on is asked now. What commands and other nodes do is seen in the audit log, within
  // half a second, for whatever takes a right away is noted there.
  void look_for_strangers();

  static constexpr std::chrono::milliseconds between{500};
  static constexpr std::int64_t sessions_every = 30;  // seconds

 private:
  struct Stream {
    Onlooker onlooker;
    std::int64_t run = 0;
    std::shared_ptr<http::Channel> channel;
    std::string told;
  };
  void tick();
  void tell(store::Database& operations, std::vector<Stream*> const& streams);
  bool is_time_for_strangers(store::Database& operations);
  bool end_strangers(store::Database& operations);
  void let_go_of_the_lonely();

  store::HomePlace const place_;
  std::function<std::int64_t()> const now_ms_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ends_ = false, now_ = false, strangers_ = false;
  std::vector<std::unique_ptr<Stream>> coming_;  // since the last tick

  std::mutex noted_mutex_;
  std::map<std::int64_t, runs::Progress> noted_;

  // Of the thread alone.
  std::vector<std::unique_ptr<Stream>> streams_;
  std::int64_t strangers_looked_for_ = 0;  // when; 0: it has to be done
  std::int64_t noted_then_ = 0;
  std::thread thread_;
};

}  // namespace rollbook::web
