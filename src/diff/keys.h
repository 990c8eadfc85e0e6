// Rows as (key, digest, place): what a comparison needs of them, dealt into partitions that fit a core's cache.
#pragma once

#include <cstdint>
#include <vector>

#include "base/large_array.h"
#include "csv/batch.h"

namespace rollbook {

struct Keyed {
  std::uint64_t key, digest;
  std::uint32_t place;
  std::uint32_t deleted;  // a delta's tobedeleted
};

class KeyCollector {
 public:
  void start(unsigned partition_bits, WillFill will_fill) {
    bits_ = partition_bits;
    will_fill_ = will_fill;
    slabs_.clear();
    in_slab_ = slab_blocks;
    partitions_.assign(std::size_t{1} << partition_bits, {});
  }

  void add(Keyed const& row) {
    auto& p = partitions_[bits_ == 0 ? 0 : row.key >> (64 - bits_)];
    if (p.used == block_size) grow(p);
    p.last->rows[p.used++] = row;
  }

  template <class F>
  void for_each(std::size_t partition, F&& f) const {
    auto const& p = partitions_[partition];
    for (std::size_t b = 0; b < p.blocks.size(); ++b)
      for (std::uint32_t i = 0, n = b + 1 == p.blocks.size() ? p.used : block_size; i < n; ++i) f(p.blocks[b]->rows[i]);
  }

  std::size_t size(std::size_t partition) const {
    auto const& p = partitions_[partition];
    return p.blocks.empty() ? 0 : (p.blocks.size() - 1) * block_size + p.used;
  }

 private:
  static constexpr std::uint32_t block_size = 256, slab_blocks = 1024;
  struct Block {
    Keyed rows[block_size];
  };
  struct Partition {
    std::vector<Block*> blocks;
    Block* last = nullptr;
    std::uint32_t used = block_size;
  };

  void grow(Partition& p) {
    if (slabs_.empty() || in_slab_ >= slabs_.back().size()) {
      slabs_.emplace_back(bits_ == 0 ? 1 : slab_blocks, will_fill_);
      in_slab_ = 0;
    }
    p.last = &slabs_.back()[in_slab_++];
    p.blocks.push_back(p.last);
    p.used = 0;
  }

  unsigned bits_ = 0;
  WillFill will_fill_ = nullptr;
  std::vector<Partition> partitions_;
  std::vector<LargeArray<Block>> slabs_;
  std::size_t in_slab_ = slab_blocks;
};

}  // namespace rollbook
