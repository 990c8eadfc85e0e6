#include "store/disclosed.h"

#include <algorithm>
#include <string>

namespace rollbook::store {
namespace {

constexpr std::size_t piece_size = 1 << 15;  // keys

std::string packed(std::vector<bool> const& keys, std::size_t piece) {
  auto const from = piece * piece_size, to = std::min(keys.size(), from + piece_size);
  std::string bytes;
  for (auto i = from; i < to; ++i) {
    if (!keys[i]) continue;
    bytes.resize(std::max(bytes.size(), (i - from) / 8 + 1));
    bytes[(i - from) / 8] = static_cast<char>(bytes[(i - from) / 8] | 1 << (i - from) % 8);
  }
  return bytes;  // without the zeros at its end
}

bool is_in(std::string_view bytes, std::size_t i) { return i / 8 < bytes.size() && (bytes[i / 8] >> i % 8 & 1) != 0; }

}  // namespace

KeysOfTables disclosed_up_to(Database& operations, std::int64_t receiver, std::int64_t number) {
  KeysOfTables all;
  auto rows = operations.prepare(
      "SELECT d.tbl, d.piece, d.keys FROM disclosed d JOIN (SELECT tbl, piece, max(export) AS newest FROM disclosed WHERE receiver = ? AND export <= ? "
      "GROUP BY tbl, piece) n ON d.receiver = ? AND d.tbl = n.tbl AND d.piece = n.piece AND d.export = n.newest");
  for (rows->with(receiver, number, receiver); rows->step();) {
    auto const table = static_cast<std::size_t>(rows->integer(0));
    auto const from = static_cast<std::size_t>(rows->integer(1)) * piece_size;
    if (table >= table_count) continue;
    auto& keys = all[table];
    auto const bytes = rows->blob(2);
    keys.resize(std::max(keys.size(), from + piece_size));
    for (std::size_t i = 0; i < piece_size; ++i) keys[from + i] = is_in(bytes, i);
  }
  return all;
}

void note_disclosed(Database& operations, std::int64_t receiver, std::int64_t number, KeysOfTables const& before, KeysOfTables const& now) {
  auto insert = operations.prepare("INSERT INTO disclosed(receiver, tbl, piece, export, keys) VALUES(?, ?, ?, ?, ?)");
  for (std::size_t table = 0; table < table_count; ++table) {
    auto const most = std::max(before[table].size(), now[table].size());
    for (std::size_t piece = 0; piece * piece_size < most; ++piece)
      if (auto const bytes = packed(now[table], piece); bytes != packed(before[table], piece)) insert->run(receiver, table, piece, number, Blob{bytes});
  }
}

std::vector<Since> stretches_of(Database& operations, std::int64_t receiver, TableId table, std::uint32_t key) {
  std::vector<Since> all;
  auto rows = operations.prepare("SELECT export, keys FROM disclosed WHERE receiver = ? AND tbl = ? AND piece = ? ORDER BY export");
  for (rows->with(receiver, static_cast<int>(table), static_cast<std::int64_t>(key / piece_size)); rows->step();) {
    auto const had = is_in(rows->blob(1), key % piece_size);
    if (all.empty() ? had : had != all.back().had) all.push_back({rows->integer(0), had});
  }
  return all;
}

}  // namespace rollbook::store
