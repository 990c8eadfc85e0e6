// What was said before, in memory: the store's part, without a store.
#pragma once

#include <algorithm>

#include "sync/compare_delivery.h"

namespace rollbook::test {

class SaidInMemory : public Said {
 public:
  struct OfTable {
    unsigned bits = 0;
    std::vector<std::vector<PackedRow>> partitions;
    std::uint32_t next_key = 0;
    friend bool operator==(OfTable const&, OfTable const&) = default;
  };
  std::array<OfTable, table_count> tables;

  bool any(TableId table) const override { return !of(table).partitions.empty(); }
  unsigned bits(TableId table) const override { return of(table).bits; }
  std::vector<PackedRow> partition(TableId table, std::size_t number) const override { return of(table).partitions[number]; }
  std::uint32_t next_key(TableId table) const override { return of(table).next_key; }
  std::uint32_t key_of(TableId table, std::uint64_t id, bool own) const override {
    if (own && any(table))
      for (auto const& row : of(table).partitions[partition_of(id, of(table).bits)])
        if (row.id == id) return row.key;
    return no_key;
  }
  std::uint32_t former_key_of(TableId, std::uint64_t) const override { return no_key; }
  void weigh(TableData const&, KeyFinder const&, std::vector<Claim>&) const override {}

  // What has been said once a delivery is applied; tables without a statement stay as they were.
  SaidInMemory after(Comparison const& comparison) const {
    auto said = *this;
    for (std::size_t t = 0; t < table_count; ++t) {
      auto const& now = comparison.tables[t];
      if (!now.stated) continue;
      auto& own = said.tables[t];
      own.bits = now.bits;
      own.next_key = now.next_key;
      own.partitions.resize(std::size_t{1} << now.bits);
      std::vector<std::vector<PackedRow>> changes(own.partitions.size());
      for (auto const& row : changes_of(now)) changes[partition_of(row.id, now.bits)].push_back(row);
      for (std::size_t p = 0; p < changes.size(); ++p) replace(own.partitions[p], changes[p]);
    }
    return said;
  }

 private:
  OfTable const& of(TableId table) const { return tables[static_cast<std::size_t>(table)]; }
};

}  // namespace rollbook::test
