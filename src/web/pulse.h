// How this process does as a server: what it has answered since it began, whether its workers live. Nothing here is about districts or people.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <ctime>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "runs/workers.h"

namespace rollbook::web {

class Pulse {
 public:
  // Seconds up to which answers are counted together; what takes longer is in the last one, which has no end.
  static constexpr std::array<double, 11> steps{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

  void answered(int status, double seconds);

  struct Answered {
    std::array<std::uint64_t, 6> by_class{};  // 1: those from 100 to 199, …
    std::array<std::uint64_t, steps.size() + 1> by_time{};
    double seconds = 0;
  };
  Answered answers() const;

  struct Room {
    std::uintmax_t free = 0, all = 0;
  };
  // Nothing: it cannot be told.
  std::optional<Room> room(std::string const& folder) const;

  // Told when a server begins, and when it ends.
  struct Server {
    std::function<std::optional<runs::WorkersState>()> workers = {};   // nothing: they have not begun, or have ended
    std::string certificate_ends = {};                                 // a moment; "" without TLS
    std::function<std::optional<Room>(std::string const&)> room = {};  // of the disk that a folder lies on; in place of asking the system
  };
  void set(Server server);

  std::optional<runs::WorkersState> workers() const;
  bool has_workers() const;  // or ought to have
  std::string certificate_ends() const;
  std::int64_t began() const { return began_; }  // seconds since 1970

 private:
  std::int64_t const began_ = static_cast<std::int64_t>(std::time(nullptr));
  mutable std::mutex mutex_;
  Server server_;
  std::array<std::atomic<std::uint64_t>, 6> by_class_{};
  std::array<std::atomic<std::uint64_t>, steps.size() + 1> by_time_{};
  std::atomic<std::uint64_t> microseconds_{0};
};

// There is one: numbers of a process are counted where they arise.
Pulse& pulse();

}  // namespace rollbook::web
