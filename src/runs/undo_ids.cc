#include "runs/undo_ids.h"

#include <cstdlib>

#include "runs/names.h"

namespace rollbook::runs {

EndedIds::EndedIds(store::Database& roster, std::int64_t revision)
    : revision_(revision), last_(roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND until >= ? ORDER BY until")) {}

std::string EndedIds::of(TableId table, std::uint32_t key) {
  std::string id;
  if (last_->with(static_cast<int>(table), key, revision_).step()) id = last_->text(0);
  last_->reset();
  return id;
}

void take_back_rekey(store::Database& roster, std::string const& first_of, std::int64_t undone, std::int64_t revision, Answer& answer, std::string& digest) {
  if (!first_of.starts_with(",rekeyed ")) return;
  char* end = nullptr;
  auto const table = std::strtoll(first_of.c_str() + 9, &end, 10), key = std::strtoll(end, nullptr, 10);
  auto row = roster.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND since = ? AND until IS NULL");
  bool const in_force = row->with(table, key, undone).step();
  row.reset();
  auto before = roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND until = ?");
  std::string id;
  if (before->with(table, key, undone).step()) id = before->text(0);
  before.reset();
  auto const owner = key_of_id(roster, static_cast<TableId>(table), id);
  if (!in_force || id.empty() || owner) {
    answer.conflicts.push_back(std::string(all_tables[static_cast<std::size_t>(table)]->one) + " " + id +
                               (owner ? ": the id belongs to another record by now" : ": changed since"));
    return;
  }
  roster.run("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL", revision, table, key);
  roster.run("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)", table, key, revision, id);
  answer.tables.emplace_back(std::string(all_tables[static_cast<std::size_t>(table)]->name), Counts{0, 1, 0, 0, 0});
  digest += id;
}

}  // namespace rollbook::runs
