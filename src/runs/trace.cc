#include "runs/trace.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/json_writer.h"
#include "bundle/bundle.h"
#include "report/words.h"
#include "runs/apply.h"
#include "runs/edit.h"
#include "runs/export.h"
#include "runs/leavers.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/said_versions.h"
#include "runs/search.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

struct RevisionAbout {
  std::int64_t run = 0;
  std::string kind, at, who;
  std::int64_t undoes = 0;  // a revision, or 0
};

using Versions = std::vector<store::RowVersion>;

class Tracing {
 public:
  Tracing(Hub& hub, store::District const& district, store::Database& roster, Table const& table, std::uint32_t key)
      : hub_(hub), roster_(roster), table_(table), key_(key) {
    auto rows = roster.prepare("SELECT number, run, kind, at, who, undoes FROM revisions");
    while (rows->step())
      revisions_[rows->integer(0)] = {rows->integer(1), std::string(rows->text(2)), std::string(rows->text(3)), std::string(rows->text(4)),
                                      rows->is_null(5) ? 0 : rows->integer(5)};
    if (auto const sources = store::list_sources(hub.home.operations(), district); sources)
      for (auto const& source : *sources) source_names_[source.id] = source.name;
  }

  TracedRecord run(std::int64_t revision) {
    revision_ = revision;
    learn_ids();
    TracedRecord record;
    record.table = table_.name;
    auto ids = roster_.prepare("SELECT since, id FROM ids WHERE tbl = ? AND key = ? AND since <= ? ORDER BY since");
    for (ids->with(static_cast<int>(table_.id), key_, revision); ids->step();) record.ids.emplace_back(ids->integer(0), std::string(ids->text(1)));
    ids.reset();
    if (!record.ids.empty()) record.sourced_id = record.ids.back().second;

    Versions versions;
    store::RowSelect(roster_, table_.id).each_version(key_, [&](store::RowVersion const& version) {
      if (version.since <= revision) versions.push_back(version);
      return true;
    });
    std::sort(versions.begin(), versions.end(), [](auto const& a, auto const& b) { return a.since < b.since; });
    std::optional<StoredRow> now;
    auto const* const best = revision > 0 ? in_force(versions, revision) : nullptr;
    if (best != nullptr) now = best->row;
    if (now && !says_roles_here(versions_at(roster_, revision), table_.id, best->source, *now)) now.reset();
    record.lives = now.has_value();

    std::vector<Laid> laid;
    auto rows = roster_.prepare("SELECT field, since, until, value, who FROM overlay WHERE tbl = ? AND key = ? AND since <= ? ORDER BY since");
    for (rows->with(static_cast<int>(table_.id), key_, revision); rows->step();)
      laid.push_back({stored_index(table_.id, rows->text(0)), rows->integer(1), rows->is_null(2) ? std::nullopt : std::optional(rows->integer(2)),
                      rows->is_null(3) ? std::nullopt : std::optional(std::string(rows->text(3))), std::string(rows->text(4))});
    rows.reset();
    auto const edits = now ? edits_of_record(roster_, table_.id, key_, revision, hub_.today) : std::vector<Edit>();
    if (now) lay_over(*now, table_.id, edits);

    auto const* const row = now ? &*now : nullptr;
    auto const& columns = stored_columns(table_.id);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto const says = [this, i](StoredRow const& of) { return written(table_.id, i, of, ids_); };
      TracedField field;
      field.name = table_.fields[columns[i].field].name;
      field.events = events_of(versions, says);
      add_edits(field.events, laid, i);
      keep(record.fields, std::move(field), row, says, [&](auto const& value) { return origin_of(versions, *best, i, value, says, edits, laid); });
    }
    for (auto const& name : metadata_names(versions)) {
      auto const says = [&name](StoredRow const& of) { return metadata_called(name, of); };
      TracedField field;
      field.name = name;
      field.events = events_of(versions, says);
      keep(record.metadata, std::move(field), row, says, [&](auto const& value) { return origin_in_rows(versions, *best, value, says); });
    }
    return record;
  }

 private:
  struct Laid {
    std::size_t column;
    std::int64_t since;
    std::optional<std::int64_t> until;
    std::optional<std::string> value;
    std::string who;
  };

  // What a row says of one field.
  using Says = std::function<std::string(StoredRow const&)>;

  static std::string metadata_called(std::string const& name, StoredRow const& row) {
    for (auto& [called, value] : metadata_of(row.metadata))
      if (called == name) return value;
    return "";
  }
  // Those that any version has, each once.
  static std::set<std::string> metadata_names(Versions const& versions) {
    std::set<std::string> names;
    for (auto const& version : versions)
      for (auto const& [name, value] : metadata_of(version.row.metadata)) names.insert(name);
    return names;
  }

  // What sources said of a field, one after the other.
  std::vector<FieldEvent> events_of(Versions const& versions, Says const& says) {
    std::vector<FieldEvent> events;
    std::map<std::int64_t, std::string> last;  // by source: what it said last
    for (auto const& version : versions) {
      auto const value = says(version.row);
      if (auto const before = last.find(version.source); before == last.end() ? !value.empty() : before->second != value)
        events.push_back(event_of(versions, version, value));
      last[version.source] = value;
      if (version.until && *version.until <= revision_ && !continues(versions, version)) {
        auto event = event_of(*version.until);
        event.source = source_names_[version.source];
        event.removed = true;
        if (!value.empty() && !is_handed_over(versions, version)) events.push_back(std::move(event));
        last.erase(version.source);
      }
    }
    return events;
  }

  void add_edits(std::vector<FieldEvent>& events, std::vector<Laid> const& laid, std::size_t column) {
    for (auto const& edit : laid) {
      if (edit.column != column) continue;
      events.push_back(event_of(laid, edit));
      if (edit.until && *edit.until <= revision_) {
        auto end = event_of(*edit.until);
        end.value = "(the edit of revision " + std::to_string(edit.since) + " ended)";
        events.push_back(std::move(end));
      }
    }
  }

  // A field that has a value, or had one. `row`: what is in force, or null.
  static void keep(std::vector<TracedField>& fields, TracedField field, StoredRow const* row, Says const& says,
                   std::function<std::optional<FieldEvent>(std::string const& value)> const& origin) {
    if (row != nullptr) field.value = says(*row);
    std::stable_sort(field.events.begin(), field.events.end(), [](FieldEvent const& a, FieldEvent const& b) { return a.revision < b.revision; });
    if (field.value.empty() && field.events.empty()) return;
    if (row != nullptr) field.origin = origin(field.value);
    fields.push_back(std::move(field));
  }

  // Ids of the records that this one refers to: of big tables only those that are needed.
  void learn_ids() {
    store::RowSelect(roster_, table_.id).each_version(key_, [&](store::RowVersion const& version) {
      auto const& columns = stored_columns(table_.id);
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].as == Stored::Key || columns[i].as == Stored::Keys)
          for (auto const to : keys_in(version.row, i, columns[i].as)) learn(table_.fields[columns[i].field].refers_to, to);
      return true;
    });
    auto rows = roster_.prepare("SELECT field, value FROM overlay WHERE tbl = ? AND key = ? AND value IS NOT NULL");
    std::vector<std::pair<std::size_t, std::string>> edits;
    for (rows->with(static_cast<int>(table_.id), key_); rows->step();) edits.emplace_back(stored_index(table_.id, rows->text(0)), rows->text(1));
    rows.reset();
    for (auto const& [column, value] : edits) {
      StoredRow row;
      row.begin();
      row.add_text(value);
      auto const& stored = stored_columns(table_.id)[column];
      if (stored.as == Stored::Key || stored.as == Stored::Keys)
        for (auto const to : keys_in(row, 0, Stored::Keys)) learn(table_.fields[stored.field].refers_to, to);
    }
  }
  void learn(TableId table, std::uint32_t key) {
    auto& ids = ids_[static_cast<std::size_t>(table)];
    if (key >= ids.size()) ids.resize(key + 1u);
    if (!ids[key].empty()) return;
    auto row = roster_.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND since <= ? AND (until IS NULL OR until > ?)");
    if (row->with(static_cast<int>(table), key, revision_, revision_).step()) ids[key] = row->text(0);
    else ids[key] = id_of(roster_, table, key);
  }

  FieldEvent event_of(std::int64_t revision) {
    FieldEvent event;
    event.revision = revision;
    auto const& about = revisions_[revision];
    event.run = about.run;
    event.kind = about.kind;
    event.at = event.first_at = about.at;
    event.who = about.who;
    event.first_run = about.run;
    return event;
  }

  static bool held(std::int64_t since, std::optional<std::int64_t> const& until, std::int64_t revision) {
    return since <= revision && (!until || *until > revision);
  }

  // The row that this one is a copy of: what an undo brings back, or a source takes over from another one, was there before. Null: it is no copy.
  store::RowVersion const* copied(Versions const& versions, store::RowVersion const& version) {
    auto const& about = revisions_[version.since];
    for (auto const& before : versions) {
      bool const there = about.undoes > 0 ? before.source == version.source && held(before.since, before.until, about.undoes - 1)
                                          : about.kind == "source change" && before.source != version.source && before.until == version.since;
      if (there && before.row.line == version.row.line) return &before;
    }
    return nullptr;
  }

  FieldEvent event_of(Versions const& versions, store::RowVersion const& version, std::string value) {
    auto event = event_of(version.since);
    auto const* from = &version;
    for (auto const* before = from; before != nullptr; before = revisions_[from->since].undoes > 0 ? copied(versions, *from) : nullptr) from = before;
    auto const& first = revisions_[from->since];
    event.source = source_names_[version.source];
    event.first_run = first.run;
    event.first_at = first.at;
    if (first.kind != "source change" && first.kind != "cascade") {  // else it came in no file
      event.file = file_name(table_.id);
      if (from->row.line > 0) event.line = from->row.line;
    }
    event.value = std::move(value);
    return event;
  }

  // An edit that an undo laid again is the one that was there before.
  FieldEvent event_of(std::vector<Laid> const& laid, Laid const& edit) {
    auto event = event_of(edit.since);
    auto const* first = &edit;
    for (bool more = true; more;) {
      more = false;
      auto const undoes = revisions_[first->since].undoes;
      for (auto const& before : laid)
        if (undoes > 0 && before.column == edit.column && held(before.since, before.until, undoes - 1) && before.value == edit.value) {
          first = &before;
          more = true;
          break;
        }
    }
    event.first_run = revisions_[first->since].run;
    event.first_at = revisions_[first->since].at;
    event.who = edit.who;
    event.value = edit.value ? written_edit(edit.column, *edit.value) : "";
    return event;
  }

  // Who said what is in force: the last edit, or a source.
  std::optional<FieldEvent> origin_of(Versions const& versions, store::RowVersion const& best, std::size_t column, std::string const& value, Says const& says,
                                      std::vector<Edit> const& edits, std::vector<Laid> const& laid) {
    for (auto const& edit : edits)
      if (edit.column == column)
        for (auto const& one : laid)
          if (one.column == column && one.since == edit.since) return event_of(laid, one);
    return origin_in_rows(versions, best, value, says);
  }

  // Whoever said first what is in force, and never said anything else since: a row that came again with another field changed is not its origin.
  std::optional<FieldEvent> origin_in_rows(Versions const& versions, store::RowVersion const& best, std::string const& value, Says const& says) {
    auto const same = [&](store::RowVersion const& version) { return says(version.row) == value; };
    if (!same(best)) return std::nullopt;  // of roles, that are told elsewhere now
    auto const* from = &best;
    for (bool more = true; more;) {
      more = false;
      auto const* before = copied(versions, *from);
      for (auto const& version : versions)
        if (version.source == from->source && version.until == from->since && same(version)) before = &version;
      if (before != nullptr && same(*before)) from = before, more = true;
    }
    auto event = event_of(versions, *from, value);
    // When it came into force: as late as the last undo or change of source that brought it back.
    auto const* back = &best;
    for (bool more = true; more;) {
      more = false;
      for (auto const& version : versions)
        if (version.source == back->source && version.until == back->since && same(version) && back != from) back = &version, more = true;
    }
    auto const now = event_of(back->since);
    event.revision = now.revision;
    event.run = now.run;
    event.kind = now.kind;
    event.at = now.at;
    event.who = now.who;
    return event;
  }

  static bool continues(std::vector<store::RowVersion> const& versions, store::RowVersion const& version) {
    return std::any_of(versions.begin(), versions.end(), [&](auto const& next) { return next.source == version.source && next.since == *version.until; });
  }

  // In the same revision another source took the record over.
  static bool is_handed_over(std::vector<store::RowVersion> const& versions, store::RowVersion const& version) {
    return std::any_of(versions.begin(), versions.end(), [&](auto const& next) { return next.source != version.source && next.since == *version.until; });
  }

  std::string written_edit(std::size_t column, std::string const& value) {
    StoredRow row;
    row.begin();
    for (std::size_t i = 0; i < stored_columns(table_.id).size(); ++i) row.add_null();
    Edit edit;
    edit.column = column;
    edit.value = value;
    lay_over(row, table_.id, {edit});
    return written(table_.id, column, row, ids_);
  }

  Hub& hub_;
  store::Database& roster_;
  Table const& table_;
  std::uint32_t key_;
  std::int64_t revision_ = 0;
  std::map<std::int64_t, RevisionAbout> revisions_;
  std::map<std::int64_t, std::string> source_names_;
  IdsOfTables ids_;
};

}  // namespace

Result<TracedRecord> trace(Hub& hub, store::District const& district, std::string const& table_name, std::string const& sourced_id,
                           std::optional<std::int64_t> revision, std::optional<std::uint32_t> known_key) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const* table = table_by_name(table_name);
  if (table == nullptr) return Trouble{"There is no table \"" + table_name + "\"."};
  auto const last = last_revision(**roster);
  if (revision && (*revision < 0 || *revision > last))
    return Trouble{"There is no revision " + std::to_string(*revision) + "; the newest is " + std::to_string(last) + "."};
  auto key = known_key;
  if (!key && !revision) key = record_called(**roster, table->id, sourced_id);
  if (!key) {  // an id that it had
    auto row = (*roster)->prepare("SELECT key FROM ids WHERE tbl = ? AND id = ? AND since <= ? ORDER BY since DESC");
    if (row->with(static_cast<int>(table->id), sourced_id, revision.value_or(last)).step()) key = static_cast<std::uint32_t>(row->integer(0));
    else key.reset();
  }
  if ((*roster)->trouble()) return *(*roster)->trouble();
  if (!key)
    return Trouble{"There is no " + std::string(table->one) + " \"" + sourced_id + "\" in the roster, and there was none" +
                   (anybody_let_go(**roster) ? ", or whoever it was left long ago and was let go." : ".")};
  auto record = Tracing(hub, district, **roster, *table, *key).run(revision.value_or(last));
  if ((*roster)->trouble()) return *(*roster)->trouble();
  return record;
}

namespace {

void write_fields(JsonWriter& json, std::vector<TracedField> const& fields, bool with_events) {
  json.begin_object();
  for (auto const& field : fields) {
    if (!with_events) {
      json.field(field.name, field.value);
      continue;
    }
    json.key(field.name).begin_object().field("value", field.value).key("events").begin_array();
    for (auto const& event : field.events)
      json.begin_object()
          .field("revision", event.revision)
          .field("run", event.run)
          .field("kind", event.kind)
          .field("at", event.at)
          .field("source", event.source)
          .field("who", event.who)
          .field("file", event.file)
          .field("line", event.line)
          .field("removed", event.removed)
          .field("value", event.value)
          .end_object();
    json.end_array().end_object();
  }
  json.end_object();
}

std::string in_text(TracedField const& field, bool with_events) {
  auto out = "  " + visible(field.name) + " = " + (field.value.empty() ? "(blank)" : visible(field.value)) + "\n";
  if (!with_events) return out;
  for (auto event = field.events.rbegin(); event != field.events.rend(); ++event)
    out += "      " +
           (event->removed         ? std::string("taken back")
            : event->value.empty() ? std::string("cleared")
                                   : "\"" + visible(event->value) + "\"") +
           " by " + (event->source.empty() ? event->who : event->source + (event->line ? ", " + event->file + " line " + std::to_string(*event->line) : "")) +
           (event->first_run != event->run ? " of run " + std::to_string(event->first_run) + ", brought back by" : ",") + " run " + std::to_string(event->run) +
           " (" + event->kind + "), " + event->at + "\n";
  return out;
}

}  // namespace

std::string to_json(TracedRecord const& record, bool with_events) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("table", record.table).field("sourcedId", record.sourced_id).field("lives", record.lives).key("ids").begin_array();
  for (auto const& [since, id] : record.ids) json.begin_object().field("since", since).field("id", id).end_object();
  write_fields(json.end_array().key("fields"), record.fields, with_events);
  if (!record.metadata.empty()) write_fields(json.key("metadata"), record.metadata, with_events);
  json.end_object();
  return out;
}

std::string to_text(TracedRecord const& record, bool with_events) {
  std::string out = record.table + " " + visible(record.sourced_id) + (record.lives ? "" : " (no longer in the roster)") + "\n";
  if (record.ids.size() > 1)
    for (auto const& [since, id] : record.ids) out += "  id " + visible(id) + " since revision " + std::to_string(since) + "\n";
  for (auto const* fields : {&record.fields, &record.metadata})
    for (auto const& field : *fields) out += in_text(field, with_events);
  return out;
}

}  // namespace rollbook::runs
