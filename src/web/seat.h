// An upload holds databases and files open for as long as its sender takes: there are so many seats.
#pragma once

#include <atomic>

namespace rollbook::web {

class Seat {
 public:
  static constexpr int most = 32;
  Seat() : number_(++taken) {}
  Seat(Seat const&) = delete;
  ~Seat() { --taken; }
  bool is_one_too_many() const { return number_ > most; }

 private:
  static inline std::atomic<int> taken = 0;
  int const number_;
};

}  // namespace rollbook::web
