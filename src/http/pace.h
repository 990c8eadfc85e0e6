// How fast a body comes. Only time that was spent waiting for it counts, and a slow moment is no offence: it is looked at from time to time.
#pragma once

#include <chrono>
#include <cstdint>

namespace rollbook::http {

class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  Pace(std::uint64_t least_bytes_per_second, Clock::duration window)
      : least_(static_cast<double>(least_bytes_per_second) * std::chrono::duration<double>(window).count()), window_(window) {}

  // A wait that begins now ends then, so that somebody looks.
  Clock::time_point next_look(Clock::time_point now) const { return now + (window_ - waited_); }

  // After a wait; false: too little has come.
  bool keeps(Clock::duration waited, std::size_t bytes) {
    waited_ += waited;
    bytes_ += bytes;
    if (waited_ < window_) return true;
    bool const enough = static_cast<double>(bytes_) >= least_;
    waited_ = {};
    bytes_ = 0;
    return enough;
  }

 private:
  double least_;
  Clock::duration window_, waited_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace rollbook::http
