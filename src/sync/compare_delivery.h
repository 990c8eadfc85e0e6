// A delivery, checked, and compared with what its source said last time: which of its rows are new, changed, the same or excluded, and
// what it no longer lists. In one pass: digests are taken while the check has the rows at hand.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "diff/packed.h"
#include "rules/check.h"

namespace rollbook {

// What a source said of a table, up to its last applied run.
struct SaidBefore {
  unsigned bits = 0;                               // 2^bits partitions; of an empty table any number
  std::vector<std::vector<PackedRow>> partitions;  // empty: nothing
  std::uint32_t next_key = 0;                      // of the table, for the records that come
};

// What it says now.
struct SaidNow {
  bool stated = false;  // the delivery makes a statement on this table
  Differences differences;
  std::vector<std::uint32_t> key_of_row;  // of good rows and of excluded ones that are stored; no_key otherwise
  std::uint64_t excluded = 0;
  std::uint64_t unreadable = 0;    // rows whose id cannot be read: nobody knows whom they protect
  unsigned bits = 0;               // of the partitions that `changes` will lie in
  std::vector<PackedRow> changes;  // of what was said before: rows that came and changed, and without a key those that went
  std::uint32_t next_key = 0;
};

// What was said before the next delivery, when all of this one is applied.
SaidBefore said_after(SaidBefore before, SaidNow const& now);

struct Comparison {
  Checked checked;
  std::array<SaidNow, table_count> tables;
};

// `options.seed` must be that of the store: hashes and digests are kept. Additive: what is not listed stays.
Comparison compare_delivery(Bundle const& bundle, std::array<SaidBefore, table_count> const& before, CheckOptions options, bool additive);

}  // namespace rollbook
