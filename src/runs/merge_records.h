// Records that were kept apart turn out to be one. One of them keeps its key, its history and its edits; what sources say of the other is said of it from
// then on, and whatever referred to the other refers to it.
#pragma once

#include <unordered_map>

#include "runs/plan.h"

namespace rollbook::runs {

// By table: key of the record that ends → key of the one that it becomes part of.
class Merges {
 public:
  std::unordered_map<std::uint32_t, std::uint32_t>& operator[](TableId table) { return into_[static_cast<std::size_t>(table)]; }
  std::unordered_map<std::uint32_t, std::uint32_t> const& operator[](TableId table) const { return into_[static_cast<std::size_t>(table)]; }
  bool any() const;
  // The record that this one becomes part of, or itself.
  std::uint32_t of(TableId table, std::uint32_t key) const;
  // True when a row of this table may have to be written anew.
  bool concerns(Table const& table) const;
  // What it refers to. True when something of it changed.
  bool relink(TableId table, StoredRow& row) const;

 private:
  std::array<std::unordered_map<std::uint32_t, std::uint32_t>, table_count> into_;
};

// A row that is written anew: `from` and `to` are the same key when only what it refers to has changed.
struct Moved {
  std::uint32_t from = 0, to = 0;
};

// All current rows that the merges concern, by source.
std::map<std::int64_t, std::vector<Moved>> rows_to_move(store::Database& roster, Table const& table, Merges const& merges);

// Writes them anew, within the transaction of the revision. Rows that began with this very revision are replaced.
void move_rows(store::Database& roster, Table const& table, std::int64_t source, std::vector<Moved> const& rows, Merges const& merges, std::int64_t revision);

// Edits of a record that ends become edits of the other, where that has none of the same field; and edits that name such a record name the other.
void move_edits(store::Database& roster, Merges const& merges, std::int64_t revision);
// Those that give way to an edit of the other record, as "person u1: email".
std::vector<std::string> edits_that_give_way(store::Database& roster, Merges const& merges);

// What one source says of one table from a revision on.
struct SaidAnew {
  std::vector<PackedRow> come;  // ids and keys of records that it did not have
  std::vector<PackedRow> go;    // records that it has no more
  std::vector<Moved> moved;     // records that it has, written anew; none of `come`
  unsigned bits = 0;            // of a table that it says nothing of as yet
  std::string columns;          // of its files
  bool digests_come = false;    // those of `come` hold as they are
};
// Saves it, and what it replaces; digests are taken anew from the rows as they are stored by now.
void save_said_anew(store::Database& roster, store::StoredSaid& said, std::int64_t source, Table const& table, SaidAnew const& change, std::uint64_t seed,
                    std::int64_t revision);

// Whether a revision has made organizations one, or has set such apart again.
bool merged_organizations(store::Database& roster, std::int64_t revision);

}  // namespace rollbook::runs
