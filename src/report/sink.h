// Where a written report goes: a file, a response, a string. It gets pieces of a convenient size, in order.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace rollbook {

using Sink = std::function<void(std::string_view)>;

// Collects what is written until a piece is worth handing on.
class Pieces {
 public:
  explicit Pieces(Sink const& sink) : sink_(sink) { text.reserve(enough + enough / 4); }

  // Called between two items, at any time.
  void hand_on_if_enough() {
    if (text.size() >= enough) finish();
  }
  void finish() {
    if (!text.empty()) sink_(text);
    text.clear();
  }

  std::string text;

 private:
  static constexpr std::size_t enough = 64 << 10;  // few system calls, still in the cache
  Sink const& sink_;
};

}  // namespace rollbook
