#include "runs/merge_records.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "runs/names.h"
#include "runs/overlay.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t stretch = 4096;  // rows that are in memory at once

std::string joined(std::vector<std::uint32_t> const& keys) {
  std::string text;
  for (auto const key : keys) text += (text.empty() ? "" : " ") + std::to_string(key);
  return text;
}

bool is_reference(Stored as) { return as == Stored::Key || as == Stored::Keys; }

Field const& field_of(Edit const& edit) { return table_of(edit.table).fields[stored_columns(edit.table)[edit.column].field]; }

// Each once: both of two that become one may have been named.
std::vector<std::uint32_t> relinked(std::vector<std::uint32_t> const& keys, TableId target, Merges const& merges) {
  std::vector<std::uint32_t> now;
  for (auto const key : keys)
    if (auto const of = merges.of(target, key); std::find(now.begin(), now.end(), of) == now.end()) now.push_back(of);
  return now;
}

bool relink_edit(Edit& edit, Merges const& merges) {
  if (!edit.value || !is_reference(stored_columns(edit.table)[edit.column].as)) return false;
  std::vector<std::uint32_t> keys;
  for (auto const& key : split(*edit.value, ' ')) keys.push_back(static_cast<std::uint32_t>(std::strtoul(key.c_str(), nullptr, 10)));
  auto const now = joined(relinked(keys, field_of(edit).refers_to, merges));
  return std::exchange(*edit.value, now) != now;
}

// The same field of this record.
bool is_edited(Edits const& all, std::uint32_t key, Edit const& edit) {
  auto const there = all.find({edit.table, key});
  return there != all.end() && std::any_of(there->second.begin(), there->second.end(), [&](Edit const& other) { return other.column == edit.column; });
}

}  // namespace

bool Merges::any() const {
  return std::any_of(into_.begin(), into_.end(), [](auto const& table) { return !table.empty(); });
}

std::uint32_t Merges::of(TableId table, std::uint32_t key) const {
  auto const& known = (*this)[table];
  auto const at = known.find(key);
  return at == known.end() ? key : at->second;
}

bool Merges::concerns(Table const& table) const {
  auto const& columns = stored_columns(table.id);
  return !(*this)[table.id].empty() || std::any_of(columns.begin(), columns.end(), [&](StoredColumn const& column) {
    return is_reference(column.as) && !(*this)[table.fields[column.field].refers_to].empty();
  });
}

bool Merges::relink(TableId table, StoredRow& row) const {
  bool changed = false;
  auto const& columns = stored_columns(table);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!is_reference(columns[i].as) || row.is_null(i)) continue;
    auto const target = table_of(table).fields[columns[i].field].refers_to;
    if ((*this)[target].empty()) continue;
    auto const before = keys_in(row, i, columns[i].as), now = relinked(before, target, *this);
    if (now == before) continue;
    changed = true;
    if (columns[i].as == Stored::Key) row.set_number(i, now.front());
    else row.set_text(i, joined(now));
  }
  return changed;
}

std::map<std::int64_t, std::vector<Moved>> rows_to_move(store::Database& roster, Table const& table, Merges const& merges) {
  std::map<std::int64_t, std::vector<Moved>> found;
  if (!merges.concerns(table)) return found;
  StoredRow row;
  store::RowSelect(roster, table.id).each_current(std::nullopt, [&](store::RowVersion const& version) {
    auto const to = merges.of(table.id, version.key);
    row = version.row;
    if (to != version.key || merges.relink(table.id, row)) found[version.source].push_back({version.key, to});
    return true;
  });
  return found;
}

void move_rows(store::Database& roster, Table const& table, std::int64_t source, std::vector<Moved> const& rows, Merges const& merges, std::int64_t revision) {
  store::RowSelect select(roster, table.id);
  store::RowEnd end(roster, table.id, source, revision);
  auto begun = roster.prepare("DELETE FROM " + store::quoted(table) + " WHERE row_key = ? AND row_source = ? AND row_since = ?");
  std::vector<std::pair<std::uint32_t, StoredRow>> now;
  for (std::size_t from = 0; from < rows.size(); from += stretch) {
    now.clear();
    for (std::size_t i = from; i < std::min(rows.size(), from + stretch); ++i) {
      StoredRow row;
      if (!select.current(rows[i].from, source, row)) continue;
      merges.relink(table.id, row);
      begun->run(rows[i].from, source, revision);
      end.end(rows[i].from);
      now.emplace_back(rows[i].to, std::move(row));
    }
    store::RowInsert insert(roster, table.id, source, revision);
    for (auto const& [key, row] : now) insert.add(key, row);
    insert.finish();
  }
}

void move_edits(store::Database& roster, Merges const& merges, std::int64_t revision) {
  auto const all = edits_of(roster, 0, std::nullopt);
  auto end = roster.prepare("UPDATE overlay SET until = ? WHERE tbl = ? AND key = ? AND field = ? AND until IS NULL");
  for (auto const& [record, edits] : all) {
    auto const [table, key] = record;
    auto const to = merges.of(table, key);
    for (auto edit : edits) {
      auto const& field = field_of(edit);
      bool const named = relink_edit(edit, merges);
      if (to == key && !named) continue;
      end->run(revision, static_cast<int>(table), key, field.name);
      if (to == key || !is_edited(all, to, edit)) add_edit(roster, table, to, field.name, revision, edit, edit.who);
    }
  }
}

std::vector<std::string> edits_that_give_way(store::Database& roster, Merges const& merges) {
  std::vector<std::string> found;
  if (!merges.any()) return found;
  auto const all = edits_of(roster, 0, std::nullopt);
  for (auto const& [record, edits] : all) {
    auto const to = merges.of(record.first, record.second);
    for (auto const& edit : edits)
      if (to != record.second && is_edited(all, to, edit))
        found.push_back(std::string(table_of(edit.table).one) + " " + id_of(roster, edit.table, to) + ": " + std::string(field_of(edit).name));
  }
  return found;
}

void save_said_anew(store::Database& roster, store::StoredSaid& said, std::int64_t source, Table const& table, SaidAnew const& change, std::uint64_t seed,
                    std::int64_t revision) {
  if (change.come.empty() && change.go.empty() && change.moved.empty()) return;
  std::unordered_map<std::uint32_t, PackedRow> own;  // what the source calls its records, and said of them
  for (std::size_t p = 0; said.any(table.id) && p < (std::size_t{1} << said.bits(table.id)); ++p)
    for (auto const& row : said.partition(table.id, p)) own.emplace(row.key, row);
  std::vector<PackedRow> now, before;
  for (auto const& row : change.go) {
    before.push_back(row);
    now.push_back({row.id, no_key, {}});
    own.erase(row.key);
  }
  auto const gone = now.size();
  for (auto const& row : change.come) {
    before.push_back({row.id, row.key, {}});
    now.push_back(row);
    own.emplace(row.key, row);
  }
  for (auto const& [from, to] : change.moved) {
    auto const at = own.find(from);
    if (at == own.end()) continue;
    auto row = at->second;
    before.push_back(row);
    if (to != from) {
      before.push_back({row.id, to, {}});
      own.erase(at);
      row.key = to;
      own.emplace(to, row);
    }
    now.push_back(row);
  }
  store::RowSelect select(roster, table.id);
  StoredRow cells;
  RowHash hash(seed);
  auto const of = columns_in(table, change.columns);
  for (std::size_t i = gone; i < now.size(); ++i) {
    bool const holds = change.digests_come && i < gone + change.come.size();
    if (holds || !select.current(now[i].key, source, cells)) continue;
    now[i].digest = digest_of(table.id, cells, of, hash, [&](std::uint32_t key) {
      auto const at = own.find(key);
      return at == own.end() ? hash_of_id(id_of(roster, table.id, key), seed) : at->second.id;
    });
  }
  said.save(table.id, revision, change.bits, now, said.rows(table.id) + change.come.size() - change.go.size(), change.columns);
  roster.run("INSERT INTO packed_before(source, tbl, revision, entries) VALUES(?, ?, ?, ?)", source, static_cast<int>(table.id), revision,
             store::Blob{pack(before)});
}

bool merged_organizations(store::Database& roster, std::int64_t revision) {
  auto row = roster.prepare(
      "SELECT 1 FROM ids AS n JOIN ids AS o ON o.tbl = n.tbl AND o.id = n.id AND o.until = n.since AND o.key <> n.key WHERE n.tbl = ? AND n.since = ?");
  return row->with(static_cast<int>(TableId::Orgs), revision).step();
}

}  // namespace rollbook::runs
