#include "base/arrival.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace rollbook {
namespace {

TEST(Arrival, WhatIsThereIsNotWaitedFor) {
  Arrival arrival;
  arrival.wait_for(0);
  arrival.reach(100);
  arrival.wait_for(99);
  arrival.wait_for(100);
}

TEST(Arrival, ReadersWaitUntilEnoughHasCome) {
  Arrival arrival;
  std::vector<int> bytes(1000);  // TSan sees to it that nobody looks too early
  std::atomic<int> sum{0};
  {
    std::vector<std::jthread> readers;
    for (unsigned r = 0; r < 3; ++r)
      readers.emplace_back([&] {
        for (std::size_t at = 0; at < bytes.size(); ++at) {
          arrival.wait_for(at + 1);
          sum += bytes[at];
        }
      });
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      bytes[at] = 1;
      if (at % 7 == 6) arrival.reach(at + 1);
    }
    arrival.reach(bytes.size());
  }
  EXPECT_EQ(sum, 3000);
}

}  // namespace
}  // namespace rollbook
