// What a source said before of the records that a delivery changes. They are read one by one from all over the tables, so all workers read them, each
// over a connection of its own, and they are kept: schools, guards and anomalies look at the same ones.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/rows.h"

namespace rollbook::runs {

class StoredBefore {
 public:
  // Opens one more connection to the same roster.
  using Connect = std::function<Result<std::unique_ptr<store::Database>>()>;

  StoredBefore(store::Database& roster, std::int64_t source, unsigned workers, Connect connect)
      : roster_(roster), source_(source), workers_(workers), connect_(std::move(connect)) {}

  // Reads the rows with these keys ahead, when they are neither so few that it is not worth a connection nor so many that they fill the memory. A connection
  // that fails reads nothing: then they are read when they are asked for.
  void keep(TableId table, std::vector<std::uint32_t> keys);

  // The row of the source as it is stored now; null: it has none. Good until the next call for the same table.
  StoredRow const* find(TableId table, std::uint32_t key);

  static constexpr std::size_t fewest = 2'000, most = 300'000;

 private:
  struct Kept {
    std::uint32_t key;
    bool there;
    StoredRow row;
  };

  store::Database& roster_;
  std::int64_t source_;
  unsigned workers_;
  Connect connect_;
  std::vector<std::unique_ptr<store::Database>> connections_;
  std::size_t kept_rows_ = 0;
  std::array<std::vector<Kept>, table_count> kept_;  // by key
  std::array<std::size_t, table_count> last_{};      // whoever asks goes from key to key
  std::array<std::unique_ptr<store::RowSelect>, table_count> selects_;
  std::array<StoredRow, table_count> rows_;
};

}  // namespace rollbook::runs
