// The join of a delivery with what its source said last time, against the plainest way of doing it.
#include "diff/packed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "base/demand.h"

namespace rollbook {
namespace {

std::vector<PackedRow> some_rows(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<PackedRow> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back({random() | 1, static_cast<std::uint32_t>(i), {random(), random()}});
  return rows;
}

TEST(Packed, ComesBackAsItWas) {
  for (std::size_t const count : {0u, 1u, 2u, 1000u}) {
    auto const rows = some_rows(count, 1);
    auto const bytes = pack(rows);
    EXPECT_EQ(bytes.size(), 16 + 28 * count);
    auto const back = unpack(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, rows);
  }
}

TEST(Packed, HasTheSameBytesEverywhere) {
  PackedRow const row{0x0102030405060708, 0x0a0b0c0d, {0x1112131415161718, 0x2122232425262728}};
  auto const bytes = pack({&row, 1});
  EXPECT_EQ(bytes.substr(16),
            std::string("\x08\x07\x06\x05\x04\x03\x02\x01\x0d\x0c\x0b\x0a\x18\x17\x16\x15\x14\x13\x12\x11\x28\x27\x26\x25\x24\x23\x22\x21", 28));
}

TEST(Packed, AnyChangeIsNoticed) {
  auto const bytes = pack(some_rows(3, 2));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(unpack(changed)) << at;
    EXPECT_FALSE(unpack(bytes.substr(0, at))) << at;
  }
  EXPECT_FALSE(unpack(bytes + "x"));
  EXPECT_FALSE(unpack(""));
}

TEST(Packed, PartitionsFollowTheTopBits) {
  EXPECT_EQ(partition_of(~0ull, 0), 0u);
  EXPECT_EQ(partition_of(~0ull, 1), 1u);
  EXPECT_EQ(partition_of(0x8000'0000'0000'0000, 3), 4u);
  EXPECT_EQ(partition_of(0x7fff'ffff'ffff'ffff, 10), 511u);
}

TEST(Packed, LaterRowsReplaceEarlierOnes) {
  std::mt19937_64 random(3);
  for (int turn = 0; turn < 200; ++turn) {
    auto rows = some_rows(random() % 50, static_cast<unsigned>(turn));
    std::map<std::uint64_t, PackedRow> expected;
    for (auto const& row : rows) expected[row.id] = row;
    std::vector<PackedRow> later;
    for (auto n = random() % 60; n > 0; --n) {
      auto const id = !rows.empty() && random() % 2 == 0 ? rows[random() % rows.size()].id : random() % 30 * 2 + 1;
      later.push_back({id, random() % 4 == 0 ? no_key : static_cast<std::uint32_t>(random() % 1000), {random(), random()}});
      if (later.back().key == no_key) expected.erase(id);
      else expected[id] = later.back();
    }
    replace(rows, later);
    std::map<std::uint64_t, PackedRow> found;
    for (auto const& row : rows) EXPECT_TRUE(found.emplace(row.id, row).second) << "an id stands once";
    EXPECT_EQ(found, expected) << turn;
  }
}

using Told = std::vector<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t, std::uint32_t>>;  // id, digest, row, key
Told told(std::vector<Differences::Known> const& rows) {
  Told all;
  for (auto const& known : rows) all.emplace_back(known.row.id, known.row.digest.low, known.row.row, known.key);
  return all;
}

TEST(Packed, TheJoinTellsWhatAMapTells) {
  std::mt19937_64 random(4);
  for (int turn = 0; turn < 300; ++turn) {
    auto const stored = some_rows(random() % 300, static_cast<unsigned>(turn + 1000));
    std::map<std::uint64_t, PackedRow> old;
    for (auto const& row : stored) old[row.id] = row;
    std::map<std::uint64_t, Arrived> arriving;
    for (auto n = random() % 300; n > 0; --n) {
      auto const* known = !stored.empty() && random() % 4 != 0 ? &stored[random() % stored.size()] : nullptr;
      Arrived row{known != nullptr ? known->id : random() | 1, {}, 0, static_cast<Standing>(random() % 3)};
      row.digest = known != nullptr && random() % 3 != 0 ? known->digest : Digest{random(), random()};
      arriving[row.id] = row;
    }
    std::vector<Arrived> arrived;
    for (auto& [id, row] : arriving) row.row = static_cast<std::uint32_t>(arrived.size()), arrived.push_back(row);
    std::shuffle(arrived.begin(), arrived.end(), random);

    std::vector<std::uint32_t> keys(arrived.size(), no_key), expected_keys = keys;
    Differences found, expected;
    join(stored, arrived, keys, found);
    for (auto const& row : arrived) {
      auto const at = old.find(row.id);
      if (at == old.end()) {
        if (row.standing == Standing::Good) expected.created.push_back({row.id, row.digest, row.row, no_key});
        if (row.standing == Standing::ToDelete) ++expected.unknown_deletions;
        continue;
      }
      expected_keys[row.row] = at->second.key;
      Differences::Known const known{row, at->second.key, at->second.digest};
      if (row.standing == Standing::Excluded) expected.protected_.push_back(known);
      else if (row.standing == Standing::ToDelete) expected.deleted.push_back(known);
      else if (row.digest == at->second.digest) ++expected.unchanged;
      else expected.updated.push_back(known);
    }
    for (auto const& row : stored)
      if (!arriving.contains(row.id)) expected.not_listed.push_back(row);
    EXPECT_EQ(keys, expected_keys);
    EXPECT_EQ(found.unchanged, expected.unchanged);
    EXPECT_EQ(found.unknown_deletions, expected.unknown_deletions);
    EXPECT_EQ(found.created, expected.created);
    EXPECT_EQ(told(found.updated), told(expected.updated));
    EXPECT_EQ(told(found.deleted), told(expected.deleted));
    EXPECT_EQ(told(found.protected_), told(expected.protected_));
    EXPECT_EQ(found.not_listed, expected.not_listed);
  }
}

TEST(Packed, AnIdThatArrivesTwiceIsOurMistake) {
  auto const stored = some_rows(1, 9);
  std::vector<Arrived> const twice(2, {stored[0].id, {}, 0, Standing::Good});
  std::vector<std::uint32_t> keys(1);
  Differences found;
  EXPECT_THROW(join(stored, twice, keys, found), BrokenPromise);
}

}  // namespace
}  // namespace rollbook
