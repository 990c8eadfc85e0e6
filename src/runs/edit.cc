#include "runs/edit.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "roster/layout.h"
#include "roster/values.h"
#include "runs/apply.h"
#include "runs/inbox.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/outcome.h"
#include "runs/planned.h"
#include "runs/overlay.h"
#include "runs/queue.h"
#include "runs/rows_by_key.h"
#include "runs/search.h"
#include "runs/typed.h"

namespace rollbook::runs {
namespace {

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

Result<Queued> queue(Hub& hub, store::District const& district, std::string const& kind, std::string work) {
  for (auto const c : work)
    if (c == '\r') return Trouble{"A line break cannot stand in a value."};
  if (auto why = why_no_edits(hub, district); !why.empty()) return Trouble{why};
  auto run = new_run(hub, district, kind);
  run.work = std::move(work);
  return queue_run(hub, run);
}

std::string day_of(std::string const& until) { return until.empty() ? "" : "until " + std::to_string(read_date(until).value) + "\n"; }
std::string lines_of_revision(std::optional<std::int64_t> seen) { return seen ? "seen " + std::to_string(*seen) + "\n" : ""; }

// What is to be done with a field, as a line of the work.
Result<std::string> line_of_field(store::Database& roster, Table const& table, std::string const& name, std::string const& text) {
  auto const column = stored_index(table.id, name);
  if (column == npos || stored_columns(table.id)[column].field < 3) {
    std::vector<std::string_view> names;
    for (auto const& stored : stored_columns(table.id)) names.push_back(table.fields[stored.field].name);
    auto const meant = nearest(name, names);
    return Trouble{"The table " + std::string(table.name) + " has no field \"" + name + "\" that can be edited." +
                   (meant.empty() ? "" : " Did you mean \"" + std::string(meant) + "\"?") +
                   (name == "sourcedId" ? " An id is changed by \"rollbook rekey\"." : "")};
  }
  if (text.find('\n') != std::string::npos) return Trouble{"A line break cannot stand in a value."};
  auto const value = typed(roster, table, column, text);
  if (!value.wrong.empty()) return Trouble{value.wrong};
  return value.value ? "set " + name + " " + *value.value + "\n" : "clear " + name + "\n";
}

}  // namespace

Result<Queued> queue_edit(Hub& hub, store::District const& district, EditRequest const& request) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const record = find_record(**roster, request.table, request.sourced_id);
  if (!record) return record.trouble();
  if (request.fields.empty()) return Trouble{"Name the fields to set: FIELD=VALUE."};
  if (!request.until.empty() && read_date(request.until).value == invalid) return Trouble{"--until wants a day like 2027-06-30."};
  auto work = "table " + request.table + "\n" + day_of(request.until) + lines_of_revision(request.seen) + "record " + std::to_string(record->key) + "\n";
  for (auto const& [name, text] : request.fields) {
    auto const line = line_of_field(**roster, *record->table, name, text);
    if (!line) return line.trouble();
    work += *line;
  }
  return queue(hub, district, "edit", std::move(work));
}

Result<Answer> edit(Hub& hub, store::District const& district, EditRequest const& request) {
  auto const queued = queue_edit(hub, district, request);
  return queued ? work_off(hub, district, "edit", queued) : Result<Answer>(queued.trouble());
}

Result<Queued> queue_edits(Hub& hub, store::District const& district, TableId table, std::vector<EditOfRecord> const& records, std::string const& until,
                           std::int64_t seen) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  if (records.empty()) return Trouble{"Name the records to change."};
  if (!until.empty() && read_date(until).value == invalid) return Trouble{"The last day is one like 2027-06-30."};
  auto work = "table " + std::string(table_of(table).name) + "\n" + day_of(until) + lines_of_revision(seen);
  std::map<std::pair<std::string, std::string>, std::string> lines;  // most say the same
  for (auto const& record : records) {
    work += "record " + std::to_string(record.key) + "\n";
    for (auto const& field : record.fields) {
      auto& line = lines[field];
      if (line.empty()) {
        auto made = line_of_field(**roster, table_of(table), field.first, field.second);
        if (!made) return made.trouble();
        line = std::move(*made);
      }
      work += line;
    }
  }
  return queue(hub, district, "edit", std::move(work));
}

Result<Queued> queue_settle(Hub& hub, store::District const& district, std::vector<SeenClash> const& clashes, bool keep, std::string const& until) {
  if (clashes.empty()) return Trouble{"Name the clashes to settle."};
  if (!until.empty() && read_date(until).value == invalid) return Trouble{"The last day is one like 2027-06-30."};
  std::string work = keep ? day_of(until) : "";
  for (auto const& clash : clashes)
    work += "table " + std::string(table_of(clash.table).name) + "\nrecord " + std::to_string(clash.key) + "\n" +
            (clash.number.empty() ? "" : "clash " + clash.number + "\n") + (keep ? "keep " : "take ") + clash.field + "\n";
  return queue(hub, district, "edit", std::move(work));
}

Result<Answer> settle_edit(Hub& hub, store::District const& district, SeenClash const& clash, bool keep) {
  auto const queued = queue_settle(hub, district, {clash}, keep, "");
  return queued ? work_off(hub, district, "edit", queued) : Result<Answer>(queued.trouble());
}

std::vector<std::size_t> changed_since(RowsByKey& then, RowsByKey& now, TableId table, std::uint32_t key) {
  auto const before = then.row(table, key), after = now.row(table, key);
  std::vector<std::size_t> changed;
  for (std::size_t i = 0; i < stored_columns(table).size(); ++i)
    if (!before || !after || !before->cells.same(i, after->cells, i)) changed.push_back(i);
  return changed;
}

namespace {

// What an edit is to do, a line each. "table", "until" and "seen" hold for the records behind them, "clash" for the next field.
struct EditWork {
  struct OfField {
    std::string word, name;            // set, clear; keep, take: of a clash
    std::optional<std::string> value;  // none: blank
    std::string clash;
  };
  struct OfRecord {
    Table const* table = nullptr;
    std::uint32_t key = 0;
    std::vector<OfField> fields;
  };
  std::vector<OfRecord> records;
  std::optional<std::int64_t> last_day, seen;

  static EditWork of(std::string const& text) {
    EditWork work;
    Table const* table = nullptr;
    std::string clash;
    for (auto const& line : lines_of(text)) {
      auto const space = line.find(' ');
      auto const word = line.substr(0, space), rest = space == std::string::npos ? "" : line.substr(space + 1);
      if (word == "table") table = table_by_name(rest);
      else if (word == "record") work.records.push_back({table, static_cast<std::uint32_t>(std::strtoul(rest.c_str(), nullptr, 10)), {}});
      else if (word == "until") work.last_day = std::strtoll(rest.c_str(), nullptr, 10);
      else if (word == "seen") work.seen = std::strtoll(rest.c_str(), nullptr, 10);
      else if (word == "clash") clash = rest;
      else if (work.records.empty()) continue;
      else if (word == "set") work.records.back().fields.push_back({word, rest.substr(0, rest.find(' ')), rest.substr(rest.find(' ') + 1), ""});
      else if (word == "clear" || word == "keep" || word == "take") work.records.back().fields.push_back({word, rest, std::nullopt, std::exchange(clash, "")});
    }
    return work;
  }
  bool is_read() const {
    return !records.empty() && std::all_of(records.begin(), records.end(), [](auto const& one) { return one.table != nullptr; });
  }
};

// Whether any source says anything of it: what waited behind a delivery may find it gone.
bool is_there(store::Database& db, Table const& table, std::int64_t key) {
  auto row = db.prepare("SELECT 1 FROM " + store::quoted(table) + " WHERE row_key = ? AND row_until IS NULL");
  return row->with(key).step();
}

std::string gone(Table const& table) { return "The " + std::string(table.one) + " has been removed meanwhile: there is nothing to change."; }

// Lays the fields of an edit over its records, within the transaction of the revision.
class LayEdits {
 public:
  LayEdits(store::Database& db, EditWork const& work, std::int32_t today) : db_(db), work_(work), today_(today) {}

  // Why nothing may be done; "" when all may.
  std::string wrong() {
    auto const only = work_.records.size() == 1 ? &work_.records.front() : nullptr;
    if (only != nullptr && !is_there(db_, *only->table, only->key)) return gone(*only->table);
    std::optional<RowsByKey> then, now;
    if (work_.seen) then.emplace(db_, *work_.seen, today_), now.emplace(db_, 0, today_);
    for (auto const& record : work_.records) {
      auto const changed = work_.seen ? changed_since(*then, *now, record.table->id, record.key) : std::vector<std::size_t>();
      for (auto const& field : record.fields) {
        if (!field.clash.empty() && number_of_clash(db_, record.table->id, record.key, field.name, today_) != field.clash)
          return "The source says something else again; look at the inbox once more.";
        if (std::count(changed.begin(), changed.end(), stored_index(record.table->id, field.name)) > 0)
          return "Somebody else has changed the " + std::string(record.table->one) + " meanwhile: nothing was done. Look at it once more.";
      }
    }
    return "";
  }

  void lay(std::int64_t revision, std::string const& who, Answer& answer) {
    std::map<TableId, Counts> counts;
    for (auto const& record : work_.records) {
      auto& of_table = counts[record.table->id];
      if (!is_there(db_, *record.table, record.key)) ++of_table.excluded;
      else if (lay(record, revision, who)) ++of_table.updated;
      else ++of_table.unchanged;
    }
    for (auto const& [table, of_table] : counts) {
      answer.tables.emplace_back(table_of(table).name, of_table);
      changed_ = changed_ || of_table.updated > 0;
      if (of_table.excluded > 0)
        answer.reasons.push_back(std::to_string(of_table.excluded) + " of the table " + std::string(table_of(table).name) +
                                 " had been removed meanwhile, and were passed over.");
    }
    answer.outcome = !changed_ ? "no_changes" : answer.reasons.empty() ? "applied" : "applied_with_warnings";
  }
  bool changed() const { return changed_; }

 private:
  // Whether any field has another edit than before.
  bool lay(EditWork::OfRecord const& record, std::int64_t revision, std::string const& who) {
    auto const table = record.table->id;
    auto const before = edits_of_record(db_, table, record.key, 0, std::nullopt);
    if (!end_) end_ = db_.prepare("UPDATE overlay SET until = ? WHERE tbl = ? AND key = ? AND field = ? AND until IS NULL");
    bool changed = false;
    for (auto const& field : record.fields) {
      auto const column = stored_index(table, field.name);
      auto const old = std::find_if(before.begin(), before.end(), [&](Edit const& edit) { return edit.column == column; });
      bool const settles = field.word == "keep" || field.word == "take";
      if (settles && old == before.end()) continue;
      Edit next;
      next.value = settles ? old->value : field.value;
      if (settles) next.last_day = old->last_day;
      if (work_.last_day) next.last_day = static_cast<std::int32_t>(*work_.last_day);
      if (!settles && old != before.end() && old->value == next.value && old->last_day == next.last_day) continue;
      changed = true;
      end_->run(revision, static_cast<int>(table), record.key, field.name);
      if (field.word != "take") add_edit(db_, table, record.key, field.name, revision, next, who);
    }
    return changed;
  }

  store::Database& db_;
  EditWork const& work_;
  std::int32_t today_;
  std::unique_ptr<store::Statement> end_;
  bool changed_ = false;
};

}  // namespace

Result<Answer> edit_run(Hub& hub, store::District const& district, store::Run const& run) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto& db = **roster;
  auto const work = EditWork::of(run.work);
  if (!work.is_read()) return Trouble{"What this edit is to do cannot be read."};
  auto answer = answer_of(district, run, "edit");
  answer.digest = digest_text(run.work);
  std::string wrong;
  auto const trouble = db.transaction([&] {
    LayEdits edits(db, work, hub.today);
    if (wrong = edits.wrong(); !wrong.empty()) return false;
    auto const revision = last_revision(db) + 1;
    edits.lay(revision, run.who, answer);
    if (!edits.changed()) return false;
    answer.revision = revision;
    write_revision(db, {revision, run.id, "edit", hub.actor.at, run.who, answer.digest, to_json(answer), std::nullopt}, std::nullopt, "");
    return true;
  });
  if (trouble) return *trouble;
  if (!wrong.empty()) return Trouble{wrong};
  return answer;
}

Result<Queued> queue_rekey(Hub& hub, store::District const& district, std::string const& table, std::string const& old_id, std::string const& new_id) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const record = find_record(**roster, table, old_id);
  if (!record) return record.trouble();
  auto const& table_of_record = *record->table;
  if (auto const of = table_of_record.fields[0].refers_to; of != TableId::None)
    return Trouble{"The id of a " + std::string(table_of_record.one) + " is the " + std::string(table_of(of).one) + "'s: change that with \"rollbook rekey " +
                   std::string(table_of(of).name) + "\"."};
  if (new_id.empty() || new_id.size() > 255 || !is_id_text(new_id))
    return Trouble{"An id has 1 to 255 of the characters A-Z a-z 0-9 . - _ / @, and no others."};
  if (record_called(**roster, record->table->id, new_id))
    return Trouble{"The id \"" + new_id + "\" belongs to another " + std::string(record->table->one) + " already."};
  return queue(hub, district, "re-key", "table " + table + "\nrecord " + std::to_string(record->key) + "\nid " + new_id + "\n");
}

Result<Answer> rekey(Hub& hub, store::District const& district, std::string const& table, std::string const& old_id, std::string const& new_id) {
  auto const queued = queue_rekey(hub, district, table, old_id, new_id);
  return queued ? work_off(hub, district, "re-key", queued) : Result<Answer>(queued.trouble());
}

namespace {

// The record, and what is called by its id: demographics by that of their person.
std::vector<std::pair<Table const*, std::int64_t>> all_of_the_id(store::Database& db, Table const& table, std::int64_t key, std::string const& new_id) {
  std::vector<std::pair<Table const*, std::int64_t>> all = {{&table, key}};
  auto const old_id = id_of(db, table.id, static_cast<std::uint32_t>(key));
  for (auto const* other : all_tables) {
    if (other->fields[0].refers_to != table.id || key_of_id(db, other->id, new_id)) continue;
    if (auto const its_key = key_of_id(db, other->id, old_id)) all.emplace_back(other, *its_key);
  }
  return all;
}

}  // namespace

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
    std::string rekeyed = "rekeyed";
    for (auto const& [of, its_key] : all_of_the_id(db, *table, key, id)) {
      auto const number = static_cast<int>(of->id);
      db.run("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL", revision, number, its_key);
      db.run("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)", number, its_key, revision, id);
      answer.tables.emplace_back(std::string(of->name), Counts{0, 1, 0, 0, 0});
      rekeyed += " " + std::to_string(number) + " " + std::to_string(its_key);
    }
    answer.outcome = "applied";
    answer.revision = revision;
    write_revision(db, {revision, run.id, "re-key", hub.actor.at, run.who, answer.digest, to_json(answer), std::nullopt}, std::nullopt, rekeyed);
    return true;
  });
  if (trouble) return *trouble;
  if (!wrong.empty()) return Trouble{wrong};
  return answer;
}

}  // namespace rollbook::runs
