// Bytes that somebody brings while somebody else already reads them: how many are there, and waiting for more.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace rollbook {

class Arrival {
 public:
  // Says that the first `size` bytes are there. One thread brings; `size` never falls.
  void reach(std::uint64_t size) {
    {
      std::lock_guard const lock(mutex_);
      there_.store(size, std::memory_order_release);
    }
    more_.notify_all();
  }

  // Returns when the first `size` bytes are there; at once when they are already. Whoever brings must reach the end, also when
  // something goes wrong on the way.
  void wait_for(std::uint64_t size) const {
    if (there_.load(std::memory_order_acquire) >= size) return;
    std::unique_lock lock(mutex_);
    more_.wait(lock, [&] { return there_.load(std::memory_order_relaxed) >= size; });
  }

 private:
  std::atomic<std::uint64_t> there_{0};
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
};

}  // namespace rollbook
