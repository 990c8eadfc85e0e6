#include "runs/handover.h"

#include <algorithm>

#include "base/day.h"
#include "base/hash.h"
#include "report/words.h"
#include "runs/apply.h"
#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/plan_parts.h"
#include "runs/said_versions.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_named = 100;  // rows of a table, of each kind

// Sentences about rows: the first of them, and how many more there are.
template <class Rows, class Sentence>
void tell_rows(std::vector<std::string>& out, std::string const& many, Rows const& rows, std::string const& kind, Sentence const& sentence) {
  std::size_t told = 0;
  for (auto const& row : rows) {
    if (told++ == most_named) break;
    out.push_back(sentence(row));
  }
  if (rows.size() > most_named) out.push_back(many + ": and " + with_separators(rows.size() - most_named) + " more " + kind + ".");
}

// Keys from one of these to the next, without them: first and last of each stretch.
std::vector<std::pair<std::int64_t, std::int64_t>> stretches_between(std::set<std::uint32_t> const& keys) {
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  std::int64_t first = 0;
  for (std::int64_t const key : keys) {
    if (key > first) all.emplace_back(first, key - 1);
    first = key + 1;
  }
  all.emplace_back(first, no_key);
  return all;
}

}  // namespace

std::vector<std::string> running_terms(store::Database& roster, std::int32_t today) {
  std::vector<std::string> terms;
  auto rows = roster.prepare(
      "SELECT DISTINCT row_key, \"endDate\" FROM \"academicSessions\" WHERE row_until IS NULL AND \"type\" = 'term' AND \"startDate\" <= ? AND "
      "\"endDate\" >= ? ORDER BY row_key");
  std::vector<std::pair<std::uint32_t, std::int64_t>> found;
  for (rows->with(today, today); rows->step();) found.emplace_back(static_cast<std::uint32_t>(rows->integer(0)), rows->integer(1));
  rows.reset();
  for (auto const& [key, end] : found) terms.push_back(id_of(roster, TableId::AcademicSessions, key) + " until " + day_text(end));
  return terms;
}

// Set against each other all at once: of a large district there are many.
void undo_other_ids(store::Database& roster, std::int64_t undone, std::int64_t revision) {
  struct Given {
    TableId table;
    std::uint32_t key;
    std::string before;
  };
  std::vector<Given> given;
  auto rows = roster.prepare(
      "SELECT n.tbl, n.key, b.id FROM ids AS n JOIN ids AS b ON b.tbl = n.tbl AND b.key = n.key AND b.until = n.since WHERE n.since = ? AND n.until IS NULL");
  for (rows->with(undone); rows->step();)
    given.push_back({static_cast<TableId>(rows->integer(0)), static_cast<std::uint32_t>(rows->integer(1)), std::string(rows->text(2))});
  rows.reset();
  std::map<TableId, std::unordered_set<std::string>> taken;
  for (auto const& one : given) {
    auto& ids = taken[one.table];
    if (!ids.empty()) continue;
    for (auto& id : ids_by_key(roster, one.table)) ids.insert(std::move(id));
  }
  auto end = roster.prepare("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL");
  auto insert = roster.prepare("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)");
  for (auto const& one : given) {
    if (!taken[one.table].insert(one.before).second) continue;
    end->run(revision, static_cast<int>(one.table), one.key);
    insert->run(static_cast<int>(one.table), one.key, revision, one.before);
  }
}

std::string Handover::digest() const {
  std::string bytes = std::to_string(old_source_.id) + " " + std::to_string(new_source_.id) + "\n";
  for (auto const& table : tables_) {
    bytes += pack(table.rows);  // not the rows as they lie in memory: between their fields may be anything
    for (auto const& [key, id] : table.other_id) bytes += std::to_string(key) + id + "\n";
    for (auto const& [key, from] : table.merged) bytes += std::to_string(key) + "<" + std::to_string(from) + "\n";
    for (auto const key : table.unmatched) bytes += std::to_string(key) + " ";
  }
  return digest_text(bytes);
}

void Handover::describe(Answer& answer, std::int32_t today) {
  answer.reasons.push_back(new_source_.name + " takes the place of " + old_source_.name +
                           ": its records keep their history and edits; nothing is created or removed by that.");
  if (newest_ == nullptr)
    answer.reasons.push_back(new_source_.name + " has sent nothing yet that can be read: nobody can tell which of them it will list, and under which ids.");
  for (auto const* table : all_tables) describe_table(answer, *table);
  for (auto const& edit : edits_that_give_way(roster_, merges_)) {
    answer.conflicts.push_back(edit + " was set by hand on both records that become one; what was set on the record of " + old_source_.name + " counts");
    ++warnings_;
  }
  for (auto const& term : running_terms(roster_, today)) {
    answer.reasons.push_back("A term is running (" + term + "): changing the source now is highly disruptive.");
    ++warnings_;
  }
}

void Handover::describe_table(Answer& answer, Table const& table) {
  auto const& own = of(table.id);
  if (own.rows.empty() && own.strangers.empty()) return;
  std::string const name(table.name), one(table.one), a_row = capitalized(one), many = capitalized(many_of_table(name));
  auto const words = [](std::uint64_t count) { return with_separators(count); };
  auto const id = [&](std::uint32_t key) { return id_of(roster_, table.id, key); };
  answer.tables.emplace_back(name, Counts{0, own.other_id.size(), own.rows.size() - own.other_id.size(), 0, own.strangers.size()});
  if (own.known)
    answer.reasons.push_back(many + ": " + words(own.by_id + own.other_id.size()) + " of " + words(own.rows.size()) +
                             (own.full ? " are in the newest delivery of " : " are known to ") + new_source_.name + ", " + words(own.by_id) +
                             " by sourcedId and " + words(own.other_id.size()) + " by what identifies them; " + words(own.unmatched.size()) + " are not.");
  if (!own.merged.empty())
    answer.reasons.push_back(many + ": " + words(own.merged.size()) + " of them " + new_source_.name +
                             " has as records of its own; each becomes one with the record of " + old_source_.name +
                             ", and nothing that refers to it is lost.");
  if (!own.unclear.empty())
    answer.reasons.push_back(many + ": " + words(own.unclear.size()) +
                             " could be several records or are one of several that look the same; they are matched with none of them.");
  tell_rows(answer.consequences, many, own.merged, "that become one", [&](auto const& pair) {
    return a_row + " " + id(pair.second) + " of " + new_source_.name + " becomes one with " + id(pair.first) + ", and " + own.other_id.at(pair.first) +
           " is its id from then on.";
  });
  std::vector<std::uint32_t> renamed;
  for (auto const& [key, other] : own.other_id)
    if (own.merged.count(key) == 0) renamed.push_back(key);
  tell_rows(answer.consequences, many, renamed, "that get another id",
            [&](std::uint32_t key) { return a_row + " " + id(key) + " has the id " + own.other_id.at(key) + " from then on."; });
  tell_rows(answer.consequences, many, own.unmatched, "that are not known there", [&](std::uint32_t key) {
    bool const unclear = std::binary_search(own.unclear.begin(), own.unclear.end(), key);
    auto const why = unclear ? " could be several records of " + new_source_.name + ", or several could be it"
                             : (own.full ? " is not in the newest delivery of " : " is not known to ") + new_source_.name;
    return a_row + " " + id(key) + why + (own.full ? ": its next full delivery removes it." : "; it stays under its id.");
  });
  tell_rows(answer.conflicts, many, own.strangers, "whose ids mean others", [&](std::uint32_t key) {
    return one + " " + id(key) + ": the id means another " + one + " at " + new_source_.name + "; the record stays without an owner";
  });
  warnings_ += own.unmatched.size() + own.strangers.size();
}

void Handover::apply(std::int64_t revision) {
  std::map<std::int64_t, std::unique_ptr<store::StoredSaid>> said;  // as it was
  for (auto const source : {old_source_.id, new_source_.id}) said[source] = std::make_unique<store::StoredSaid>(roster_, source, seed_);
  for (auto const* table : all_tables) move_own(*table, revision);
  for (auto const* table : all_tables) {
    hand_over_rows(*table, revision);
    hand_over_ids(*table, revision);
  }
  for (auto const* table : all_tables)
    for (auto& [source, change] : said_anew(*table, *said[old_source_.id], *said[new_source_.id])) {
      auto& of_source = said[source];
      if (!of_source) of_source = std::make_unique<store::StoredSaid>(roster_, source, seed_);
      if (change.columns.empty()) change.columns = of_source->columns(table->id);
      save_said_anew(roster_, *of_source, source, *table, change, seed_, revision);
    }
  if (merges_.any()) {
    retire_edits(roster_, revision);
    move_edits(roster_, merges_, revision);
  }
  hand_over_counters();
  hand_over_version(roster_, old_source_.id, new_source_.id, revision);
}

// What the new source, and others, say of records that become part of another one, and of what refers to them. What is handed over comes after it.
void Handover::move_own(Table const& table, std::int64_t revision) {
  auto& moved = moved_[static_cast<std::size_t>(table.id)];
  moved = rows_to_move(roster_, table, merges_);
  if (auto const old = moved.find(old_source_.id); old != moved.end()) {
    auto& own = of(table.id);
    for (auto const& row : old->second)
      if (own.strangers.count(row.from) == 0 && own.of_new.count(row.from) == 0) own.relinked.push_back(row);
    std::erase_if(old->second, [&](Moved const& row) { return own.strangers.count(row.from) == 0; });
  }
  for (auto const& [source, rows] : moved) move_rows(roster_, table, source, rows, merges_, revision);
}

// Where the new source has its own say already, that stays.
void Handover::hand_over_rows(Table const& table, std::int64_t revision) {
  auto const& own = of(table.id);
  if (own.rows.empty()) return;
  auto const name = store::quoted(table);
  std::string columns = "row_line, row_modified, row_metadata";
  for (auto const& column : stored_columns(table.id)) columns += ", \"" + std::string(table.fields[column.field].name) + "\"";
  std::string const old_rows = " WHERE row_source = ? AND row_until IS NULL AND row_key >= ? AND row_key <= ?";
  auto insert =
      roster_.prepare("INSERT INTO " + name + "(row_key, row_source, row_since, " + columns + ") SELECT row_key, ?, ?, " + columns + " FROM " + name + " AS t" +
                      old_rows + " AND NOT EXISTS (SELECT 1 FROM " + name + " AS n WHERE n.row_key = t.row_key AND n.row_source = ? AND n.row_until IS NULL)");
  auto end = roster_.prepare("UPDATE " + name + " SET row_until = ?" + old_rows);
  for (auto const& [first, last] : stretches_between(own.strangers)) {
    insert->run(new_source_.id, revision, old_source_.id, first, last, new_source_.id);
    end->run(revision, old_source_.id, first, last);
  }
  move_rows(roster_, table, new_source_.id, own.relinked, merges_, revision);
}

void Handover::hand_over_ids(Table const& table, std::int64_t revision) {
  auto const& own = of(table.id);
  auto end = roster_.prepare("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL");
  auto insert = roster_.prepare("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)");
  for (auto const& [into, key] : own.merged) end->run(revision, static_cast<int>(table.id), key);
  for (auto const& [key, id] : own.other_id) {
    end->run(revision, static_cast<int>(table.id), key);
    insert->run(static_cast<int>(table.id), key, revision, id);
  }
}

std::map<std::int64_t, SaidAnew> Handover::said_anew(Table const& table, store::StoredSaid const& from, store::StoredSaid const& to) {
  auto const& own = of(table.id);
  std::map<std::int64_t, SaidAnew> all;
  for (auto const& [source, rows] : moved_[static_cast<std::size_t>(table.id)]) all[source].moved = rows;
  if (own.rows.empty()) return all;
  all[old_source_.id].go = own.rows;
  auto& change = all[new_source_.id];
  change.bits = from.bits(table.id);
  change.columns = to.any(table.id) ? to.columns(table.id) : from.columns(table.id);
  // Digests are the same as long as ids and columns are.
  change.digests_come = change.columns == from.columns(table.id) && own.other_id.empty() && !merges_.concerns(table);
  for (auto row : own.rows) {
    if (own.of_new.count(row.key) > 0 || own.merged.count(row.key) > 0) continue;
    if (auto const other = own.other_id.find(row.key); other != own.other_id.end()) row.id = hash_of_id(other->second, seed_);
    change.come.push_back(row);
  }
  return all;
}

// Guards measure the new source against what it has now; what a person has rejected stays rejected.
void Handover::hand_over_counters() {
  auto const from = std::to_string(old_source_.id), to = std::to_string(new_source_.id);
  auto const copy = [&](std::string const& table, std::vector<std::string> const& keys, std::string const& values, std::string const& which) {
    std::string columns, same;
    for (auto const& key : keys) {
      columns += ", " + key;
      same += " AND n." + key + " = o." + key;
    }
    roster_.run("INSERT INTO " + table + "(source" + columns + values + ") SELECT " + to + columns + values + " FROM " + table +
                " AS o WHERE source = " + from + which + " AND NOT EXISTS (SELECT 1 FROM " + table + " AS n WHERE n.source = " + to + same + ")");
  };
  recount_rows(roster_, new_source_.id);
  if (!merges_[TableId::Orgs].empty()) recount_moved();
  copy("removed_by", {"tbl", "school", "revision"}, ", day, rows, less", "");
  copy("received_ids", {"tbl", "id"}, ", key", "");
  copy("set_aside", {"tbl", "id"}, ", low, high, kind, run", " AND kind = 'rejected'");
  roster_.run("DELETE FROM school_rows WHERE source = ?", old_source_.id);
}

// What is counted at an organization that becomes part of another one counts there.
void Handover::recount_moved() {
  auto at = roster_.prepare(
      "UPDATE removed_by SET school = ? WHERE source = ? AND school = ? AND NOT EXISTS (SELECT 1 FROM removed_by AS n WHERE n.source = removed_by.source AND "
      "n.tbl = removed_by.tbl AND n.school = ? AND n.revision = removed_by.revision)");
  for (auto const& [from, into] : merges_[TableId::Orgs]) at->run(into + 1, new_source_.id, from + 1, into + 1);
  std::set<std::int64_t> sources;
  for (auto const& table : moved_)
    for (auto const& [source, rows] : table) sources.insert(source);
  for (auto const source : sources)
    if (source != new_source_.id && source != old_source_.id) recount_rows(roster_, source);
}

}  // namespace rollbook::runs
