#include "runs/edit.h"

#include <algorithm>
#include <sstream>

#include "base/text.h"
#include "roster/cells.h"
#include "roster/layout.h"
#include "roster/values.h"
#include "runs/apply.h"
#include "runs/inbox.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/outcome.h"
#include "runs/overlay.h"
#include "runs/queue.h"
#include "runs/search.h"

namespace rollbook::runs {
namespace {

std::string stored_text(StoredRow const& row, std::size_t column) {
  return row.kind(column) == StoredRow::Kind::Number ? std::to_string(row.number(column)) : std::string(row.text(column));
}

// A value as a person types it, as it is stored; or what is wrong with it.
struct Typed {
  std::optional<std::string> value;  // none: blank
  std::string wrong;
};

Typed typed(store::Database& roster, Table const& table, std::size_t column, std::string const& text) {
  auto const& stored = stored_columns(table.id)[column];
  auto const& field = table.fields[stored.field];
  std::string const name(field.name);
  if (text.empty()) {
    if (is_required(field.need, Version::V12) && field.in != In::Only11) return {{}, name + " is required; it cannot be cleared."};
    return {};
  }
  if (stored.as == Stored::Key || stored.as == Stored::Keys) {
    std::string keys, wrong;
    cells::for_items(text, [&](std::string_view id, bool) {
      if (id.empty() || !wrong.empty()) return;
      auto const key = record_called(roster, field.refers_to, std::string(id));
      if (!key) wrong = "There is no " + std::string(table_of(field.refers_to).one) + " \"" + std::string(id) + "\" for " + name + ".";
      else keys += (keys.empty() ? "" : " ") + std::to_string(*key);
    });
    if (!wrong.empty()) return {{}, wrong};
    if (stored.as == Stored::Key && keys.find(' ') != std::string::npos) return {{}, name + " takes one id."};
    return {keys, ""};
  }
  if (field.type == Type::Boolean && text != "true" && text != "false") return {{}, name + " is true or false."};
  if (field.type == Type::Date && read_date(text).value == invalid) return {{}, name + " is a day like 2026-08-17."};
  if (field.type == Type::Enum) {
    auto const& words = field.words->words;
    if (std::find(words.begin(), words.end(), text) == words.end() && !text.starts_with("ext:")) {
      std::string all;
      for (auto const word : words) all += (all.empty() ? "" : ", ") + std::string(word);
      return {{}, name + " is one of " + all + "."};
    }
  }
  StoredRow row;
  row.begin();
  normalise(field, text, row);
  return {row.is_null(0) ? std::nullopt : std::optional(stored_text(row, 0)), ""};
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct Record {
  Table const* table = nullptr;
  std::uint32_t key = 0;
};

Result<Record> find_record(store::Database& roster, std::string const& table, std::string const& id) {
  auto const* found = table_by_name(table);
  if (found == nullptr) {
    std::string all;
    for (auto const* each : all_tables) all += (all.empty() ? "" : ", ") + std::string(each->name);
    return Trouble{"There is no table \"" + table + "\". There are: " + all + "."};
  }
  auto const key = record_called(roster, found->id, id);
  if (roster.trouble()) return *roster.trouble();
  if (!key) return Trouble{"There is no " + std::string(found->one) + " \"" + id + "\" in the roster."};
  return Record{found, *key};
}

Answer answer_of(store::District const& district, store::Run const& run, std::string const& kind) {
  Answer answer;
  answer.run = run.id;
  answer.kind = kind;
  answer.district = district.name;
  return answer;
}

Result<Answer> queue(Hub& hub, store::District const& district, std::string const& kind, std::string work) {
  for (auto const c : work)
    if (c == '\r') return Trouble{"A line break cannot stand in a value."};
  auto run = new_run(hub, district, kind);
  run.work = std::move(work);
  return work_off(hub, district, kind, queue_run(hub, run));
}

}  // namespace

Result<Answer> edit(Hub& hub, store::District const& district, EditRequest const& request) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const record = find_record(**roster, request.table, request.sourced_id);
  if (!record) return record.trouble();
  if (request.fields.empty()) return Trouble{"Name the fields to set: FIELD=VALUE."};
  if (!request.until.empty() && read_date(request.until).value == invalid) return Trouble{"--until wants a day like 2027-06-30."};
  std::string work = "table " + request.table + "\nrecord " + std::to_string(record->key) + "\n";
  if (!request.until.empty()) work += "until " + std::to_string(read_date(request.until).value) + "\n";
  for (auto const& [name, text] : request.fields) {
    auto const column = stored_index(record->table->id, name);
    if (column == npos || stored_columns(record->table->id)[column].field < 3) {
      std::vector<std::string_view> names;
      for (auto const& stored : stored_columns(record->table->id)) names.push_back(record->table->fields[stored.field].name);
      auto const meant = nearest(name, names);
      return Trouble{"The table " + request.table + " has no field \"" + name + "\" that can be edited." +
                     (meant.empty() ? "" : " Did you mean \"" + std::string(meant) + "\"?") +
                     (name == "sourcedId" ? " An id is changed by \"rollbook rekey\"." : "")};
    }
    if (text.find('\n') != std::string::npos) return Trouble{"A line break cannot stand in a value."};
    auto const value = typed(**roster, *record->table, column, text);
    if (!value.wrong.empty()) return Trouble{value.wrong};
    work += value.value ? "set " + name + " " + *value.value + "\n" : "clear " + name + "\n";
  }
  return queue(hub, district, "edit", std::move(work));
}

Result<Answer> settle_edit(Hub& hub, store::District const& district, TableId table, std::uint32_t key, std::string const& field, std::string const& clash,
                           bool keep) {
  return queue(
      hub, district, "edit",
      "table " + std::string(table_of(table).name) + "\nrecord " + std::to_string(key) + "\nclash " + clash + "\n" + (keep ? "keep " : "take ") + field + "\n");
}

namespace {

// What an edit is to do, a line each.
struct EditWork {
  struct OfField {
    std::string word, name;            // set, clear; keep, take: of a clash
    std::optional<std::string> value;  // none: blank
  };
  Table const* table = nullptr;
  std::uint32_t key = 0;
  std::optional<std::int64_t> last_day;
  std::string clash;
  std::vector<OfField> fields;

  static EditWork of(std::string const& text) {
    EditWork work;
    for (auto const& line : lines_of(text)) {
      auto const space = line.find(' ');
      auto const word = line.substr(0, space), rest = space == std::string::npos ? "" : line.substr(space + 1);
      if (word == "table") work.table = table_by_name(rest);
      else if (word == "record") work.key = static_cast<std::uint32_t>(std::strtoul(rest.c_str(), nullptr, 10));
      else if (word == "until") work.last_day = std::strtoll(rest.c_str(), nullptr, 10);
      else if (word == "clash") work.clash = rest;
      else if (word == "set") work.fields.push_back({word, rest.substr(0, rest.find(' ')), rest.substr(rest.find(' ') + 1)});
      else if (word == "clear" || word == "keep" || word == "take") work.fields.push_back({word, rest, std::nullopt});
    }
    return work;
  }
};

// Whether any source says anything of it: what waited behind a delivery may find it gone.
bool is_there(store::Database& db, Table const& table, std::int64_t key) {
  auto row = db.prepare("SELECT 1 FROM " + store::quoted(table) + " WHERE row_key = ? AND row_until IS NULL");
  return row->with(key).step();
}

std::string gone(Table const& table) { return "The " + std::string(table.one) + " has been removed meanwhile: there is nothing to change."; }

// Lays the fields over the record; returns how many have another edit than before, or none.
std::uint64_t lay_edits(store::Database& db, EditWork const& work, std::int64_t revision, std::string const& who) {
  auto const table = work.table->id;
  auto const before = edits_of_record(db, table, work.key, 0, std::nullopt);
  auto end = db.prepare("UPDATE overlay SET until = ? WHERE tbl = ? AND key = ? AND field = ? AND until IS NULL");
  std::uint64_t changed = 0;
  for (auto const& field : work.fields) {
    auto const column = stored_index(table, field.name);
    auto const old = std::find_if(before.begin(), before.end(), [&](Edit const& edit) { return edit.column == column; });
    bool const settles = field.word == "keep" || field.word == "take";
    if (settles && old == before.end()) continue;
    Edit next;
    next.value = settles ? old->value : field.value;
    if (settles) next.last_day = old->last_day;
    else if (work.last_day) next.last_day = static_cast<std::int32_t>(*work.last_day);
    if (!settles && old != before.end() && old->value == next.value && old->last_day == next.last_day) continue;
    ++changed;
    end->run(revision, static_cast<int>(table), work.key, field.name);
    if (field.word != "take") add_edit(db, table, work.key, field.name, revision, next, who);
  }
  return changed;
}

}  // namespace

Result<Answer> edit_run(Hub& hub, store::District const& district, store::Run const& run) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto& db = **roster;
  auto const work = EditWork::of(run.work);
  if (work.table == nullptr) return Trouble{"What this edit is to do cannot be read."};
  auto answer = answer_of(district, run, "edit");
  answer.digest = digest_text(run.work);
  bool seen = true, there = true;
  auto const trouble = db.transaction([&] {
    if (!(there = is_there(db, *work.table, work.key))) return false;
    if (!work.clash.empty()) seen = number_of_clash(db, work.table->id, work.key, work.fields.front().name, hub.today) == work.clash;
    if (!seen) return false;
    auto const revision = last_revision(db) + 1;
    auto const changed = lay_edits(db, work, revision, run.who);
    answer.tables = {{std::string(work.table->name), Counts{0, changed > 0 ? 1u : 0u, changed > 0 ? 0u : 1u, 0, 0}}};
    answer.outcome = changed > 0 ? "applied" : "no_changes";
    if (changed == 0) return false;
    answer.revision = revision;
    write_revision(db, {revision, run.id, "edit", hub.actor.at, run.who, answer.digest, to_json(answer), std::nullopt}, std::nullopt, "");
    return true;
  });
  if (trouble) return *trouble;
  if (!there) return Trouble{gone(*work.table)};
  if (!seen) return Trouble{"The source says something else again; look at the inbox once more."};
  return answer;
}

Result<Answer> rekey(Hub& hub, store::District const& district, std::string const& table, std::string const& old_id, std::string const& new_id) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const record = find_record(**roster, table, old_id);
  if (!record) return record.trouble();
  if (new_id.empty() || new_id.size() > 255 || !is_id_text(new_id))
    return Trouble{"An id has 1 to 255 of the characters A-Z a-z 0-9 . - _ / @, and no others."};
  if (record_called(**roster, record->table->id, new_id))
    return Trouble{"The id \"" + new_id + "\" belongs to another " + std::string(record->table->one) + " already."};
  return queue(hub, district, "re-key", "table " + table + "\nrecord " + std::to_string(record->key) + "\nid " + new_id + "\n");
}

Result<Queued> queue_rekey(Hub& hub, store::District const& district, TableId table, std::uint32_t key, std::string const& new_id) {
  auto run = new_run(hub, district, "re-key", std::nullopt);
  run.work = "table " + std::string(table_of(table).name) + "\nrecord " + std::to_string(key) + "\nid " + new_id + "\n";
  return queue_run(hub, std::move(run));
}

Result<Answer> rekey_run(Hub& hub, store::District const& district, store::Run const& run) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto& db = **roster;
  Table const* table = nullptr;
  std::int64_t key = 0;
  std::string id;
  for (auto const& line : lines_of(run.work)) {
    if (line.starts_with("table ")) table = table_by_name(line.substr(6));
    else if (line.starts_with("record ")) key = std::strtoll(line.c_str() + 7, nullptr, 10);
    else if (line.starts_with("id ")) id = line.substr(3);
  }
  if (table == nullptr || id.empty()) return Trouble{"What this re-key is to do cannot be read."};
  auto answer = answer_of(district, run, "re-key");
  answer.digest = digest_text(run.work);
  std::string wrong;
  auto const trouble = db.transaction([&] {
    if (!is_there(db, *table, key)) return wrong = gone(*table), false;
    if (auto const owner = key_of_id(db, table->id, id)) {
      if (*owner == key) answer.outcome = "no_changes";  // asked for twice
      else wrong = "The id \"" + id + "\" has been taken meanwhile.";
      return false;
    }
    auto const revision = last_revision(db) + 1;
    auto const number = static_cast<int>(table->id);
    db.run("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL", revision, number, key);
    db.run("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)", number, key, revision, id);
    answer.tables = {{std::string(table->name), Counts{0, 1, 0, 0, 0}}};
    answer.outcome = "applied";
    answer.revision = revision;
    write_revision(db, {revision, run.id, "re-key", hub.actor.at, run.who, answer.digest, to_json(answer), std::nullopt}, std::nullopt,
                   "rekeyed " + std::to_string(number) + " " + std::to_string(key));
    return true;
  });
  if (trouble) return *trouble;
  if (!wrong.empty()) return Trouble{wrong};
  return answer;
}

}  // namespace rollbook::runs
