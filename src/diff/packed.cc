#include "diff/packed.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>

#include "base/demand.h"
#include "base/hash.h"

namespace rollbook {
namespace {

// "RBP1", the number of rows, a checksum; then all ids, all keys, all digests: what a join looks at first lies together.
constexpr std::string_view magic = "RBP1";
constexpr std::size_t header_bytes = 4 + 4 + 8, row_bytes = 8 + 4 + 16;

template <class T>
void put(char*& at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) *at++ = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
}
template <class T>
T take(char const*& at) {
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) value = value << 8 | static_cast<unsigned char>(at[i]);
  at += sizeof(T);
  return static_cast<T>(value);
}

constexpr std::uint64_t checksum_seed = 0x526f6c6c626f6f6b;

}  // namespace

std::string pack(std::span<PackedRow const> rows) {
  std::string bytes(header_bytes + rows.size() * row_bytes, '\0');
  auto* at = bytes.data() + header_bytes;
  for (auto const& row : rows) put(at, row.id);
  for (auto const& row : rows) put(at, row.key);
  for (auto const& row : rows) put(at, row.digest.low), put(at, row.digest.high);
  at = bytes.data();
  for (char const c : magic) *at++ = c;
  put(at, static_cast<std::uint32_t>(rows.size()));
  put(at, hash_of(std::string_view(bytes).substr(header_bytes), checksum_seed));
  return bytes;
}

std::optional<std::vector<PackedRow>> unpack(std::string_view bytes) {
  if (bytes.size() < header_bytes || !bytes.starts_with(magic)) return std::nullopt;
  auto const* at = bytes.data() + magic.size();
  std::size_t const count = take<std::uint32_t>(at);
  auto const checksum = take<std::uint64_t>(at);
  if (bytes.size() != header_bytes + count * row_bytes || hash_of(bytes.substr(header_bytes), checksum_seed) != checksum) return std::nullopt;
  std::vector<PackedRow> rows(count);
  for (auto& row : rows) row.id = take<std::uint64_t>(at);
  for (auto& row : rows) row.key = take<std::uint32_t>(at);
  for (auto& row : rows) row.digest.low = take<std::uint64_t>(at), row.digest.high = take<std::uint64_t>(at);
  return rows;
}

void replace(std::vector<PackedRow>& rows, std::span<PackedRow const> later) {
  if (later.empty()) return;
  std::unordered_map<std::uint64_t, PackedRow const*> newest;
  for (auto const& row : later) newest[row.id] = &row;
  std::size_t kept = 0;
  for (auto const& row : rows) {
    auto const at = newest.find(row.id);
    if (at == newest.end()) {
      rows[kept++] = row;
      continue;
    }
    if (at->second->key != no_key) rows[kept++] = *at->second;
    newest.erase(at);
  }
  rows.resize(kept);
  for (auto const& row : later) {  // in the order in which they came, so that the same history gives the same bytes
    auto const at = newest.find(row.id);
    if (at == newest.end() || at->second != &row) continue;
    if (row.key != no_key) rows.push_back(row);
  }
}

void join(std::span<PackedRow const> stored, std::span<Arrived const> arrived, std::span<std::uint32_t> key_of_row, Differences& found) {
  // The stored ids in an open table of their places; hashes are already as good as random.
  auto const room = std::bit_ceil(stored.size() * 3 / 2 + 1), mask = room - 1;
  constexpr std::uint32_t nowhere = 0xffffffff;
  std::vector<std::uint32_t> table(room, nowhere);
  std::vector<bool> listed(stored.size());
  for (std::uint32_t i = 0; i < stored.size(); ++i) {
    auto at = stored[i].id & mask;
    while (table[at] != nowhere) at = (at + 1) & mask;
    table[at] = i;
  }
  for (auto const& row : arrived) {
    auto at = row.id & mask;
    while (table[at] != nowhere && stored[table[at]].id != row.id) at = (at + 1) & mask;
    if (table[at] == nowhere) {
      if (row.standing == Standing::Good) found.created.push_back({row.id, row.digest, row.row, no_key});
      else if (row.standing == Standing::ToDelete) ++found.unknown_deletions;
      continue;
    }
    auto const& old = stored[table[at]];
    demand(!listed[table[at]]);
    listed[table[at]] = true;
    key_of_row[row.row] = old.key;
    Differences::Known const known{row, old.key, old.digest};
    if (row.standing == Standing::Excluded) found.protected_.push_back(known);
    else if (row.standing == Standing::ToDelete) found.deleted.push_back(known);
    else if (row.digest == old.digest) ++found.unchanged;
    else found.updated.push_back(known);
  }
  for (std::size_t i = 0; i < stored.size(); ++i)
    if (!listed[i]) found.not_listed.push_back(stored[i]);
}

}  // namespace rollbook
