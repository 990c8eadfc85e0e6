// The index of ids: every id is found, every id that stands twice is told, however the work was dealt out.
#include "roster/ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/hash.h"

namespace rollbook {
namespace {

struct Entry {
  std::uint64_t hash;
  csv::Place place;
};

constexpr std::uint32_t rows_per_chunk = 1000;

csv::Place place_of_row(std::uint32_t row) { return csv::Place::of(row / rows_per_chunk, row % rows_per_chunk); }

std::vector<std::uint32_t> first_rows(std::size_t rows) {
  std::vector<std::uint32_t> first;
  for (std::uint32_t row = 0; row <= rows; row += rows_per_chunk) first.push_back(row);
  return first;
}

struct Built {
  IdIndex index;
  std::vector<EqualHashes> equal;
};

// The entries dealt out to some workers, as chunks are: in no order.
Built built(std::vector<Entry> const& entries, unsigned bits, std::size_t workers, std::size_t rows, bool keep = true) {
  std::vector<IdCollector> collected(workers);
  for (auto& c : collected) c.start(bits, nullptr, keep);
  for (std::size_t i = 0; i < entries.size(); ++i) collected[(i * 7 + i / 13) % workers].add(entries[i].hash, entries[i].place);
  Built b;
  b.equal = b.index.build(collected, first_rows(rows), keep);
  return b;
}

// What the index should say, by a map.
struct Expected {
  std::map<std::uint64_t, std::uint32_t> first;                   // hash → its lowest place
  std::multiset<std::pair<std::uint64_t, std::uint32_t>> others;  // (hash, place) of all that stand further down
};

Expected expected(std::vector<Entry> const& entries) {
  Expected e;
  for (auto const& entry : entries) {
    auto const [at, fresh] = e.first.emplace(entry.hash, entry.place.packed);
    if (fresh) continue;
    e.others.emplace(entry.hash, std::max(at->second, entry.place.packed));
    at->second = std::min(at->second, entry.place.packed);
  }
  return e;
}

std::vector<Entry> random_entries(std::uint32_t rows, unsigned repeats_in, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<Entry> entries;
  for (std::uint32_t row = 0; row < rows; ++row)
    entries.push_back({!entries.empty() && random() % repeats_in == 0 ? entries[random() % entries.size()].hash : random() | 1, place_of_row(row)});
  std::shuffle(entries.begin(), entries.end(), random);
  return entries;
}

TEST(Ids, AreFoundAndRepeatsToldForAnyNumberOfPartitionsAndWorkers) {
  for (unsigned const bits : {0u, 1u, 3u, 6u, 10u})
    for (std::size_t const workers : {1u, 2u, 3u})
      for (std::uint32_t const rows : {1u, 2u, 511u, 513u, 20000u}) {
        auto const entries = random_entries(rows, 50, bits + rows);
        auto const e = expected(entries);
        auto const b = built(entries, bits, workers, rows);
        std::multiset<std::pair<std::uint64_t, std::uint32_t>> others;
        for (auto const& pair : b.equal) {
          EXPECT_NE(pair.first, pair.other);
          others.emplace(pair.hash, std::max(pair.first, pair.other).packed);
        }
        EXPECT_EQ(others.size(), e.others.size());
        std::set<std::pair<std::uint64_t, std::uint32_t>> told(others.begin(), others.end()), wanted(e.others.begin(), e.others.end());
        EXPECT_EQ(told, wanted) << bits << " bits, " << workers << " workers, " << rows << " rows";
        for (auto const& [hash, place] : e.first) {
          b.index.prefetch(hash);
          auto const row = csv::Place{place}.chunk() * rows_per_chunk + csv::Place{place}.record();
          ASSERT_EQ(b.index.find(hash), row) << bits << " bits, " << workers << " workers, " << rows << " rows";
        }
      }
}

TEST(Ids, OthersAreNotFound) {
  auto const entries = random_entries(5000, 1000, 3);
  auto const b = built(entries, 4, 2, 5000);
  std::set<std::uint64_t> known;
  for (auto const& entry : entries) known.insert(entry.hash);
  std::mt19937_64 random(99);
  for (int i = 0; i < 20000; ++i) {
    auto const hash = random();
    ASSERT_EQ(b.index.find(hash) == no_row, !known.contains(hash));
  }
}

TEST(Ids, HashesThatAllFallTogetherAreStillToldApart) {
  // The same top and bottom bits: one partition, one place in its table.
  std::vector<Entry> entries;
  for (std::uint32_t row = 0; row < 2000; ++row) entries.push_back({0xabc0'0000'0000'0007u | std::uint64_t{row} << 32, place_of_row(row)});
  for (unsigned const bits : {0u, 5u, 10u}) {
    auto const b = built(entries, bits, 2, 2000);
    EXPECT_TRUE(b.equal.empty());
    for (std::uint32_t row = 0; row < 2000; ++row) ASSERT_EQ(b.index.find(entries[row].hash), row);
    EXPECT_EQ(b.index.find(0xabc0'0000'0000'0007u | std::uint64_t{2000} << 32), no_row);
  }
}

// Two different ids may have one hash. The index tells them as equal; whoever asked compares the ids themselves.
TEST(Ids, AHashThatManyRowsHaveIsToldForEachOfThem) {
  std::vector<Entry> entries;
  for (std::uint32_t row = 0; row < 3000; ++row) entries.push_back({42, place_of_row(row)});
  std::shuffle(entries.begin(), entries.end(), std::mt19937(5));
  for (std::size_t const workers : {1u, 3u}) {
    auto const b = built(entries, 2, workers, 3000);
    EXPECT_EQ(b.equal.size(), 2999u);
    std::set<csv::Place> others;
    for (auto const& pair : b.equal) others.insert(std::max(pair.first, pair.other));
    EXPECT_EQ(others.size(), 2999u) << "each but the first is once the one further down";
    EXPECT_FALSE(others.contains(place_of_row(0)));
    EXPECT_EQ(b.index.find(42), 0u);
  }
}

TEST(Ids, RepeatsAreToldAlsoWhenNothingIsKept) {
  auto const entries = random_entries(5000, 10, 8);
  EXPECT_EQ(built(entries, 3, 2, 5000, false).equal.size(), built(entries, 3, 2, 5000, true).equal.size());
  EXPECT_TRUE(built(entries, 3, 2, 5000, false).index.empty());
}

TEST(Ids, AnEmptyTableHasNone) {
  auto const b = built({}, 3, 2, 0);
  EXPECT_TRUE(b.equal.empty());
  EXPECT_EQ(b.index.find(1), no_row);
  EXPECT_EQ(b.index.find(~std::uint64_t{0}), no_row);
}

TEST(Ids, LargerFilesAreDealtIntoMorePartitions) {
  EXPECT_EQ(partition_bits_for(0), 0u);
  EXPECT_EQ(partition_bits_for(1 << 20), 0u);
  unsigned before = 0;
  for (std::uint64_t bytes = 1; bytes < std::uint64_t{1} << 40; bytes *= 2) {
    EXPECT_GE(partition_bits_for(bytes), before);
    before = partition_bits_for(bytes);
  }
  EXPECT_LE(before, 10u);
}

TEST(Hashes, OfIdsAreNeverZeroAndDependOnTheSeed) {
  EXPECT_NE(hash_of_id("", 0), 0u);
  EXPECT_NE(hash_of_id("a", 1), hash_of_id("a", 2));
  EXPECT_NE(hash_of_id("a", 1), hash_of_id("A", 1));
}

}  // namespace
}  // namespace rollbook
