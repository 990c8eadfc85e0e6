#include "store/stored_said.h"

#include <algorithm>

#include "base/demand.h"
#include "base/hash.h"
#include "store/rows.h"
#include "sync/compare_delivery.h"
#include "sync/known_by.h"

namespace rollbook::store {
namespace {

constexpr std::int64_t whole = -1;  // the part of a delta: it is not cut into partitions

// Two lists as one, without a copy of either: a first load has its rows in memory once.
struct Changes {
  std::span<Created const> come;
  std::span<PackedRow const> others;
  std::size_t size() const { return come.size() + others.size(); }
  std::uint64_t id(std::size_t i) const { return i < come.size() ? come[i].id : others[i - come.size()].id; }
  PackedRow operator[](std::size_t i) const { return i < come.size() ? PackedRow{come[i].id, come[i].key, come[i].digest} : others[i - come.size()]; }
};

// The places of changes by their partitions, in their order within each, and where each partition begins; behind the last stands the end.
std::pair<std::vector<std::uint32_t>, std::vector<std::size_t>> by_partition(Changes const& changes, unsigned bits) {
  std::vector<std::size_t> begins((std::size_t{1} << bits) + 1);
  for (std::size_t i = 0; i < changes.size(); ++i) ++begins[rollbook::partition_of(changes.id(i), bits) + 1];
  for (std::size_t p = 1; p < begins.size(); ++p) begins[p] += begins[p - 1];
  auto next = begins;
  std::vector<std::uint32_t> order(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) order[next[rollbook::partition_of(changes.id(i), bits)]++] = static_cast<std::uint32_t>(i);
  return {std::move(order), std::move(begins)};
}

}  // namespace

StoredSaid::StoredSaid(Database& database, std::int64_t source, std::uint64_t seed) : database_(database), source_(source), seed_(seed) {
  auto rows = database.prepare("SELECT source, tbl FROM packed_tables WHERE rows > 0 OR source = ? ORDER BY source, tbl");
  rows->with(source);
  std::vector<std::pair<std::int64_t, TableId>> all;
  while (rows->step()) all.emplace_back(rows->integer(0), static_cast<TableId>(rows->integer(1)));
  for (auto const& [who, table] : all) {
    if (who == source) own_[index(table)] = about(who, table);
    else others_[index(table)].emplace_back(who, about(who, table));
  }
  auto next = database.prepare("SELECT tbl, next FROM next_keys");
  while (next->step()) next_[static_cast<std::size_t>(next->integer(0))] = static_cast<std::uint32_t>(next->integer(1));
}

StoredSaid::Table_ StoredSaid::about(std::int64_t source, TableId table) const {
  Table_ found;
  auto const number = static_cast<std::int64_t>(table);
  auto row = database_.prepare("SELECT bits, rows, columns FROM packed_tables WHERE source = ? AND tbl = ?");
  if (!row->with(source, number).step()) return found;
  found.there = true;
  found.bits = static_cast<unsigned>(row->integer(0));
  found.rows = static_cast<std::uint64_t>(row->integer(1));
  found.columns = row->text(2);
  row->reset();
  found.deltas.resize(std::size_t{1} << found.bits);
  auto deltas = database_.prepare("SELECT entries FROM packed WHERE source = ? AND tbl = ? AND part = ? ORDER BY revision");
  deltas->with(source, number, whole);
  while (deltas->step()) {
    auto const rows = unpack(deltas->blob(0));
    if (!rows) {
      database_.give_up("The packed rows of " + std::string(table_of(table).name) + " are damaged; \"rollbook verify\" says more.");
      return found;
    }
    found.in_deltas += rows->size();
    for (auto const& one : *rows) found.deltas[rollbook::partition_of(one.id, found.bits)].push_back(one);
  }
  return found;
}

std::vector<PackedRow> StoredSaid::partition_of_source(std::int64_t source, TableId table, Table_ const& about, std::size_t number) const {
  std::string bytes;
  {
    std::lock_guard const lock(mutex_);
    auto row = database_.prepare("SELECT entries FROM packed WHERE source = ? AND tbl = ? AND part = ?");
    if (row->with(source, static_cast<std::int64_t>(table), static_cast<std::int64_t>(number)).step()) bytes = row->blob(0);
  }
  std::vector<PackedRow> rows;
  if (!bytes.empty()) {
    auto unpacked = unpack(bytes);
    if (unpacked) {
      rows = std::move(*unpacked);
    } else {
      std::lock_guard const lock(mutex_);
      database_.give_up("The packed rows of " + std::string(table_of(table).name) + " are damaged; \"rollbook verify\" says more.");
    }
  }
  replace(rows, about.deltas[number]);
  return rows;
}

std::vector<PackedRow> StoredSaid::partition(TableId table, std::size_t number) const {
  if (masked(table)) return masked_[index(table)][number];
  return partition_of_source(source_, table, own_[index(table)], number);
}

StoredSaid::Ids const& StoredSaid::ids(TableId table, bool own) const {
  auto& slot = own ? own_ids_[index(table)] : other_ids_[index(table)];
  std::lock_guard const lock(building_);
  if (slot) return *slot;
  Ids all;
  auto const take = [&](std::int64_t source, Table_ const& about) {
    for (std::size_t p = 0; p < about.deltas.size(); ++p)
      for (auto const& row : partition_of_source(source, table, about, p)) all.emplace_back(row.id, row.key);
  };
  if (own && any(table)) take(source_, own_[index(table)]);
  if (!own)
    for (auto const& [who, about] : others_[index(table)]) take(who, about);
  std::sort(all.begin(), all.end());
  slot = std::move(all);
  return *slot;
}

std::uint32_t StoredSaid::key_of(TableId table, std::uint64_t id, bool own) const {
  for (bool const mine : {true, false}) {
    if (mine ? !own || !any(table) : !others(table)) continue;
    auto const& all = ids(table, mine);
    auto const at = std::lower_bound(all.begin(), all.end(), std::pair(id, std::uint32_t{0}));
    if (at != all.end() && at->first == id) return at->second;
  }
  return no_key;
}

std::uint32_t StoredSaid::former_key_of(TableId table, std::uint64_t id) const {
  auto& slot = former_[index(table)];
  if (!slot) {
    Ids all;
    auto rows = database_.prepare("SELECT key, id FROM ids WHERE tbl = ? AND until IS NOT NULL AND id > ''");
    rows->with(static_cast<std::int64_t>(table));
    while (rows->step()) all.emplace_back(hash_of_id(rows->text(1), seed_), static_cast<std::uint32_t>(rows->integer(0)));
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.first != b.first ? a.first < b.first : a.second > b.second; });
    slot = std::move(all);
  }
  auto const at = std::lower_bound(slot->begin(), slot->end(), id, [](auto const& a, std::uint64_t b) { return a.first < b; });  // the newest of several
  return at != slot->end() && at->first == id ? at->second : no_key;
}

namespace {

// Do two rows mean the same person or thing? By name or by identifiers where the table has such; else by everything they refer to.
bool same_record(TableId table, StoredRow const& a, StoredRow const& b) {
  auto const same = [&](std::string_view name) {
    auto const i = stored_index(table, name);
    return i != npos && !a.is_null(i) && a.same(i, b, i);
  };
  auto const names = known_by(table);
  if (!names.empty()) return std::any_of(names.begin(), names.end(), [&](KnownBy group) { return std::all_of(group.begin(), group.end(), same); });
  auto const& columns = stored_columns(table);
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].as == Stored::Key && is_required(table_of(table).fields[columns[i].field].need, Version::V12) && !a.same(i, b, i)) return false;
  return true;
}

}  // namespace

void StoredSaid::weigh(TableData const& data, KeyFinder const& keys, std::vector<Claim>& claims) const {
  auto const table = data.table->id;
  RowSelect stored(database_, table);
  std::vector<std::uint32_t> rows;
  for (auto const& claim : claims) rows.push_back(claim.row);
  std::size_t next = 0;
  StoredRow now, before;
  auto last = database_.prepare("SELECT row_source, row_since, row_until FROM " + quoted(*data.table) + " WHERE row_key = ? ORDER BY row_since DESC");
  for_rows(data, rows, keys, csv::best_kernel(), [&](std::uint32_t row, std::uint32_t chunk, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
    while (claims[next].row != row) ++next;
    auto& claim = claims[next];
    std::int64_t source = 0, since = 0;
    bool taken = false;  // the record lives on under another id
    if (last->with(claim.key).step()) source = last->integer(0), since = last->integer(1), taken = !claim.lives && last->is_null(2);
    last->reset();
    reader.read(chunk, batch, at, now);
    bool const same = !taken && stored.at(claim.key, source, since, before) && same_record(table, now, before);
    if (same && claim.lives)
      for (std::size_t i = 0; i < now.size(); ++i) claim.differs |= !now.same(i, before, i);
    claim.verdict = same ? Claim::Granted : claim.lives ? Claim::AnotherOne : Claim::New;
  });
}

void StoredSaid::mask(TableId table, ColumnsOfFile const& columns) {
  auto const& about = own_[index(table)];
  auto& partitions = masked_[index(table)];
  // By the ids that the source uses: they need not be those that the district knows the records by.
  std::vector<std::uint64_t> hash_of(next_[index(table)]);
  for (auto const& [who, other] : others_[index(table)])
    for (std::size_t p = 0; p < other.deltas.size(); ++p)
      for (auto const& row : partition_of_source(who, table, other, p)) hash_of[row.key] = row.id;
  for (std::size_t p = 0; p < about.deltas.size(); ++p)
    for (auto const& row : partition_of_source(source_, table, about, p)) hash_of[row.key] = row.id;
  partitions.assign(std::size_t{1} << about.bits, {});
  RowHash hash(seed_);
  RowSelect(database_, table).each_current(source_, [&](RowVersion const& version) {
    auto const id = hash_of[version.key];
    partitions[rollbook::partition_of(id, about.bits)].push_back(
        {id, version.key, digest_of(table, version.row, columns, hash, [&](std::uint32_t key) { return hash_of[key]; })});
    return true;
  });
}

std::map<std::uint32_t, PackedRow> StoredSaid::with_keys(TableId table, std::set<std::uint32_t> const& keys) const {
  std::map<std::uint32_t, PackedRow> found;
  if (!any(table) || keys.empty()) return found;
  KeySet wanted;  // asked for every row there is
  for (auto const key : keys) wanted.insert(key);
  for (std::size_t p = 0; p < own_[index(table)].deltas.size(); ++p)
    for (auto const& row : partition(table, p))
      if (wanted.has(row.key)) found.emplace(row.key, row);
  return found;
}

void StoredSaid::save(TableId table, std::int64_t revision, unsigned bits, std::span<PackedRow const> others, std::uint64_t rows, std::string const& columns,
                      std::span<Created const> come) {
  Changes const changes{come, others};
  auto& about = own_[index(table)];
  auto const number = static_cast<std::int64_t>(table);
  bool const fold = !about.there || masked(table) || about.in_deltas + changes.size() > about.rows / 4 + 1000;
  database_.run("DELETE FROM packed_tables WHERE source = ? AND tbl = ?", source_, number);
  auto const kept_bits = about.there ? about.bits : bits;
  database_.run("INSERT INTO packed_tables(source, tbl, bits, rows, columns) VALUES(?, ?, ?, ?, ?)", source_, number, kept_bits, rows, columns);
  auto insert = database_.prepare("INSERT INTO packed(source, tbl, revision, part, entries) VALUES(?, ?, ?, ?, ?)");
  if (!fold) {
    std::vector<PackedRow> all(changes.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = changes[i];
    if (!all.empty()) insert->run(source_, number, revision, whole, Blob{pack(all)});
    return;
  }
  auto const [order, begins] = by_partition(changes, kept_bits);
  auto replace_one = database_.prepare("DELETE FROM packed WHERE source = ? AND tbl = ? AND part = ?");
  std::vector<PackedRow> part, all;
  for (std::size_t p = 0; p + 1 < begins.size(); ++p) {
    part.clear();
    for (auto i = begins[p]; i < begins[p + 1]; ++i)
      if (auto const row = changes[order[i]]; about.there || row.key != no_key) part.push_back(row);
    if (about.there) {
      all = partition(table, p);
      replace(all, part);
      replace_one->run(source_, number, p);
    }
    insert->run(source_, number, revision, p, Blob{pack(about.there ? all : part)});
  }
  if (about.there) database_.run("DELETE FROM packed WHERE source = ? AND tbl = ? AND part = ?", source_, number, whole);
}

}  // namespace rollbook::store
