#include <algorithm>

#include "runs/overlay.h"

namespace rollbook::runs {
namespace {

struct Laid {
  TableId table;
  std::uint32_t key;
  std::string field, who;
  Edit edit;
  bool made;  // by the undone revision; else it ended there
};

std::vector<Laid> laid_or_ended(store::Database& roster, std::int64_t undone) {
  std::vector<Laid> all;
  auto rows = roster.prepare(
      "SELECT tbl, key, field, value, who, last_day, since FROM overlay WHERE (since = ? AND until IS NULL) OR until = ? ORDER BY tbl, key, field");
  for (rows->with(undone, undone); rows->step();) {
    Laid one{static_cast<TableId>(rows->integer(0)),
             static_cast<std::uint32_t>(rows->integer(1)),
             std::string(rows->text(2)),
             std::string(rows->text(4)),
             {},
             rows->integer(6) == undone};
    if (!rows->is_null(3)) one.edit.value = std::string(rows->text(3));
    if (!rows->is_null(5)) one.edit.last_day = static_cast<std::int32_t>(rows->integer(5));
    all.push_back(std::move(one));
  }
  return all;
}

// Fields that it set and somebody has set anew.
void find_edited_since(store::Database& roster, std::int64_t undone, EditsTakenBack& out) {
  auto rows = roster.prepare(
      "SELECT tbl, key, field FROM overlay AS o WHERE since = ? AND until IS NOT NULL AND EXISTS (SELECT 1 FROM overlay AS n WHERE n.tbl = o.tbl AND "
      "n.key = o.key AND n.field = o.field AND n.since > o.since AND n.until IS NULL) ORDER BY tbl, key, field");
  for (rows->with(undone); rows->step();)
    out.edited_since.emplace_back(static_cast<TableId>(rows->integer(0)), static_cast<std::uint32_t>(rows->integer(1)), rows->text(2));
}

}  // namespace

EditsTakenBack take_back_edits(store::Database& roster, std::int64_t undone, std::int64_t revision) {
  EditsTakenBack out;
  find_edited_since(roster, undone, out);
  auto const all = laid_or_ended(roster, undone);
  auto end = roster.prepare("UPDATE overlay SET until = ? WHERE tbl = ? AND key = ? AND field = ? AND until IS NULL");
  auto there = roster.prepare("SELECT 1 FROM overlay WHERE tbl = ? AND key = ? AND field = ? AND until IS NULL");
  for (auto const& one : all)
    if (one.made) end->run(revision, static_cast<int>(one.table), one.key, one.field), out.records.emplace(one.table, one.key);
  for (auto const& one : all) {
    if (one.made) continue;
    bool const later = there->with(static_cast<int>(one.table), one.key, one.field).step();
    there->reset();
    std::tuple const what{one.table, one.key, one.field};
    if (later) {
      if (std::find(out.edited_since.begin(), out.edited_since.end(), what) == out.edited_since.end()) out.edited_since.push_back(what);
      continue;
    }
    add_edit(roster, one.table, one.key, one.field, revision, one.edit, one.who);
    out.records.emplace(one.table, one.key);
    out.digest += one.field;
  }
  for (auto const& [table, key] : out.records) out.digest += std::to_string(static_cast<int>(table)) + "." + std::to_string(key) + ";";
  return out;
}

}  // namespace rollbook::runs
