#include "sync/compare_delivery.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/demand.h"
#include "base/workers.h"
#include "sync/row_digest.h"

namespace rollbook {
namespace {

class Comparing : public Onlooker {
 public:
  Comparing(std::array<SaidBefore, table_count> const& before, CheckOptions const& options, bool additive, std::array<SaidNow, table_count>& now)
      : before_(before), options_(options), additive_(additive), now_(now) {}

  void table_begins(TableData const& data, unsigned workers) override {
    auto const& before = before_[index(data)];
    bits_ = before.partitions.empty() ? partition_bits_for(data.member->bytes.size()) : before.bits;
    workers_.clear();
    for (unsigned w = 0; w < workers; ++w)
      workers_.push_back({DigestTaker(data, keys_, options_.seed), std::vector<std::vector<Arrived>>(std::size_t{1} << bits_)});
  }

  void chunk(TableData const&, std::uint32_t number, unsigned worker, csv::Batch const& batch, Values const& values) override {
    auto& own = workers_[worker];
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      auto const id = values.id_hash[row];
      if (id == 0) continue;
      bool const deleted = !values.deleted.empty() && values.deleted[row] != 0;
      own.partitions[partition_of(id, bits_)].push_back({id, deleted ? Digest{} : own.digests.of(batch, values, row),
                                                         csv::Place::of(number, batch.row_record[row]).packed, deleted ? Standing::ToDelete : Standing::Good});
    }
  }

  void table_ends(TableData const& data, std::vector<std::vector<std::uint64_t>> const& left_out) override {
    auto& now = now_[index(data)];
    if (data.states_nothing) return;
    now.stated = true;
    now.key_of_row.assign(data.rows, no_key);
    auto const partitions = take_arrived(data, left_out, now);
    join_all(data, partitions, now);
    note_changes(data, now);
    keys_[index(data)] = &now.key_of_row;
    workers_.clear();
  }

 private:
  struct Worker {
    DigestTaker digests;
    std::vector<std::vector<Arrived>> partitions;
  };
  using Partitions = std::vector<std::vector<Arrived>>;

  static std::size_t index(TableData const& data) { return static_cast<std::size_t>(data.table->id); }

  // Rows of all workers, each id once, with what the whole table says of them: its number, and whether it is excluded.
  Partitions take_arrived(TableData const& data, std::vector<std::vector<std::uint64_t>> const& left_out, SaidNow& now) {
    Partitions partitions(std::size_t{1} << bits_);
    std::atomic<std::uint64_t> readable{0}, excluded{0};
    in_parallel([&](std::size_t p) {
      auto& all = partitions[p];
      for (auto& worker : workers_) {
        all.insert(all.end(), worker.partitions[p].begin(), worker.partitions[p].end());
        std::vector<Arrived>().swap(worker.partitions[p]);
      }
      readable += all.size();
      std::uint64_t out = 0;
      for (auto& row : all) {
        csv::Place const place{row.row};
        auto const& bits = left_out[place.chunk()];
        if (!bits.empty() && (bits[place.record() / 64] >> (place.record() % 64) & 1) != 0) row.standing = Standing::Excluded, ++out;
        row.row = data.row_of(place);
      }
      excluded += out;
      if (data.repeats) keep_first(all);
    });
    // Ids that damaged rows seem to have had: their records are protected too.
    std::uint64_t also = 0;
    for (auto const& [id, row] : data.also) {
      ++also;
      auto& all = partitions[partition_of(id, bits_)];
      if (std::none_of(all.begin(), all.end(), [id = id](Arrived const& a) { return a.id == id; })) all.push_back({id, {}, row, Standing::Excluded});
    }
    now.unreadable = data.rows - std::min<std::uint64_t>(data.rows, readable + also);
    now.excluded = excluded + (data.rows - std::min<std::uint64_t>(data.rows, readable));
    return partitions;
  }

  // Of rows with the same id the first good one, or the first.
  static void keep_first(std::vector<Arrived>& rows) {
    std::sort(rows.begin(), rows.end(), [](Arrived const& a, Arrived const& b) {
      return a.id != b.id ? a.id < b.id : a.standing != b.standing ? a.standing == Standing::Good : a.row < b.row;
    });
    rows.erase(std::unique(rows.begin(), rows.end(), [](Arrived const& a, Arrived const& b) { return a.id == b.id; }), rows.end());
  }

  void join_all(TableData const& data, Partitions const& partitions, SaidNow& now) {
    auto const& before = before_[index(data)];
    std::mutex mutex;
    in_parallel([&](std::size_t p) {
      Differences found;
      join(before.partitions.empty() ? std::span<PackedRow const>() : std::span<PackedRow const>(before.partitions[p]), partitions[p], now.key_of_row, found);
      std::lock_guard const lock(mutex);
      auto& all = now.differences;
      auto const append = [](auto& to, auto const& from) { to.insert(to.end(), from.begin(), from.end()); };
      all.unchanged += found.unchanged;
      all.unknown_deletions += found.unknown_deletions;
      append(all.created, found.created);
      append(all.updated, found.updated);
      append(all.deleted, found.deleted);
      append(all.protected_, found.protected_);
      append(all.not_listed, found.not_listed);
    });
    auto& all = now.differences;  // in the order of the file, whichever worker was first
    std::sort(all.created.begin(), all.created.end(), [](Arrived const& a, Arrived const& b) { return a.row < b.row; });
    for (auto* known : {&all.updated, &all.deleted, &all.protected_})
      std::sort(known->begin(), known->end(), [](Differences::Known const& a, Differences::Known const& b) { return a.row.row < b.row.row; });
    if (additive_ || data.mode == Mode::Delta) all.not_listed.clear();
    std::sort(all.not_listed.begin(), all.not_listed.end(), [](PackedRow const& a, PackedRow const& b) { return a.key < b.key; });
  }

  // Records that come get the next keys in the order of the file, so that a school's are neighbours.
  void note_changes(TableData const& data, SaidNow& now) {
    auto const& d = now.differences;
    now.bits = bits_;
    now.next_key = before_[index(data)].next_key;
    now.changes.reserve(d.created.size() + d.updated.size() + d.deleted.size() + d.not_listed.size());
    for (auto const& row : d.created) {
      now.key_of_row[row.row] = now.next_key;
      now.changes.push_back({row.id, now.next_key++, row.digest});
    }
    for (auto const& [row, key] : d.updated) now.changes.push_back({row.id, key, row.digest});
    if (!additive_)
      for (auto const& [row, key] : d.deleted) now.changes.push_back({row.id, no_key, {}});
    for (auto const& row : d.not_listed) now.changes.push_back({row.id, no_key, {}});
  }

  template <class Work>
  void in_parallel(Work const& work) {
    std::atomic<std::size_t> next{0};
    auto const count = std::size_t{1} << bits_;
    run_workers(static_cast<unsigned>(std::min<std::size_t>(options_.workers, count)), [&](unsigned) {
      for (std::size_t p; (p = next.fetch_add(1)) < count;) work(p);
    });
  }

  std::array<SaidBefore, table_count> const& before_;
  CheckOptions const& options_;
  bool additive_;
  std::array<SaidNow, table_count>& now_;
  KeysOfRows keys_{};
  unsigned bits_ = 0;
  std::vector<Worker> workers_;
};

}  // namespace

SaidBefore said_after(SaidBefore before, SaidNow const& now) {
  if (!now.stated) return before;
  demand(before.partitions.empty() || before.bits == now.bits);
  before.bits = now.bits;
  before.next_key = now.next_key;
  before.partitions.resize(std::size_t{1} << now.bits);
  std::vector<std::vector<PackedRow>> changes(before.partitions.size());
  for (auto const& row : now.changes) changes[partition_of(row.id, now.bits)].push_back(row);
  for (std::size_t p = 0; p < changes.size(); ++p) {
    if (before.partitions[p].empty()) before.partitions[p] = std::move(changes[p]);  // ids are new, each stands once
    else replace(before.partitions[p], changes[p]);
  }
  return before;
}

Comparison compare_delivery(Bundle const& bundle, std::array<SaidBefore, table_count> const& before, CheckOptions options, bool additive) {
  Comparison comparison;
  Comparing comparing(before, options, additive, comparison.tables);
  options.onlooker = &comparing;
  comparison.checked = check(bundle, {}, options);
  return comparison;
}

}  // namespace rollbook
