#include "roster/ids.h"

#include <algorithm>
#include <bit>
#include <mutex>

#include "base/workers.h"

namespace rollbook {

void IdCollector::start(unsigned partition_bits, WillFill will_fill, bool keep) {
  bits_ = partition_bits;
  keep_ = keep;
  will_fill_ = will_fill;
  clear();
  partitions_.resize(std::size_t{1} << partition_bits);
}

void IdCollector::clear() {
  partitions_.clear();
  if (slabs_.size() > kept_slabs) slabs_.resize(kept_slabs);
  slab_ = in_slab_ = 0;
}

void IdCollector::grow(Partition& p) {
  std::size_t const words = (keep_ ? 3 : 2) * block_size;
  while (slab_ < slabs_.size() && in_slab_ + words > slabs_[slab_].size()) ++slab_, in_slab_ = 0;
  // A small file never needs a slab: its few blocks are allocated one by one.
  if (slab_ == slabs_.size()) slabs_.emplace_back(bits_ == 0 ? words : slab_words, will_fill_);
  p.last = slabs_[slab_].data() + in_slab_;
  in_slab_ += words;
  p.blocks.push_back(p.last);
  p.used = 0;
}

unsigned partition_bits_for(std::uint64_t file_bytes) {
  // About sixteen thousand rows a partition, if a row has about a hundred bytes: its table then fits into the second-level cache.
  auto const rows = file_bytes / 100;
  return rows < 65536 ? 0 : std::min(10u, static_cast<unsigned>(std::bit_width(rows / 16384)));
}

std::vector<EqualHashes> IdIndex::build(std::span<IdCollector> collected, std::vector<std::uint32_t> const& first_row, bool keep, WillFill will_fill) {
  bits_ = collected.empty() ? 0 : collected[0].bits_;
  auto const partitions = std::size_t{1} << bits_;
  std::vector<std::uint64_t> counts(partitions);
  regions_.assign(partitions, {});
  std::uint64_t total = 0;
  for (std::size_t p = 0; p < partitions; ++p) {
    for (auto const& c : collected)
      if (p < c.partitions_.size()) counts[p] += c.partitions_[p].size();
    auto const room = counts[p] == 0 ? 0 : std::bit_ceil(counts[p] * 3 / 2 + 1);
    regions_[p] = {total, room == 0 ? no_mask : room - 1};
    if (keep) total += room;
  }
  slots_ = LargeArray<Slot>(keep ? total : 0, will_fill);

  std::mutex equal_mutex;
  std::vector<EqualHashes> equal;
  std::atomic<std::size_t> next{0};
  run_workers(static_cast<unsigned>(std::max<std::size_t>(1, collected.size())), [&](unsigned) {
    // Places and hashes apart: only the places have to be cleared for the next partition.
    std::vector<std::uint32_t> place_at;
    std::vector<std::uint64_t> hash_at;
    std::vector<EqualHashes> found;
    for (std::size_t p; (p = next.fetch_add(1)) < partitions;) {
      if (counts[p] == 0) continue;
      auto const mask = regions_[p].mask;
      place_at.assign(mask + 1, no_row);
      if (hash_at.size() <= mask) hash_at.resize(mask + 1);
      for (auto& c : collected) {
        if (p >= c.partitions_.size()) continue;
        auto& part = c.partitions_[p];
        for (std::size_t b = 0; b < part.blocks.size(); ++b) {
          auto const* block = part.blocks[b];
          auto const used = b + 1 == part.blocks.size() ? part.used : IdCollector::block_size;
          for (std::uint32_t i = 0; i < used; ++i) {
            auto const hash = keep ? std::uint64_t{block[2 * IdCollector::block_size + i]} << 32 | block[i] : std::uint64_t{block[i]};
            auto const place = block[IdCollector::block_size + i];
            auto at = hash & mask;
            while (place_at[at] != no_row && hash_at[at] != hash) at = (at + 1) & mask;
            if (place_at[at] == no_row) {
              place_at[at] = place;
              hash_at[at] = hash;
            } else {  // the one that stands first in the file stays
              auto const first = std::min(place_at[at], place), other = std::max(place_at[at], place);
              place_at[at] = first;
              found.push_back({hash, {first}, {other}});
            }
          }
        }
      }
      if (keep) {
        auto* slots = slots_.data() + regions_[p].offset;
        for (std::uint64_t at = 0; at <= mask; ++at) {
          auto const place = csv::Place{place_at[at]};
          slots[at] = {hash_at[at], place_at[at] == no_row ? no_row : first_row[place.chunk()] + place.record()};
        }
      }
    }
    std::lock_guard lock(equal_mutex);
    equal.insert(equal.end(), found.begin(), found.end());
  });
  for (auto& c : collected) c.clear();
  return equal;
}

}  // namespace rollbook
