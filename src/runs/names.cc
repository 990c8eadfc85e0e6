#include "runs/names.h"

#include "store/rows.h"

namespace rollbook::runs {

std::string id_of(store::Database& roster, TableId table, std::uint32_t key) {
  auto row = roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? ORDER BY since DESC");
  return row->with(static_cast<int>(table), key).step() ? std::string(row->text(0)) : std::string();
}

std::string org_name(store::Database& roster, std::uint32_t key) {
  auto row = roster.prepare("SELECT name FROM \"orgs\" WHERE row_key = ? ORDER BY row_since DESC");
  auto const id = id_of(roster, TableId::Orgs, key);
  if (!row->with(key).step() || row->is_null(0)) return "school " + id;
  return std::string(row->text(0)) + " (" + id + ")";
}

std::vector<std::string> ids_by_key(store::Database& roster, TableId table, std::int64_t revision) {
  std::vector<std::string> ids;
  auto rows = roster.prepare(revision == 0 ? "SELECT key, id FROM ids WHERE tbl = ? AND until IS NULL"
                                           : "SELECT key, id FROM ids WHERE tbl = ? AND since <= ? AND (until IS NULL OR until > ?)");
  if (revision == 0) rows->with(static_cast<int>(table));
  else rows->with(static_cast<int>(table), revision, revision);
  while (rows->step()) {
    auto const key = static_cast<std::size_t>(rows->integer(0));
    if (key >= ids.size()) ids.resize(key + 1);
    ids[key] = rows->text(1);
  }
  return ids;
}

std::optional<std::uint32_t> key_of_id(store::Database& roster, TableId table, std::string const& id) {
  auto row = roster.prepare("SELECT key FROM ids WHERE tbl = ? AND until IS NULL AND id = ?");
  if (!row->with(static_cast<int>(table), id).step()) return std::nullopt;
  return static_cast<std::uint32_t>(row->integer(0));
}

}  // namespace rollbook::runs
