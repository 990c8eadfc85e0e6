#include "sync/compare_delivery.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/demand.h"
#include "base/workers.h"
#include "csv/mangled.h"
#include "sync/row_digest.h"

namespace rollbook {
namespace {

std::uint64_t mangled_rows(csv::Batch const& batch) {
  std::uint64_t rows = 0;
  auto const* starts = batch.row_start.data();
  for (std::size_t at = 0; (at = csv::find_mangled(batch.text, at)) != std::string_view::npos;) {
    auto const row = static_cast<std::uint32_t>(std::upper_bound(starts, starts + batch.rows, at) - starts);  // the one behind it
    rows += row > 0 && at < batch.row_end(row - 1);
    at = row < batch.rows ? starts[row] : batch.text.size();
  }
  return rows;
}

class Comparing : public Onlooker {
 public:
  Comparing(Said const& said, CheckOptions const& options, CompareOptions const& how, Version version, Comparison& out)
      : said_(said), options_(options), how_(how), version_(version), out_(out) {}

  void table_begins(TableData const& data, unsigned workers) override {
    auto const table = data.table->id;
    bits_ = said_.any(table) ? said_.bits(table) : partition_bits_for(data.member->bytes.size());
    workers_.clear();
    for (unsigned w = 0; w < workers; ++w)
      workers_.emplace_back(DigestTaker(data, version_, out_.keys, options_.seed, static_cast<bool>(how_.judge)), std::size_t{1} << bits_);
  }

  void chunk(TableData const& data, std::uint32_t number, unsigned worker, csv::Batch const& batch, Values const& values,
             std::vector<std::uint8_t> const& wrong) override {
    auto& own = workers_[worker];
    if (batch.seen.non_ascii) own.mangled += mangled_rows(batch);
    if (data.mode == Mode::Bulk)
      for (auto const status : values.column[1]) own.deleted_in_bulk += status == 1 || status == 2;  // places in words::status
    own.judged.assign(batch.rows, Judged::Take);
    own.wanted.assign(batch.rows, 0);
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      if (values.id_hash[row] == 0) continue;
      if (how_.judge) own.judged[row] = how_.judge(data, batch, values, row);
      own.wanted[row] = (wrong[row] & own_error) == 0 && own.judged[row] <= Judged::Flag && !is_deleted(values, row);
    }
    auto const& digests = own.digests.of(batch, values, number, own.wanted);
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      auto const id = values.id_hash[row];
      if (id == 0) continue;
      Arrived arrived{id, {}, csv::Place::of(number, batch.row_record[row]).packed, Standing::Good};
      auto const judged = own.judged[row];
      bool const deleted = is_deleted(values, row);
      if (judged == Judged::FilterOut && !deleted) {
        filter_out(data, arrived, own);
        continue;
      }
      own.flagged += judged == Judged::Flag;
      if (!deleted && how_.missed && (judged == Judged::Flag || judged == Judged::Exclude)) note_missed(data, batch, row, arrived.row, own);
      if (!deleted) note_unique(data, batch, row, arrived.row, own);
      if (deleted) {
        arrived.standing = (wrong[row] & own_error) != 0 ? Standing::Excluded : Standing::ToDelete;
      } else if ((wrong[row] & own_error) != 0 || judged == Judged::Exclude) {
        arrived.standing = Standing::Excluded;
        if ((wrong[row] & own_error) == 0) own.excluded.push_back(arrived.row);
      } else {
        auto const& taken = digests[row];
        arrived.digest = taken.digest;
        if (!taken.resolved && taken.filtered && how_.judge) {
          filter_out(data, arrived, own);
          continue;
        }
        if (!taken.resolved) {
          arrived.standing = Standing::Excluded;
          own.unresolved.push_back(arrived.row);
        }
      }
      own.partitions[partition_of(id, bits_)].push_back(arrived);
    }
    if (data.table->id == TableId::Enrollments) note_named(data, values, digests, own);
    if (data.table->id == TableId::Roles && how_.note_roles) note_roles(data, values, batch.rows, own);
  }

  void table_ends(TableData const& data, LeftOut const& left_out) override {
    auto& now = now_of(data);
    if (data.states_nothing) return;
    now.stated = true;
    now.key_of_row.assign(data.rows, no_key);
    auto partitions = take_arrived(data, left_out, now);
    take_marks(data, now);
    for (auto const& worker : workers_) now.people_named.insert(worker.people_named), now.classes_taught.insert(worker.classes_taught);
    now.named_exactly = twins_.empty() && excluded_late_ == 0 && how_.unique.empty();
    now.full = !how_.additive && !how_.no_removals && data.mode == Mode::Bulk && now.unreadable == 0;
    if (!how_.unique.empty()) exclude_shared(partitions, data, left_out, now);
    out_.keys.know(data, now.key_of_row, now.full, now.filtered_rows);  // in a delta, also for references within the table
    settle_within(data, partitions);
    join_all(data, partitions, now);
    give_keys(data, now);
    workers_.clear();
  }

 private:
  using Partitions = std::vector<std::vector<Arrived>>;

  struct Worker {
    Worker(DigestTaker taker, std::size_t count) : digests(std::move(taker)), partitions(count) {}
    DigestTaker digests;
    std::vector<std::vector<Arrived>> partitions;
    std::vector<Judged> judged;                                        // by row of the batch
    std::vector<std::uint8_t> wanted;                                  // likewise: of which rows digests are needed
    std::vector<std::uint32_t> unresolved, excluded, filtered_places;  // packed places
    std::vector<UniqueValue> unique;
    std::vector<std::pair<std::uint32_t, std::uint16_t>> missed;  // packed places and numbers
    std::vector<std::pair<std::uint32_t, std::uint32_t>> roles;   // rows of users and orgs
    std::vector<std::uint16_t> numbers;
    std::uint64_t filtered = 0, flagged = 0, mangled = 0, deleted_in_bulk = 0;
    KeySet people_named, classes_taught;
  };

  // Who has a class, and which classes have a teacher, once the delivery is applied.
  static void note_named(TableData const& data, Values const& values, std::vector<DigestTaker::Taken> const& digests, Worker& own) {
    constexpr auto role = field_index(enrollments, "role");
    constexpr auto& words = words::enrollment_role_words;
    constexpr auto teacher = static_cast<std::int32_t>(std::find(std::begin(words), std::end(words), "teacher") - std::begin(words));
    bool const roles = data.layout.column_of[role] != no_column;
    for (std::uint32_t row = 0; row < own.wanted.size(); ++row) {
      if (own.wanted[row] == 0 || !digests[row].resolved) continue;
      own.people_named.insert(own.digests.people[row]);
      if (roles && values.column[role][row] == teacher) own.classes_taught.insert(own.digests.classes[row]);
    }
  }

  void note_missed(TableData const& data, csv::Batch const& batch, std::uint32_t row, std::uint32_t place, Worker& own) const {
    own.numbers.clear();
    how_.missed(data, batch, row, own.numbers);
    for (auto const number : own.numbers) own.missed.emplace_back(place, number);
  }

  static void note_roles(TableData const& data, Values const& values, std::uint32_t rows, Worker& own) {
    constexpr auto user = field_index(roles, "userSourcedId"), org = field_index(roles, "orgSourcedId");
    if (data.mode != Mode::Bulk || data.layout.column_of[user] == no_column || data.layout.column_of[org] == no_column) return;
    for (std::uint32_t row = 0; row < rows; ++row)
      if (auto const who = values.column[user][row], where = values.column[org][row]; who >= 0 && where >= 0)
        own.roles.emplace_back(static_cast<std::uint32_t>(who), static_cast<std::uint32_t>(where));
  }

  void take_marks(TableData const& data, SaidNow& now) {
    for (auto& worker : workers_) {
      for (auto const& [place, number] : worker.missed) now.missed.emplace_back(data.row_of(csv::Place{place}), number);
      now.roles.insert(now.roles.end(), worker.roles.begin(), worker.roles.end());
    }
    std::sort(now.missed.begin(), now.missed.end());
  }

  static bool is_deleted(Values const& values, std::uint32_t row) { return !values.deleted.empty() && values.deleted[row] != 0; }

  // As if it were not listed. A delta lists nothing but changes: there it takes the record away.
  void filter_out(TableData const& data, Arrived arrived, Worker& own) {
    if (data.mode == Mode::Delta) {
      arrived.standing = Standing::ToDelete;
      own.partitions[partition_of(arrived.id, bits_)].push_back(arrived);
      return;
    }
    ++own.filtered;
    own.filtered_places.push_back(arrived.row);
  }

  void note_unique(TableData const& data, csv::Batch const& batch, std::uint32_t row, std::uint32_t place, Worker& own) {
    for (std::uint16_t number = 0; number < how_.unique.size(); ++number) {
      auto const [table, field] = how_.unique[number];
      if (table != data.table->id || data.layout.column_of[field] == no_column) continue;
      std::string buffer;
      auto const value = csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(data.layout.column_of[field])), buffer);
      if (!value.empty()) own.unique.push_back({hash_of(value, options_.seed + field), place, number});
    }
  }

  // Rows that share a value which must be unique are all excluded: nobody knows whose it is.
  void exclude_shared(Partitions& partitions, TableData const& data, LeftOut const& left_out, SaidNow& now) {
    std::vector<UniqueValue> all;
    for (auto const& worker : workers_) all.insert(all.end(), worker.unique.begin(), worker.unique.end());
    if (all.empty()) return;
    std::sort(all.begin(), all.end());
    std::unordered_set<std::uint32_t> shared;  // rows
    for (std::size_t i = 0; i < all.size();) {
      auto j = i;
      while (j < all.size() && all[j].hash == all[i].hash) ++j;
      for (auto k = i; k < j; ++k) {
        csv::Place const place{all[k].row};
        all[k].row = data.row_of(place);
        if (j - i == 1) continue;
        now.shared.emplace_back(all[k].row, all[k].column);
        if (!is_set(left_out[place.chunk()], place.record())) shared.insert(all[k].row);
      }
      i = j;
    }
    if (!shared.empty())
      for (auto& rows : partitions)
        for (auto& row : rows)
          if (row.standing == Standing::Good && shared.count(row.row) > 0) row.standing = Standing::Excluded, ++now.excluded;
    if (!how_.stored_values) return;
    auto const table = data.table->id;
    now.taken =
        exclude_taken({said_, table, how_.unique, how_.stored_values, options_.seed, now.full, how_.additive || how_.no_removals}, all, data.rows, partitions);
    for (auto const& one : now.taken) now.shared.emplace_back(one.row, one.column);
    now.excluded += now.taken.size();
  }

  SaidNow& now_of(TableData const& data) { return out_.tables[static_cast<std::size_t>(data.table->id)]; }

  // Rows of all workers, each id once, with what the whole table says of them: its number, and whether it is excluded. Ids that damaged
  // rows seem to have had are among them: their records are protected too.
  Partitions take_arrived(TableData const& data, LeftOut const& left_out, SaidNow& now) {
    Partitions partitions(std::size_t{1} << bits_);
    excluded_late_ = 0;
    std::unordered_set<std::uint32_t> filtered;
    if (!data.guessed_ids.empty())
      for (auto const& worker : workers_) filtered.insert(worker.filtered_places.begin(), worker.filtered_places.end());
    for (auto const& [id, place] : data.guessed_ids)
      if (filtered.count(place.packed) == 0) partitions[partition_of(id, bits_)].push_back({id, {}, place.packed, Standing::Excluded});
    std::vector<std::uint8_t> has_id(data.guessed_ids.empty() ? 0 : data.rows);  // a padded id is both read and guessed
    std::atomic<std::uint64_t> read{0};
    std::mutex mutex;
    in_parallel([&](std::size_t p) {
      auto& all = partitions[p];
      bool const repeats = data.repeats || !all.empty();
      for (auto& worker : workers_) {
        all.insert(all.end(), worker.partitions[p].begin(), worker.partitions[p].end());
        std::vector<Arrived>().swap(worker.partitions[p]);
      }
      for (auto& row : all) {
        csv::Place const place{row.row};
        if (is_set(left_out[place.chunk()], place.record())) {
          excluded_late_ += row.standing == Standing::Good;
          row.standing = Standing::Excluded;
        }
        row.row = data.row_of(place);
        if (!has_id.empty()) std::atomic_ref(has_id[row.row]).store(1, std::memory_order_relaxed);
      }
      read += all.size();
      if (repeats) {
        auto const twins = keep_first(all);
        std::lock_guard const lock(mutex);
        twins_.insert(twins_.end(), twins.begin(), twins.end());
      }
    });
    for (auto const& worker : workers_)
      now.filtered += worker.filtered, now.flagged += worker.flagged, now.mangled += worker.mangled, now.deleted_in_bulk += worker.deleted_in_bulk;
    if (now.filtered > 0) now.filtered_rows.assign(data.rows, false);
    for (auto const& worker : workers_)
      for (auto const place : worker.filtered_places) now.filtered_rows[data.row_of(csv::Place{place})] = true;
    auto const with_id = has_id.empty() ? read.load() : static_cast<std::uint64_t>(std::count(has_id.begin(), has_id.end(), 1));
    now.unreadable = data.rows - with_id - now.filtered;
    for (auto const& bits : left_out)
      for (auto const word : bits) now.excluded += static_cast<std::uint64_t>(std::popcount(word));
    for (auto const& worker : workers_)
      for (auto const packed : worker.excluded)
        if (csv::Place const place{packed}; !is_set(left_out[place.chunk()], place.record())) ++now.excluded;
    for (auto const& worker : workers_)
      for (auto const packed : worker.unresolved)
        if (csv::Place const place{packed}; !is_set(left_out[place.chunk()], place.record())) {
          ++now.excluded;
          ++now.unresolved;
          now.unresolved_rows.push_back(data.row_of(place));
        }
    std::sort(now.unresolved_rows.begin(), now.unresolved_rows.end());
    now.unresolved_rows.resize(std::min<std::size_t>(now.unresolved_rows.size(), options_.max_findings));
    return partitions;
  }

  static bool is_set(std::vector<std::uint64_t> const& bits, std::uint32_t record) { return !bits.empty() && (bits[record / 64] >> (record % 64) & 1) != 0; }

  // Of rows with the same id the first good one, or the first. Returns the others, each with the one that is kept.
  static std::vector<std::pair<std::uint32_t, std::uint32_t>> keep_first(std::vector<Arrived>& rows) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> twins;
    std::sort(rows.begin(), rows.end(), [](Arrived const& a, Arrived const& b) {
      auto const rank = [](Arrived const& row) { return std::tuple(row.id, row.standing != Standing::Good, row.row); };
      return rank(a) < rank(b);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (kept > 0 && rows[kept - 1].id == rows[i].id) twins.emplace_back(rows[i].row, rows[kept - 1].row);
      else rows[kept++] = rows[i];
    }
    rows.resize(kept);
    return twins;
  }

  // References within the table that mean nothing that will live are dropped, and their shares with them.
  void settle_within(TableData const& data, Partitions& partitions) {
    std::unordered_map<std::uint32_t, Digest> lost;  // by row
    auto const look = [&](Pending const& pending) {
      auto const row = data.index.empty() ? no_row : data.index.find(pending.hash);
      auto const standing = standing_of_.find(row);
      bool const left_aside = row != no_row && filtered_.count(row) > 0;
      if (row != no_row && standing == standing_of_.end() && !left_aside) return;
      bool own = !now_of(data).full || data.also.find(pending.hash) != data.also.end();
      if (row != no_row && !left_aside) own = standing->second == Standing::Excluded || how_.additive;  // what is excluded stays as it is stored
      if (said_.key_of(data.table->id, pending.hash, own) == no_key) add(lost[data.row_of(pending.place)], share_of(pending.field, pending.hash));
    };
    bool any = !data.dangling_within.empty();
    for (auto const& worker : workers_) any |= !worker.digests.within.empty() || !worker.filtered_places.empty();
    if (!any) return;
    standing_of_.clear();
    filtered_.clear();
    for (auto const& worker : workers_)
      for (auto const place : worker.filtered_places) filtered_.insert(data.row_of(csv::Place{place}));
    for (auto const& rows : partitions)
      for (auto const& row : rows)
        if (row.standing != Standing::Good) standing_of_.emplace(row.row, row.standing);
    for (auto const& pending : data.dangling_within) look(pending);
    for (auto const& worker : workers_)
      for (auto const& pending : worker.digests.within) look(pending);
    if (lost.empty()) return;
    for (auto& rows : partitions)
      for (auto& row : rows)
        if (auto const at = lost.find(row.row); at != lost.end()) take_away(row.digest, at->second);
  }

  void join_all(TableData const& data, Partitions& partitions, SaidNow& now) {
    auto const table = data.table->id;
    if (!said_.any(table)) return take_all(partitions, now);
    std::mutex mutex;
    in_parallel([&](std::size_t p) {
      Differences found;
      join(said_.partition(table, p), partitions[p], now.key_of_row, found);
      std::vector<std::uint64_t> excluded;
      for (auto const& row : partitions[p])
        if (row.standing == Standing::Excluded) excluded.push_back(row.id);
      std::vector<Arrived>().swap(partitions[p]);
      std::lock_guard const lock(mutex);
      now.excluded_ids.insert(now.excluded_ids.end(), excluded.begin(), excluded.end());
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
    sort_by_row(all.created);
    for (auto* known : {&all.updated, &all.deleted, &all.protected_})
      std::sort(known->begin(), known->end(), [](Differences::Known const& a, Differences::Known const& b) { return a.row.row < b.row.row; });
    if (how_.additive || data.mode == Mode::Delta) all.not_listed.clear();
    if (how_.additive) {
      now.deletions_not_made = all.deleted.size();
      all.deleted.clear();
    }
    std::sort(all.not_listed.begin(), all.not_listed.end(), [](PackedRow const& a, PackedRow const& b) { return a.key < b.key; });
  }

  // Nothing was said before: all of it comes. One list, as long as it will be, and each partition goes when it stands there.
  void take_all(Partitions& partitions, SaidNow& now) const {
    auto& all = now.differences;
    std::size_t count = 0;
    for (auto const& rows : partitions) count += rows.size();
    all.created.reserve(count);
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      auto& rows = partitions[p];
      for (auto const& row : rows) {
        if (row.standing == Standing::Good) all.created.push_back({row.id, row.digest, row.row, no_key});
        else if (row.standing == Standing::ToDelete) ++all.unknown_deletions;
        else now.excluded_ids.push_back(row.id);
      }
      std::vector<Arrived>().swap(rows);
      if (how_.hand_back != nullptr && p % 128 == 127) how_.hand_back();
    }
    sort_by_row(all.created);
  }

  static void sort_by_row(std::vector<Created>& rows) {
    std::sort(rows.begin(), rows.end(), [](Created const& a, Created const& b) { return a.row < b.row; });
  }

  // Records that come get the next keys in the order of the file, so that a school's are neighbours; those that come back, or that another
  // source has, get theirs.
  void give_keys(TableData const& data, SaidNow& now) {
    auto const table = data.table->id;
    auto& d = now.differences;
    now.bits = bits_;
    now.next_key = said_.next_key(table);
    std::vector<Claim> claims;
    if (now.next_key > 0)
      for (auto const& row : d.created) {
        auto key = said_.key_of(table, row.id, false);
        bool const lives = key != no_key;
        if (!lives) key = said_.former_key_of(table, row.id);
        if (key != no_key) claims.push_back({row.row, row.id, key, lives, Claim::New, false});
      }
    if (!claims.empty()) said_.weigh(data, out_.keys, claims);
    for (auto const& one : claims) now.differing_claims += one.differs;
    auto claim = claims.begin();
    std::size_t kept = 0;
    for (auto const& row : d.created) {
      auto const verdict = claim != claims.end() && claim->row == row.row ? (claim++)->verdict : Claim::New;
      if (verdict == Claim::AnotherOne) {
        now.another_one.push_back(row.row);
        now.key_of_row[row.row] = stranger_key;
        ++now.excluded;
        continue;
      }
      auto const key = verdict == Claim::Granted ? std::prev(claim)->key : now.next_key++;
      now.key_of_row[row.row] = key;
      d.created[kept++] = {row.id, row.digest, row.row, key};
    }
    d.created.resize(kept);
    for (auto const& known : d.deleted) now.key_of_row[known.row.row] = how_.no_removals ? known.key : gone_key;
    for (auto const& [other, kept] : twins_) now.key_of_row[other] = now.key_of_row[kept];
    twins_.clear();
  }

  template <class Work>
  void in_parallel(Work const& work) {
    std::atomic<std::size_t> next{0};
    auto const count = std::size_t{1} << bits_;
    run_workers(static_cast<unsigned>(std::min<std::size_t>(options_.workers, count)), [&](unsigned) {
      for (std::size_t p; (p = next.fetch_add(1)) < count;) work(p);
    });
  }

  Said const& said_;
  CheckOptions const& options_;
  CompareOptions const& how_;
  Version version_;
  Comparison& out_;
  unsigned bits_ = 0;
  std::vector<Worker> workers_;
  std::atomic<std::uint64_t> excluded_late_{0};  // rows that looked good by themselves
  std::vector<std::pair<std::uint32_t, std::uint32_t>> twins_;
  std::unordered_set<std::uint32_t> filtered_;
  std::unordered_map<std::uint32_t, Standing> standing_of_;  // of rows that are not good
};

}  // namespace

std::unique_ptr<Comparison> compare_delivery(Bundle const& bundle, Said const& said, CheckOptions options, CompareOptions const& how) {
  auto comparison = std::unique_ptr<Comparison>(new Comparison{{}, {}, KeyFinder(said, options.seed)});
  Comparing comparing(said, options, how, bundle.version.value_or(Version::V11), *comparison);
  options.onlooker = &comparing;
  comparison->checked = check(bundle, {}, options);
  // What it looked at while reading lies elsewhere now.
  for (std::size_t t = 0; t < table_count; ++t)
    if (auto const& now = comparison->tables[t]; now.stated)
      comparison->keys.know(comparison->checked.roster.tables[t], now.key_of_row, now.full, now.filtered_rows);
  return comparison;
}

std::vector<PackedRow> changes_of(SaidNow const& now) {
  auto const& d = now.differences;
  std::vector<PackedRow> changes;
  changes.reserve(d.created.size() + d.updated.size() + d.deleted.size() + d.not_listed.size());
  for (auto const& row : d.created) changes.push_back({row.id, row.key, row.digest});
  for (auto const& known : d.updated) changes.push_back({known.row.id, known.key, known.row.digest});
  for (auto const& known : d.deleted) changes.push_back({known.row.id, no_key, {}});
  for (auto const& row : d.not_listed) changes.push_back({row.id, no_key, {}});
  return changes;
}

}  // namespace rollbook
