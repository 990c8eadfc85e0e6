// What the sources of a district have said, packed, in its roster database: a base per source and table in partitions, and one small delta a
// revision, folded into the base when the deltas outgrow a quarter of it.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "store/database.h"
#include "sync/said.h"
#include "sync/stored_row.h"

namespace rollbook::store {

class StoredSaid : public Said {
 public:
  // `seed` is that of the district's hashes. Trouble stays in the database.
  StoredSaid(Database& database, std::int64_t source, std::uint64_t seed);

  bool any(TableId table) const override { return own_[index(table)].there; }
  unsigned bits(TableId table) const override { return own_[index(table)].bits; }
  std::vector<PackedRow> partition(TableId table, std::size_t number) const override;
  std::uint32_t next_key(TableId table) const override { return next_[index(table)]; }
  std::uint32_t key_of(TableId table, std::uint64_t id, bool own) const override;
  std::uint32_t former_key_of(TableId table, std::uint64_t id) const override;
  void weigh(TableData const&, KeyFinder const& keys, std::vector<Claim>& claims) const override;

  std::uint64_t rows(TableId table) const { return own_[index(table)].rows; }
  // The fields that its last applied delivery had, and the names of its metadata columns; "" when there was none.
  std::string const& columns(TableId table) const { return own_[index(table)].columns; }
  // Other sources have rows of this table.
  bool others(TableId table) const { return !others_[index(table)].empty(); }

  // Takes digests anew, of some columns only: the delivery to come does not have the same ones as the last. Costs a walk through the stored rows.
  void mask(TableId table, ColumnsOfFile const& columns);
  bool masked(TableId table) const { return !masked_[index(table)].empty(); }

  // The rows with these keys, by key.
  std::map<std::uint32_t, PackedRow> with_keys(TableId table, std::set<std::uint32_t> const& keys) const;

  // Writes what a revision changes, within its transaction: rows that come, which have keys, and then `changes`, as `replace` takes them.
  void save(TableId table, std::int64_t revision, unsigned bits, std::span<PackedRow const> changes, std::uint64_t rows, std::string const& columns,
            std::span<Created const> come = {});

 private:
  static std::size_t index(TableId table) { return static_cast<std::size_t>(table); }
  struct Table_ {
    bool there = false;
    unsigned bits = 0;
    std::uint64_t rows = 0;
    std::string columns;
    std::vector<std::vector<PackedRow>> deltas;  // by partition, in the order in which they came
    std::uint64_t in_deltas = 0;
  };
  using Ids = std::vector<std::pair<std::uint64_t, std::uint32_t>>;  // hash, key; sorted
  std::vector<PackedRow> partition_of_source(std::int64_t source, TableId table, Table_ const& about, std::size_t number) const;
  Table_ about(std::int64_t source, TableId table) const;
  Ids const& ids(TableId table, bool own) const;

  Database& database_;
  std::int64_t source_;
  std::uint64_t seed_;
  std::array<Table_, table_count> own_;
  std::array<std::vector<std::pair<std::int64_t, Table_>>, table_count> others_;
  std::array<std::uint32_t, table_count> next_{};
  std::array<std::vector<std::vector<PackedRow>>, table_count> masked_;
  mutable std::mutex mutex_, building_;  // of the connection; of the lists of ids
  mutable std::array<std::optional<Ids>, table_count> own_ids_, other_ids_, former_;
};

}  // namespace rollbook::store
