// Work spread over threads. The number of threads is an argument everywhere, never a global.
#pragma once

#include <algorithm>
#include <thread>
#include <vector>

namespace rollbook {

// Calls `work(worker)` once for each of `workers` workers (numbered from 0), the last one on the calling thread.
// Returns when all are done. `work` must not throw.
template <class Work>
void run_workers(unsigned workers, Work&& work) {
  workers = std::max(1u, workers);
  std::vector<std::jthread> others;
  others.reserve(workers - 1);
  for (unsigned worker = 0; worker + 1 < workers; ++worker) others.emplace_back([&work, worker] { work(worker); });
  work(workers - 1);
}

}  // namespace rollbook
