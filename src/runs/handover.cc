#include "runs/handover.h"

#include <algorithm>
#include <unordered_set>

#include "base/day.h"
#include "base/hash.h"
#include "runs/apply.h"
#include "runs/names.h"
#include "runs/plan_parts.h"
#include "runs/said_versions.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

std::string text_of(StoredRow const& row, TableId table, std::string_view column) {
  auto const i = stored_index(table, column);
  return i == npos || row.is_null(i) ? "" : std::string(row.text(i));
}

// "{state:12},{sis:7}" and "sis" → "7".
std::string id_of_type(std::string const& ids, std::string const& type) {
  auto const at = ids.find("{" + type + ":");
  if (at == std::string::npos) return "";
  auto const from = at + type.size() + 2;
  return ids.substr(from, ids.find('}', from) - from);
}

// What says who it is, with the name that has to agree; "" when one of them is missing.
std::string identity_of(TableId table, StoredRow const& row, std::string const& identifier) {
  bool const typed = identifier == "state" || identifier == "district" || identifier == "sis";
  auto const id = typed ? id_of_type(text_of(row, table, "userIds"), identifier) : text_of(row, table, identifier);
  auto const name = table == TableId::Users ? text_of(row, table, "givenName") + "\n" + text_of(row, table, "familyName")
                                            : text_of(row, table, table == TableId::Orgs ? "name" : "title");
  return id.empty() || name.size() < 2 ? "" : id + "\n" + name;
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
  for (auto const& one : given) {
    if (key_of_id(roster, one.table, one.before)) continue;
    roster.run("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL", revision, static_cast<int>(one.table), one.key);
    roster.run("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)", static_cast<int>(one.table), one.key, revision, one.before);
  }
}

void Handover::match() {
  for (auto const* table : all_tables) {
    match_ids(*table);
    if (newest_ == nullptr) continue;
    auto const& settings = new_source_.settings;
    if (table->id == TableId::Users) match_identifiers(*table, settings["person-identifier"]);
    else if (table->id == TableId::Classes) match_identifiers(*table, settings["class-identifier"]);
    else if (table->id == TableId::Orgs) match_identifiers(*table, settings["school-identifier"]);
    else if (std::any_of(table->fields.begin(), table->fields.end(), [&](Field const& field) { return is_part(table->id, field); })) match_parts(*table);
  }
}

void Handover::match_ids(Table const& table) {
  auto& own = tables_[static_cast<std::size_t>(table.id)];
  std::vector<PackedRow> all;
  for (std::size_t p = 0; old_.said->any(table.id) && p < (std::size_t{1} << old_.said->bits(table.id)); ++p) {
    auto const rows = old_.said->partition(table.id, p);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::sort(all.begin(), all.end(), [](PackedRow const& a, PackedRow const& b) { return a.key < b.key; });
  std::unordered_set<std::uint32_t> spoken;
  if (newest_ != nullptr) {
    auto const& now = newest_->comparison->tables[static_cast<std::size_t>(table.id)];
    own.known = now.stated && newest_->comparison->checked.roster[table.id].mode == Mode::Bulk;
    spoken.insert(now.key_of_row.begin(), now.key_of_row.end());
    auto strange = newest_->plan[table.id].another_one_rows;
    std::sort(strange.begin(), strange.end());
    std::set<std::uint64_t> ids;
    for_rows(newest_->comparison->checked.roster[table.id], strange, newest_->comparison->keys, csv::best_kernel(),
             [&](std::uint32_t, std::uint32_t, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
               ids.insert(hash_of_id(reader.id(batch, at), seed_));
             });
    for (auto const& row : all)
      if (ids.count(row.id) > 0) own.strangers.insert(row.key);
  }
  for (auto const& row : all) {
    if (own.strangers.count(row.key) > 0) continue;
    own.rows.push_back(row);
    if (spoken.count(row.key) > 0) ++own.listed;
    else if (own.known) own.not_listed.push_back(row.key);
  }
}

std::uint32_t Handover::former(TableId table, std::uint32_t key) const {
  auto const& known = former_[static_cast<std::size_t>(table)];
  auto const at = known.find(key);
  return at == known.end() ? key : at->second;
}

// Pairs records that the delivery does not list with rows that it would create: those of equal signature, when each is the only one that has it.
template <class Signature>
void Handover::pair_up(Table const& table, Signature const& signature) {
  auto& own = tables_[static_cast<std::size_t>(table.id)];
  if (own.not_listed.empty()) return;
  auto const& created = newest_->plan[table.id].created;
  struct Side {
    std::uint32_t key = 0;
    int times = 0;
    std::string id;
  };
  std::map<std::string, Side> before, now;
  auto const put = [](std::map<std::string, Side>& side, std::string const& text, std::uint32_t key, std::string id) {
    if (text.empty()) return;
    auto& one = side[text];
    one.key = key, one.id = std::move(id), ++one.times;
  };
  store::RowSelect select(roster_, table.id);
  StoredRow row;
  for (auto const key : own.not_listed)
    if (select.current(key, old_source_.id, row)) put(before, signature(row, false), key, "");
  std::vector<std::uint32_t> rows;
  for (auto const& one : created) rows.push_back(one.row);
  std::size_t i = 0;
  newest_->delivered->each(table.id, rows, [&](std::uint32_t number, std::string_view id, StoredRow const& cells) {
    while (created[i].row != number) ++i;
    if (created[i].key >= newest_->said->next_key(table.id)) put(now, signature(cells, true), created[i].key, std::string(id));
  });
  for (auto const& [text, was] : before) {
    auto const is = now.find(text);
    if (is == now.end() || was.times != 1 || is->second.times != 1) continue;
    own.other_id[was.key] = is->second.id;
    former_[static_cast<std::size_t>(table.id)][is->second.key] = was.key;
  }
  std::erase_if(own.not_listed, [&](std::uint32_t key) { return own.other_id.count(key) > 0; });
}

void Handover::match_identifiers(Table const& table, std::string const& identifier) {
  if (identifier == "sourcedId") return;
  pair_up(table, [&](StoredRow const& row, bool) { return identity_of(table.id, row, identifier); });
}

// Parts are the same when they belong to the same, in the same role.
void Handover::match_parts(Table const& table) {
  auto const& columns = stored_columns(table.id);
  pair_up(table, [&](StoredRow const& row, bool delivered) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto const& field = table.fields[columns[i].field];
      if (columns[i].as == Stored::Key) {
        auto const key = row.is_null(i) ? no_key : static_cast<std::uint32_t>(row.number(i));
        text += std::to_string(delivered ? former(field.refers_to, key) : key) + "\n";
      } else if (field.name == "role" || field.name == "profileType") {
        text += (row.is_null(i) ? std::string() : std::string(row.text(i))) + "\n";
      }
    }
    return text;
  });
}

std::string Handover::digest() const {
  std::string bytes = std::to_string(old_source_.id) + " " + std::to_string(new_source_.id) + "\n";
  for (auto const& table : tables_) {
    bytes.append(reinterpret_cast<char const*>(table.rows.data()), table.rows.size() * sizeof(PackedRow));
    for (auto const& [key, id] : table.other_id) bytes += std::to_string(key) + id + "\n";
    for (auto const key : table.not_listed) bytes += std::to_string(key) + " ";
  }
  return digest_text(bytes);
}

void Handover::describe(Answer& answer, std::int32_t today) {
  auto const words = [](std::uint64_t count) { return std::to_string(count); };
  answer.reasons.push_back(new_source_.name + " takes the place of " + old_source_.name +
                           ": its records keep their history and edits; nothing is created or removed by that.");
  if (newest_ == nullptr)
    answer.reasons.push_back(new_source_.name + " has sent nothing yet that can be read: nobody can tell which of them it will list, and under which ids.");
  for (auto const* table : all_tables) {
    auto const& own = tables_[static_cast<std::size_t>(table->id)];
    if (own.rows.empty() && own.strangers.empty()) continue;
    std::string const name(table->name);
    answer.tables.emplace_back(name, Counts{0, own.other_id.size(), own.rows.size() - own.other_id.size(), 0, own.strangers.size()});
    if (own.known)
      answer.reasons.push_back(name + ": " + words(own.listed + own.other_id.size()) + " of " + words(own.rows.size()) + " are in the newest delivery of " +
                               new_source_.name + ", " + words(own.listed) + " by sourcedId and " + words(own.other_id.size()) + " by what identifies them; " +
                               words(own.not_listed.size()) + " are not.");
    for (std::size_t i = 0; i < std::min<std::size_t>(own.not_listed.size(), 100); ++i)
      answer.consequences.push_back(name + " " + id_of(roster_, table->id, own.not_listed[i]) + " is not in the newest delivery of " + new_source_.name +
                                    ": its next full delivery removes it.");
    for (auto const key : own.strangers)
      answer.conflicts.push_back(name + " " + id_of(roster_, table->id, key) + ": the id means another " + std::string(table->one) + " at " + new_source_.name +
                                 "; the record stays without an owner");
    warnings_ += own.not_listed.size() + own.strangers.size();
  }
  for (auto const& term : running_terms(roster_, today)) {
    answer.reasons.push_back("A term is running (" + term + "): changing the source now is highly disruptive.");
    ++warnings_;
  }
}

void Handover::apply(std::int64_t revision) {
  store::StoredSaid from(roster_, old_source_.id, seed_), to(roster_, new_source_.id, seed_);
  for (auto const* table : all_tables) {
    if (tables_[static_cast<std::size_t>(table->id)].rows.empty()) continue;
    hand_over_rows(*table, revision);
    hand_over_packed(*table, from, to, revision);
  }
  hand_over_counters();
  hand_over_version(roster_, old_source_.id, new_source_.id, revision);
}

void Handover::hand_over_rows(Table const& table, std::int64_t revision) {
  auto const& own = tables_[static_cast<std::size_t>(table.id)];
  auto const name = store::quoted(table);
  std::string columns = "row_line, row_modified, row_metadata", kept_back;
  for (auto const& column : stored_columns(table.id)) columns += ", \"" + std::string(table.fields[column.field].name) + "\"";
  for (auto const key : own.strangers) kept_back += (kept_back.empty() ? " AND row_key NOT IN (" : ",") + std::to_string(key);
  if (!kept_back.empty()) kept_back += ")";
  auto const old_rows = " WHERE row_source = " + std::to_string(old_source_.id) + " AND row_until IS NULL" + kept_back;
  auto const mine = std::to_string(new_source_.id);
  // Where the new source has its own say already, that stays.
  roster_.run("INSERT INTO " + name + "(row_key, row_source, row_since, " + columns + ") SELECT row_key, " + mine + ", " + std::to_string(revision) + ", " +
              columns + " FROM " + name + " AS t" + old_rows + " AND NOT EXISTS (SELECT 1 FROM " + name +
              " AS n WHERE n.row_key = t.row_key AND n.row_source = " + mine + " AND n.row_until IS NULL)");
  roster_.run("UPDATE " + name + " SET row_until = ?" + old_rows, revision);
  auto end = roster_.prepare("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL");
  auto insert = roster_.prepare("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)");
  for (auto const& [key, id] : own.other_id) {
    end->run(revision, static_cast<int>(table.id), key);
    insert->run(static_cast<int>(table.id), key, revision, id);
  }
}

void Handover::hand_over_packed(Table const& table, store::StoredSaid& from, store::StoredSaid& to, std::int64_t revision) {
  auto& own = tables_[static_cast<std::size_t>(table.id)];
  auto const bits = from.bits(table.id);
  auto const columns = to.any(table.id) ? to.columns(table.id) : from.columns(table.id);
  auto come = rows_that_come(table, to, columns, columns != from.columns(table.id) || !own.other_id.empty());
  to.save(table.id, revision, bits, come, to.rows(table.id) + come.size(), columns);
  for (auto& row : come) row.digest = {};
  auto insert = roster_.prepare("INSERT INTO packed_before(source, tbl, revision, entries) VALUES(?, ?, ?, ?)");
  insert->run(new_source_.id, static_cast<int>(table.id), revision, store::Blob{pack(come)});
  insert->run(old_source_.id, static_cast<int>(table.id), revision, store::Blob{pack(own.rows)});
  for (auto& row : own.rows) row = {row.id, no_key, {}};
  from.save(table.id, revision, bits, own.rows, from.rows(table.id) - own.rows.size(), from.columns(table.id));
}

// Those that the new source did not have. Digests are the same as long as ids and columns are.
std::vector<PackedRow> Handover::rows_that_come(Table const& table, store::StoredSaid const& to, std::string const& columns, bool digests_anew) {
  auto const& own = tables_[static_cast<std::size_t>(table.id)];
  std::unordered_map<std::uint32_t, std::uint64_t> hash_of;  // what the new source calls the records
  for (std::size_t p = 0; to.any(table.id) && p < (std::size_t{1} << to.bits(table.id)); ++p)
    for (auto const& row : to.partition(table.id, p)) hash_of[row.key] = row.id;
  std::vector<PackedRow> come;
  for (auto const& row : own.rows)
    if (hash_of.count(row.key) == 0) come.push_back(row);
  if (!digests_anew) return come;
  for (auto& row : come) {
    if (auto const other = own.other_id.find(row.key); other != own.other_id.end()) row.id = hash_of_id(other->second, seed_);
    hash_of.emplace(row.key, row.id);
  }
  auto const of = columns_in(table, columns);
  store::RowSelect select(roster_, table.id);
  StoredRow cells;
  RowHash hash(seed_);
  for (auto& row : come)
    if (select.current(row.key, new_source_.id, cells))
      row.digest = digest_of(table.id, cells, of, hash, [&](std::uint32_t key) {
        auto const at = hash_of.find(key);
        return at == hash_of.end() ? hash_of_id(id_of(roster_, table.id, key), seed_) : at->second;
      });
  return come;
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
  copy("removed_by", {"tbl", "school", "revision"}, ", day, rows, less", "");
  copy("received_ids", {"tbl", "id"}, ", key", "");
  copy("set_aside", {"tbl", "id"}, ", low, high, kind, run", " AND kind = 'rejected'");
  roster_.run("DELETE FROM school_rows WHERE source = ?", old_source_.id);
}

}  // namespace rollbook::runs
