// sourcedIds become dense integers: one index per table, built in parallel, asked for every reference.
//
// Entries are first dealt out by the top bits of their hash into partitions small enough for a core's own cache; each partition
// is then built alone. Nothing is locked, and a table of seven million ids never misses the cache at random while it is built.
// An id is known by 64 bits of a seeded hash. Equal hashes within a table are compared byte for byte before they are called
// duplicates; a reference that points to nothing is taken for one that resolves with probability rows / 2^64 (below 10^-12).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/large_array.h"
#include "csv/batch.h"

namespace rollbook {

inline constexpr std::uint32_t no_row = 0xffffffff;

// What one worker collects while it reads: (hash, place) pairs by partition, in blocks, so that growing copies nothing.
class IdCollector {
 public:
  // Begins anew, for a file with so many partitions. Some memory is kept from file to file. Where ids need not be found later (`keep` false),
  // only half of a hash is collected: it tells which rows may have equal ids, and these are compared anyway.
  void start(unsigned partition_bits, WillFill will_fill = nullptr, bool keep = true);
  void add(std::uint64_t hash, csv::Place place) {
    auto& p = partitions_[hash >> 1 >> (63 - bits_)];
    if (p.used == block_size) [[unlikely]]
      grow(p);
    p.last[p.used] = static_cast<std::uint32_t>(hash);
    p.last[block_size + p.used] = place.packed;
    if (keep_) p.last[2 * block_size + p.used] = static_cast<std::uint32_t>(hash >> 32);
    ++p.used;
  }
  void clear();

 private:
  friend class IdIndex;
  static constexpr std::uint32_t block_size = 512;
  static constexpr std::size_t slab_words = std::size_t{3} << 19;  // six megabytes
  static constexpr std::size_t kept_slabs = 2;
  struct Partition {
    std::vector<std::uint32_t*> blocks;  // lower halves of hashes, places, upper halves
    std::uint32_t* last = nullptr;
    std::uint32_t used = block_size;
    std::uint64_t size() const { return blocks.empty() ? 0 : (blocks.size() - 1) * block_size + used; }
  };
  void grow(Partition& p);

  unsigned bits_ = 0;
  bool keep_ = true;
  WillFill will_fill_ = nullptr;
  std::vector<Partition> partitions_;
  std::vector<LargeArray<std::uint32_t>> slabs_;
  std::size_t slab_ = 0, in_slab_ = 0;  // the next free word
};

// How many partitions a file of this size deserves.
unsigned partition_bits_for(std::uint64_t file_bytes);

struct EqualHashes {
  std::uint64_t hash;
  csv::Place first, other;  // first < other does not hold in general
};

class IdIndex {
 public:
  // Builds from what the workers collected, on as many workers as there are collectors. `first_row[chunk]` numbers the rows:
  // row = first_row[chunk] + record. With `keep` false, as the collectors were started, only equal hashes are looked for (by half of
  // each), and nothing can be found later.
  // Returns the pairs with equal hashes, in no particular order.
  std::vector<EqualHashes> build(std::span<IdCollector> collected, std::vector<std::uint32_t> const& first_row, bool keep, WillFill will_fill = nullptr);

  bool empty() const { return slots_.empty(); }

  // Row of the id with this hash, or no_row. Of equal ids the one that stands first in the file.
  std::uint32_t find(std::uint64_t hash) const {
    auto const& region = region_of(hash);
    if (region.mask == no_mask) return no_row;
    for (auto at = hash & region.mask;; at = (at + 1) & region.mask) {
      auto const& slot = slots_[region.offset + at];
      if (slot.row == no_row) return no_row;
      if (slot.hash == hash) return slot.row;
    }
  }
  // Inlined by force: g++ takes a function that only prefetches for one without effect, and drops the call.
  [[gnu::always_inline]] void prefetch(std::uint64_t hash) const {
    auto const& region = region_of(hash);
    if (region.mask != no_mask) __builtin_prefetch(&slots_[region.offset + (hash & region.mask)]);
  }

 private:
  struct Region {
    std::uint64_t offset = 0, mask = 0;
  };
  Region const& region_of(std::uint64_t hash) const { return regions_[hash >> 1 >> (63 - bits_)]; }  // also for no bits at all

  struct Slot {
    std::uint64_t hash;
    std::uint32_t row;
  };
  static constexpr std::uint64_t no_mask = ~std::uint64_t{0};

  unsigned bits_ = 0;
  std::vector<Region> regions_;
  LargeArray<Slot> slots_;
};

}  // namespace rollbook
