// Values that must be unique in the district: rows of a delivery that would take one from a record that is stored, and keeps it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "sync/said.h"

namespace rollbook {

struct StoredValue {
  std::uint32_t key = 0;
  bool ours = false;  // this source says it: what its delivery says of the record counts instead
  std::string_view text;
};

// Hands over what every record of the roster has in a column.
using StoredValues = std::function<void(TableId table, std::uint8_t field, std::function<void(StoredValue const&)> const& f)>;

// A value of a delivered row that must be unique.
struct UniqueValue {
  std::uint64_t hash = 0;    // of column and value
  std::uint32_t row = 0;     // or its packed place, until rows are numbered
  std::uint16_t column = 0;  // its place in the list of such columns
  auto operator<=>(UniqueValue const&) const = default;
};

struct TakenValue {
  std::uint32_t row = 0;
  std::uint16_t column = 0;
  std::uint32_t key = 0;  // of the record that has it
};

struct TakenOf {
  Said const& said;
  TableId table;
  std::vector<std::pair<TableId, std::uint8_t>> const& unique;
  StoredValues const& stored;
  std::uint64_t seed;
  bool full;           // what is not listed goes
  bool never_deletes;  // and what is to be deleted stays
};

// Excludes such rows from `partitions`, and returns them. `values` are sorted.
std::vector<TakenValue> exclude_taken(TakenOf const& of, std::vector<UniqueValue> const& values, std::size_t rows,
                                      std::vector<std::vector<Arrived>>& partitions);

}  // namespace rollbook
