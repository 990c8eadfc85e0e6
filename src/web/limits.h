// How much one address, or one session, may ask for: a bucket of tokens each, in memory, filled again as time goes by.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace rollbook::web {

class Limits {
 public:
  struct Rate {
    double most = 0, per_second = 0;  // at once, and in the long run
  };
  explicit Limits(Rate rate) : rate_(rate) {}

  // Takes one. 0: go on; otherwise the seconds to wait. `now` in milliseconds, of any clock.
  int take(std::string const& who, std::int64_t now);

 private:
  struct Bucket {
    double left = 0;
    std::int64_t at = 0;
  };
  // Those that are full again are forgotten when there are this many; an attacker with more addresses than that has to be met elsewhere.
  static constexpr std::size_t most_buckets = 100'000;
  void forget_full(std::int64_t now);
  double left(Bucket const& bucket, std::int64_t now) const;

  Rate rate_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace rollbook::web
