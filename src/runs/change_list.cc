// A part is a row of entries without anything between them. An entry is
//
//   head      varint: the difference of the key from that of the entry before, zigzag, times four; + 2 when it is listed here for the first time; + 1
//             when the difference of the number is another one than that of the key
//   [number]  then: the difference of the number, zigzag, as a varint
//
// Keys are given in the order of the file, so of new records both differences are mostly the same, and small.
#include "runs/change_list.h"

#include <algorithm>

namespace rollbook::runs {
namespace {

constexpr std::array<std::string_view, change_kinds> kinds = {"created", "updated", "removed", "excluded"};

std::uint64_t zigzag(std::int64_t value) { return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63); }
std::int64_t unzigzag(std::uint64_t value) { return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1); }

void put(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

std::uint64_t get(std::string_view bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; at < bytes.size() && shift < 64; shift += 7) {
    auto const byte = static_cast<unsigned char>(bytes[at++]);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

void put(std::string& out, std::uint32_t& key_before, std::uint32_t& number_before, ListedChange const& change) {
  auto const key = std::int64_t{change.key} - key_before, number = std::int64_t{change.number} - number_before;
  put(out, zigzag(key) << 2 | (change.first ? 2u : 0u) | (key != number ? 1u : 0u));
  if (key != number) put(out, zigzag(number));
  key_before = change.key;
  number_before = change.number;
}

}  // namespace

std::string_view name_of(ChangeKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

std::optional<ChangeKind> change_kind_by_name(std::string_view name) {
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (kinds[i] == name) return static_cast<ChangeKind>(i);
  return std::nullopt;
}

std::string pack_changes(std::vector<ListedChange> const& changes) {
  std::string bytes;
  std::uint32_t key = 0, number = 0;
  for (auto const& change : changes) put(bytes, key, number, change);
  return bytes;
}

std::vector<ListedChange> unpack_changes(std::string_view bytes) {
  std::vector<ListedChange> changes;
  std::int64_t key = 0, number = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    auto const head = get(bytes, at);
    auto const moved = unzigzag(head >> 2);
    key += moved;
    number += (head & 1) != 0 ? unzigzag(get(bytes, at)) : moved;
    changes.push_back({static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(number), (head & 2) != 0});
  }
  return changes;
}

ChangeLists::List& ChangeLists::list(TableId table, ChangeKind kind, School school) {
  auto& places = by_school_[static_cast<std::size_t>(table) * change_kinds + static_cast<std::size_t>(kind)];
  if (school >= places.size()) places.resize(std::max<std::size_t>(school + std::size_t{1}, 2 * places.size()));
  if (places[school] == 0) {
    lists_.push_back({table, kind, school, 0, 0, {}});
    places[school] = static_cast<std::uint32_t>(lists_.size());
  }
  return lists_[places[school] - 1];
}

void ChangeLists::add(TableId table, ChangeKind kind, std::uint32_t key, std::uint32_t number, std::vector<School> const& schools) {
  bool first = true;
  for (auto const school : schools) {
    auto& to = list(table, kind, school);
    if (to.parts.empty() || to.parts.back().entries == entries_of_a_part) {
      to.parts.emplace_back();
      to.key = to.number = 0;
    }
    auto& part = to.parts.back();
    put(part.bytes, to.key, to.number, {key, number, first});
    ++part.entries;
    part.first += first;
    first = false;
  }
}

void ChangeLists::save(store::Database& roster, std::int64_t run) {
  std::sort(lists_.begin(), lists_.end(),
            [](List const& a, List const& b) { return std::tuple(a.table, a.kind, a.school) < std::tuple(b.table, b.kind, b.school); });
  constexpr std::string_view columns[] = {"run", "tbl", "kind", "school", "part", "first", "entries", "bytes"};
  auto load = roster.bulk_load("run_changes", columns);
  for (auto const& list : lists_)
    for (std::size_t i = 0; i < list.parts.size(); ++i) {
      auto const& part = list.parts[i];
      for (auto const value : {run, static_cast<std::int64_t>(list.table), static_cast<std::int64_t>(list.kind), std::int64_t{list.school},
                               static_cast<std::int64_t>(i), std::int64_t{part.first}, std::int64_t{part.entries}})
        load->add(value);
      load->add(store::Blob{part.bytes});
      load->end_row();
    }
  load->finish();
  for (auto& places : by_school_) places.clear();
  lists_.clear();
}

ChangeListReader::ChangeListReader(store::Database& roster, std::int64_t run, TableId table, ChangeKind kind, std::optional<School> school)
    : roster_(roster), run_(run), table_(table), kind_(kind), all_(!school) {
  auto rows = roster.prepare(std::string("SELECT school, part, first, entries FROM run_changes WHERE run = ? AND tbl = ? AND kind = ?") +
                             (school ? " AND school = ?" : "") + " ORDER BY school, part");
  rows->with(run, static_cast<int>(table), static_cast<int>(kind));
  if (school) rows->bind(4, std::int64_t{*school});
  while (rows->step()) {
    auto const entries = static_cast<std::uint64_t>(rows->integer(all_ ? 2 : 3));
    if (entries > 0) parts_.push_back({static_cast<School>(rows->integer(0)), rows->integer(1), size_, entries});
    size_ += entries;
  }
}

std::vector<ChangeListReader::Entry> ChangeListReader::read(std::uint64_t from, std::size_t how_many) {
  std::vector<Entry> entries;
  auto part = std::upper_bound(parts_.begin(), parts_.end(), from, [](std::uint64_t at, Part const& p) { return at < p.before + p.size; });
  auto row = roster_.prepare("SELECT bytes FROM run_changes WHERE run = ? AND tbl = ? AND kind = ? AND school = ? AND part = ?");
  for (; part != parts_.end() && entries.size() < how_many; ++part) {
    bool const there = row->with(run_, static_cast<int>(table_), static_cast<int>(kind_), part->school, part->part).step();
    auto const changes = there ? unpack_changes(row->blob(0)) : std::vector<ListedChange>();
    row->reset();
    auto at = part->before;
    for (auto const& change : changes) {
      if (all_ && !change.first) continue;
      if (at++ >= from && entries.size() < how_many) entries.push_back({change, part->school});
    }
  }
  return entries;
}

void drop_changes(store::Database& roster, std::int64_t run) {
  for (std::string const table : {"run_changes", "run_schools"}) roster.run("DELETE FROM " + table + " WHERE run = ?", run);
}

}  // namespace rollbook::runs
