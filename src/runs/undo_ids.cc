#include "runs/undo_ids.h"

#include <cstdlib>

#include "base/text.h"
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

std::vector<std::pair<TableId, std::int64_t>> rekeyed_records(std::string_view first_of) {
  std::vector<std::pair<TableId, std::int64_t>> all;
  if (!first_of.starts_with("rekeyed ")) return all;
  auto const words = split(first_of, ' ');
  for (std::size_t i = 2; i < words.size(); i += 2)
    all.emplace_back(static_cast<TableId>(std::strtol(words[i - 1].c_str(), nullptr, 10)), std::strtoll(words[i].c_str(), nullptr, 10));
  return all;
}

namespace {

void take_back(store::Database& roster, TableId of, std::int64_t key, std::int64_t undone, std::int64_t revision, Answer& answer, std::string& digest) {
  auto const table = static_cast<int>(of);
  auto row = roster.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND since = ? AND until IS NULL");
  bool const in_force = row->with(table, key, undone).step();
  row.reset();
  auto before = roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND until = ?");
  std::string id;
  if (before->with(table, key, undone).step()) id = before->text(0);
  before.reset();
  auto const owner = key_of_id(roster, of, id);
  if (!in_force || id.empty() || owner) {
    answer.conflicts.push_back(std::string(table_of(of).one) + " " + id + (owner ? ": the id belongs to another record by now" : ": changed since"));
    return;
  }
  roster.run("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL", revision, table, key);
  roster.run("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)", table, key, revision, id);
  answer.tables.emplace_back(std::string(table_of(of).name), Counts{0, 1, 0, 0, 0});
  digest += id;
}

}  // namespace

void take_back_rekey(store::Database& roster, std::string_view first_of, std::int64_t undone, std::int64_t revision, Answer& answer, std::string& digest) {
  for (auto const& [table, key] : rekeyed_records(first_of)) take_back(roster, table, key, undone, revision, answer, digest);
}

}  // namespace rollbook::runs
