#include "sync/compare_delivery.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>
#include <tuple>

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

  void table_ends(TableData const& data, LeftOut const& left_out) override {
    auto& now = now_[index(data)];
    if (data.states_nothing) return;
    now.stated = true;
    now.key_of_row.assign(data.rows, no_key);
    auto const partitions = take_arrived(data, left_out, now);
    join_all(data, partitions, now);
    note_changes(data, now);
    if (data.mode == Mode::Bulk) keys_[index(data)] = &now.key_of_row;  // the check looks up nothing in a delta
    workers_.clear();
  }

 private:
  struct Worker {
    DigestTaker digests;
    std::vector<std::vector<Arrived>> partitions;
  };
  using Partitions = std::vector<std::vector<Arrived>>;

  static std::size_t index(TableData const& data) { return static_cast<std::size_t>(data.table->id); }

  // Rows of all workers, each id once, with what the whole table says of them: its number, and whether it is excluded. Ids that damaged
  // rows seem to have had are among them: their records are protected too.
  Partitions take_arrived(TableData const& data, LeftOut const& left_out, SaidNow& now) {
    Partitions partitions(std::size_t{1} << bits_);
    for (auto const& [id, place] : data.guessed_ids) partitions[partition_of(id, bits_)].push_back({id, {}, place.packed, Standing::Excluded});
    std::vector<std::uint8_t> has_id(data.guessed_ids.empty() ? 0 : data.rows);  // a padded id is both read and guessed
    std::atomic<std::uint64_t> read{0};
    in_parallel([&](std::size_t p) {
      auto& all = partitions[p];
      bool const repeats = data.repeats || !all.empty();
      for (auto& worker : workers_) {
        all.insert(all.end(), worker.partitions[p].begin(), worker.partitions[p].end());
        std::vector<Arrived>().swap(worker.partitions[p]);
      }
      for (auto& row : all) {
        csv::Place const place{row.row};
        if (is_set(left_out[place.chunk()], place.record())) row.standing = Standing::Excluded;
        row.row = data.row_of(place);
        if (!has_id.empty()) std::atomic_ref(has_id[row.row]).store(1, std::memory_order_relaxed);
      }
      read += all.size();
      if (repeats) keep_first(all);
    });
    auto const with_id = has_id.empty() ? read.load() : static_cast<std::uint64_t>(std::count(has_id.begin(), has_id.end(), 1));
    now.unreadable = data.rows - with_id;
    for (auto const& bits : left_out)
      for (auto const word : bits) now.excluded += static_cast<std::uint64_t>(std::popcount(word));
    return partitions;
  }

  static bool is_set(std::vector<std::uint64_t> const& bits, std::uint32_t record) { return !bits.empty() && (bits[record / 64] >> (record % 64) & 1) != 0; }

  // Of rows with the same id the first good one, or the first.
  static void keep_first(std::vector<Arrived>& rows) {
    std::sort(rows.begin(), rows.end(), [](Arrived const& a, Arrived const& b) {
      auto const rank = [](Arrived const& row) { return std::tuple(row.id, row.standing != Standing::Good, row.row); };
      return rank(a) < rank(b);
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
