#include "web/limits.h"

#include <algorithm>
#include <cmath>

namespace rollbook::web {

double Limits::left(Bucket const& bucket, std::int64_t now) const {
  auto const passed = static_cast<double>(std::max<std::int64_t>(0, now - bucket.at)) / 1000;
  return std::min(rate_.most, bucket.left + passed * rate_.per_second);
}

void Limits::forget_full(std::int64_t now) {
  std::erase_if(buckets_, [&](auto const& one) { return left(one.second, now) >= rate_.most; });
  if (buckets_.size() >= most_buckets) buckets_.clear();
}

int Limits::take(std::string const& who, std::int64_t now) {
  std::lock_guard const lock(mutex_);
  if (buckets_.size() >= most_buckets) forget_full(now);
  auto& bucket = buckets_.try_emplace(who, Bucket{rate_.most, now}).first->second;
  bucket.left = left(bucket, now);
  bucket.at = now;
  if (bucket.left < 1) return std::max(1, static_cast<int>(std::ceil((1 - bucket.left) / rate_.per_second)));
  bucket.left -= 1;
  return 0;
}

}  // namespace rollbook::web
