// From the ids that a delivery uses to the keys of the records that will live once it is applied.
#pragma once

#include <array>
#include <string_view>

#include "base/hash.h"
#include "sync/said.h"

namespace rollbook {

class KeyFinder {
 public:
  KeyFinder(Said const& said, std::uint64_t seed) : said_(said), seed_(seed) {}

  std::uint64_t hash(std::string_view id) const { return hash_of_id(id, seed_); }

  // A table is compared: `keys` by row; `full`: what it does not list goes; `filtered`: by row, or empty.
  void know(TableData const& data, std::vector<std::uint32_t> const& keys, bool full, std::vector<bool> const& filtered) {
    tables_[static_cast<std::size_t>(data.table->id)] = {&data, &keys, &filtered, full};
  }

  // A row that the source's filter leaves out, with all that cannot do without it. What is excluded is none.
  bool is_filtered(TableId table, std::int32_t row) const {
    auto const* filtered = tables_[static_cast<std::size_t>(table)].filtered;
    return filtered != nullptr && !filtered->empty() && (*filtered)[static_cast<std::size_t>(row)];
  }

  // Keys by row of a table that the check can look up, or null.
  std::vector<std::uint32_t> const* keys(TableId table) const { return tables_[static_cast<std::size_t>(table)].keys; }

  // no_key: the id means nothing that will live.
  std::uint32_t find(TableId table, std::uint64_t id) const {
    auto const& known = tables_[static_cast<std::size_t>(table)];
    if (known.data == nullptr) return said_.key_of(table, id, true);
    auto const row = known.data->index.empty() ? no_row : known.data->index.find(id);
    auto const key = row == no_row ? no_key : (*known.keys)[row];
    if (key == stranger_key) return no_key;
    if (key == gone_key) return said_.key_of(table, id, false);
    if (key != no_key) return key;
    bool const damaged = known.data->also.find(id) != known.data->also.end();  // its record stays as it is
    return said_.key_of(table, id, !known.full || damaged);
  }

 private:
  struct Known {
    TableData const* data = nullptr;
    std::vector<std::uint32_t> const* keys = nullptr;
    std::vector<bool> const* filtered = nullptr;
    bool full = false;
  };
  Said const& said_;
  std::uint64_t seed_;
  std::array<Known, table_count> tables_{};
};

}  // namespace rollbook
