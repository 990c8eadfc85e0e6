#include "runs/stored_before.h"

#include <algorithm>

#include "base/workers.h"

namespace rollbook::runs {

void StoredBefore::keep(TableId table, std::vector<std::uint32_t> keys) {
  if (keys.size() < fewest || kept_rows_ + keys.size() > most || workers_ < 2) return;
  while (connections_.size() < workers_) {
    auto opened = connect_();
    if (!opened) return;
    connections_.push_back(std::move(*opened));
  }
  kept_rows_ += keys.size();
  std::sort(keys.begin(), keys.end());
  std::vector<Kept> all(keys.size());
  run_workers(workers_, [&](unsigned worker) {
    auto const from = keys.size() * worker / workers_, to = keys.size() * (worker + 1) / workers_;
    // One look at the database for all of them: SQLite would lock the file for each row otherwise.
    auto& connection = *connections_[worker];
    connection.run_script("BEGIN");
    store::RowSelect select(connection, table);
    for (auto i = from; i < to; ++i) {
      all[i].key = keys[i];
      all[i].there = select.current(keys[i], source_, all[i].row);
    }
    connection.run_script("COMMIT");
  });
  for (auto const& connection : connections_)
    if (connection->trouble()) return;
  kept_[static_cast<std::size_t>(table)] = std::move(all);
}

StoredRow const* StoredBefore::find(TableId table, std::uint32_t key) {
  auto const t = static_cast<std::size_t>(table);
  if (auto const& kept = kept_[t]; !kept.empty()) {
    auto& last = last_[t];
    if (last + 1 < kept.size() && kept[last + 1].key == key) {
      ++last;
    } else {
      last = static_cast<std::size_t>(std::lower_bound(kept.begin(), kept.end(), key, [](Kept const& k, std::uint32_t wanted) { return k.key < wanted; }) -
                                      kept.begin());
      if (last == kept.size()) last = 0;
    }
    if (kept[last].key == key) return kept[last].there ? &kept[last].row : nullptr;
  }
  if (!selects_[t]) selects_[t] = std::make_unique<store::RowSelect>(roster_, table);
  return selects_[t]->current(key, source_, rows_[t]) ? &rows_[t] : nullptr;
}

}  // namespace rollbook::runs
