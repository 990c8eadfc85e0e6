#include "runs/undo.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>
#include <unordered_set>

#include "runs/apply.h"
#include "runs/handover.h"
#include "runs/leavers.h"
#include "runs/look.h"
#include "runs/merge_records.h"
#include "runs/names.h"
#include "runs/outcome.h"
#include "runs/overlay.h"
#include "runs/plan_parts.h"
#include "runs/queue.h"
#include "runs/recount.h"
#include "runs/said_versions.h"
#include "runs/source_change.h"
#include "runs/undo_back.h"
#include "runs/undo_ids.h"
#include "runs/undone.h"
#include "runs/unowned.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_told = 200;

class Undoing {
 public:
  Undoing(Hub& hub, store::Database& roster, store::Source const& source, Revision const& undone, std::string const& first_of, Revision const& revision,
          bool force)
      : hub_(hub),
        roster_(roster),
        source_(source),
        undone_(undone),
        first_of_("," + first_of + ","),
        revision_(revision),
        force_(force),
        said_(roster, source.id, 0),
        people_(roster, TableId::Users) {}

  Answer run() {
    Answer answer;
    std::string digest;
    all_.push_back(this);
    for (auto const& other : beside) all_.push_back(other.get());
    for (auto* one : all_) {
      one->all_ = all_;
      for (auto const* table : all_tables) one->collect(table->id);
    }
    for (bool more = true; more;) {
      more = false;
      for (auto* one : all_)
        for (auto const* table : all_tables) more |= one->find_broken_references(table->id);
    }
    write_back(answer, digest);
    for (auto const& other : beside) {
      Answer more;
      other->toward_source = rejects_beside;
      other->write_back(more, digest);
      told_.insert(told_.end(), other->told_.begin(), other->told_.end());
      conflicts_ += other->conflicts_;
      add_what_changed_hands(answer, more);
    }
    for (auto const& other : beside) other->undo_ids();
    undo_edits(answer, digest);
    undo_ids();
    take_back_rekey(roster_, std::string_view(first_of_).substr(1, first_of_.size() - 2), undone_.number, revision_.number, answer, digest);
    answer.digest = digest_text(digest);
    return answer;
  }

  bool rejects_beside = false;                   // what it takes from other sources, these go on saying
  bool toward_source = true;                     // the undone revision took what the source says: undoing it rejects that
  std::vector<std::unique_ptr<Undoing>> beside;  // other sources whose say the revision changed

 private:
  void write_back(Answer& answer, std::string& digest) {
    for (auto const* table : all_tables) write(table->id, answer, digest);
    count_rows(roster_, source_.id, counts_);
    uncount_removals(roster_, source_.id, counts_, undone_.number);
  }

  std::vector<Back>& of(TableId table) { return backs_[static_cast<std::size_t>(table)]; }

  void collect(TableId table) {
    auto& backs = of(table);
    bool const first = first_of_.find("," + std::string(table_of(table).name) + ",") != std::string::npos;
    if (first) {
      std::unordered_map<std::uint32_t, std::uint64_t> id_of;
      for (std::size_t p = 0; said_.any(table) && p < (std::size_t{1} << said_.bits(table)); ++p)
        for (auto const& row : said_.partition(table, p)) id_of.emplace(row.key, row.id);
      auto rows = roster_.prepare("SELECT row_key, row_until FROM " + store::quoted(table_of(table)) + " WHERE row_source = ? AND row_since = ?");
      for (rows->with(source_.id, undone_.number); rows->step();) {
        Back back;
        back.key = static_cast<std::uint32_t>(rows->integer(0));
        back.id = id_of.count(back.key) > 0 ? id_of[back.key] : 0;
        back.now = rows->is_null(1);
        back.conflict = !back.now;
        backs.push_back(back);
      }
    } else {
      auto row = roster_.prepare("SELECT entries FROM packed_before WHERE source = ? AND tbl = ? AND revision = ?");
      if (row->with(source_.id, static_cast<int>(table), undone_.number).step())
        for (auto const& one : unpack(row->blob(0)).value_or(std::vector<PackedRow>())) backs.push_back({one.id, one.key, one.digest, false, false, false});
      row.reset();
    }
    if (backs.empty()) return;
    std::sort(backs.begin(), backs.end(), [](Back const& a, Back const& b) { return a.key < b.key; });  // as they lie in the table
    auto since = roster_.prepare("SELECT row_since FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_source = ? AND row_until IS NULL");
    auto changed = roster_.prepare("SELECT 1 FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_source = ? AND row_since = ?");
    auto ended = roster_.prepare("SELECT max(row_until) FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_source = ?");
    for (auto& back : backs) {
      if (first) {
        if (back.conflict && force_) back.now = since->with(back.key, source_.id).step(), since->reset();
        continue;
      }
      std::int64_t at = 0;
      back.now = since->with(back.key, source_.id).step();
      if (back.now) at = since->integer(0);
      since->reset();
      back.then = back.before != Digest{} || was_there(roster_, table, back.key, source_.id, undone_.number);
      bool const had = changed->with(back.key, source_.id, undone_.number).step();  // it created or changed the record
      changed->reset();
      back.conflict = had ? at != undone_.number : back.now;
      if (!had && !back.now && ended->with(back.key, source_.id).step()) back.conflict = ended->integer(0) > undone_.number;  // it came and went again
      ended->reset();
    }
    for (auto& back : backs) {
      if (!back.conflict) continue;
      bool const concerns = first ? back.id != 0 : back.now || back.then;
      if (!force_ && concerns) tell_conflict(table, back, "changed since");
      else back.conflict = false;
    }
    backs.erase(std::remove_if(backs.begin(), backs.end(), [](Back const& b) { return b.conflict || (!b.now && !b.then); }), backs.end());
  }

  void tell_conflict(TableId table, Back const& back, std::string const& why) { tell_conflict(table, back.key, why); }
  void tell_conflict(TableId table, std::uint32_t key, std::string const& why) {
    ++conflicts_;
    if (told_.size() < most_told) told_.push_back(std::string(table_of(table).one) + " " + id_of(roster_, table, key) + ": " + why);
  }

  Back const* find(TableId table, std::uint32_t key) {
    auto const& backs = of(table);
    auto const at = std::lower_bound(backs.begin(), backs.end(), key, [](Back const& b, std::uint32_t k) { return b.key < k; });
    return at != backs.end() && at->key == key ? &*at : nullptr;
  }

  // What comes back gets the id it had: by now another record may be called so, by hand or by another source.
  bool find_taken_ids(TableId table) {
    auto const t = static_cast<int>(table);
    auto there = roster_.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND until IS NULL");
    EndedIds ended(roster_, undone_.number);
    std::unordered_map<std::string, Back*> wanted;
    for (auto& back : of(table)) {
      if (!back.then || back.now || back.conflict) continue;
      bool const has_one = there->with(t, back.key).step();
      there->reset();
      if (!has_one) wanted.emplace(ended.of(table, back.key), &back);
    }
    if (wanted.empty()) return false;
    bool more = false;
    auto ids = roster_.prepare("SELECT key, id FROM ids WHERE tbl = ? AND until IS NULL AND since <> ?");
    std::vector<std::pair<std::uint32_t, Back*>> taken;
    for (ids->with(t, undone_.number); ids->step();)  // what the revision gave is given back with it
      if (auto const at = wanted.find(std::string(ids->text(1))); at != wanted.end())
        taken.emplace_back(static_cast<std::uint32_t>(ids->integer(0)), at->second);
    ids->reset();
    for (auto const& [owner, back] : taken) {
      if (owner == back->key || !will_live(table, owner)) continue;
      back->conflict = more = true;
      tell_conflict(table, *back, "its id belongs to another record by now");
    }
    return more;
  }

  // What comes back needs what it refers to; what goes must not be needed by what stays.
  bool find_broken_references(TableId table) {
    auto& backs = of(table);
    bool const newest = last_revision(roster_) == undone_.number;
    if (newest) return false;  // nothing happened since: all of it goes back together
    bool more = find_taken_ids(table);
    store::RowSelect select(roster_, table);
    StoredRow row;
    for (auto& back : backs) {
      if (back.conflict) continue;
      if (back.then && !back.now) {
        auto const owner = said_.key_of(table, back.id, true);
        auto const* other = owner == no_key || owner == back.key ? nullptr : find(table, owner);
        if (bool const is_one = other != nullptr && !other->then && !other->conflict; owner != no_key && owner != back.key && !is_one) {
          back.conflict = more = true;
          tell_conflict(table, back, "its id belongs to another record by now");
          continue;
        }
      }
      if (!back.then || !select.at(back.key, source_.id, undone_.number - 1, row)) continue;
      each_reference(table, row, [&](Field const& field, std::uint32_t to) {
        if (back.conflict) return;
        if (!will_live(field.refers_to, to)) back.conflict = true;
      });
      if (back.conflict) tell_conflict(table, back, "refers to something that has gone since"), more = true;
    }
    // Rows that stay and refer to records that would go.
    std::vector<TableId> targets;
    for (auto const& field : table_of(table).fields)
      if (field.refers_to != TableId::None &&
          std::any_of(of(field.refers_to).begin(), of(field.refers_to).end(), [](Back const& b) { return b.now && !b.then; }))
        targets.push_back(field.refers_to);
    if (!targets.empty()) {
      select.each_current(std::nullopt, [&](store::RowVersion const& version) {
        if (goes_back(table, version.key, version.source)) return true;
        each_reference(table, version.row, [&](Field const& field, std::uint32_t to) {
          auto* other = const_cast<Back*>(find(field.refers_to, to));
          if (other == nullptr || other->then || other->conflict || will_live(field.refers_to, to)) return;
          other->conflict = more = true;
          tell_conflict(field.refers_to, *other, "later records refer to it");
        });
        return true;
      });
    }
    more |= keep_together(table);
    for (auto& all : backs_) all.erase(std::remove_if(all.begin(), all.end(), [](Back const& b) { return b.conflict; }), all.end());
    return more;
  }

  // What became one is set apart again whole, or not at all: the source has one id for it.
  bool keep_together(TableId table) {
    bool more = false;
    std::unordered_map<std::uint64_t, Back*> with_id;
    for (auto& back : of(table)) {
      auto const [at, first] = with_id.emplace(back.id, &back);
      if (first || at->second->conflict == back.conflict) continue;
      at->second->conflict = back.conflict = more = true;
    }
    return more;
  }

  bool goes_back(TableId table, std::uint32_t key, std::int64_t source) {
    return std::any_of(all_.begin(), all_.end(), [&](auto* one) { return one->source_.id == source && one->find(table, key) != nullptr; });
  }

  // Whoever says so, once all of it has gone back.
  bool will_live(TableId table, std::uint32_t key) {
    bool concerned = false;
    for (auto* one : all_)
      if (auto const* back = one->find(table, key); back != nullptr) {
        if (back->then) return true;
        concerned = true;
      }
    return !concerned && is_live(table, key);
  }

  bool is_live(TableId table, std::uint32_t key) {
    auto& row = live_[static_cast<std::size_t>(table)];
    if (!row) row = roster_.prepare("SELECT 1 FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_until IS NULL");
    bool const lives = row->with(key).step();
    row->reset();
    return lives;
  }

  void write(TableId table, Answer& answer, std::string& digest) {
    auto const& backs = of(table);
    if (backs.empty()) return;
    auto const name = store::quoted(table_of(table));
    std::string columns = "row_line, row_modified, row_metadata";
    for (auto const& column : stored_columns(table)) columns += ", \"" + std::string(table_of(table).fields[column.field].name) + "\"";
    auto end = roster_.prepare("UPDATE " + name + " SET row_until = ? WHERE row_key = ? AND row_source = ? AND row_until IS NULL");
    auto copy = roster_.prepare("INSERT INTO " + name + "(row_key, row_source, row_since, " + columns + ") SELECT row_key, row_source, " +
                                std::to_string(revision_.number) + ", " + columns + " FROM " + name +
                                " WHERE row_key = ? AND row_source = ? AND row_since < ? AND (row_until IS NULL OR row_until >= ?)");
    std::set<std::uint32_t> keys;
    for (auto const& back : backs) keys.insert(back.key);
    auto const said = said_.with_keys(table, keys);
    std::vector<PackedRow> now, before;
    Counts counts;
    auto aside = roster_.prepare("INSERT INTO set_aside(source, tbl, id, low, high, kind, run) VALUES(?, ?, ?, ?, ?, 'rejected', ?)");
    auto clear = roster_.prepare("DELETE FROM set_aside WHERE source = ? AND tbl = ? AND id = ?");
    store::RowSelect select(roster_, table);
    StoredRow old_row, new_row;
    bool moves_parts = table == TableId::Roles;
    for (auto const& back : backs) {
      std::vector<School> schools_now, schools_then;
      if (back.now && select.current(back.key, source_.id, old_row)) schools_now = count(table, back.key, old_row, -1);
      if (back.now) end->run(revision_.number, back.key, source_.id);
      if (back.then) {
        copy->run(back.key, source_.id, undone_.number, undone_.number);
        if (select.current(back.key, source_.id, new_row)) schools_then = count(table, back.key, new_row, +1);
      }
      moves_parts |= back.now && back.then && schools_now != schools_then;
      bool const lost = back.now && back.then && counts_as_removal(table, new_row, old_row, hub_.today);
      take_back_removal(table, schools_then, schools_now, !back.now, lost);
      ++(back.now ? back.then ? counts.updated : counts.removed : counts.created);
      auto const here = said.find(back.key);
      auto const digest_now = here == said.end() ? Digest{} : here->second.digest;
      now.push_back({back.id, back.then ? back.key : no_key, back.before});
      before.push_back({back.id, back.key, digest_now});
      clear->run(source_.id, static_cast<int>(table), static_cast<std::int64_t>(back.id));
      if (toward_source)
        aside->run(source_.id, static_cast<int>(table), static_cast<std::int64_t>(back.id), static_cast<std::int64_t>(digest_now.low),
                   static_cast<std::int64_t>(digest_now.high), revision_.run);
      digest.append(reinterpret_cast<char const*>(&back.id), sizeof back.id).append(reinterpret_cast<char const*>(&back.before), sizeof back.before);
    }
    if (moves_parts) count_anew(roster_, source_.id);
    std::stable_partition(now.begin(), now.end(), [](PackedRow const& row) { return row.key == no_key; });  // its id may be another record's again
    auto const rows = said_.rows(table) + counts.created - counts.removed;
    said_.save(table, revision_.number, said_.bits(table), now, rows, said_.columns(table));
    roster_.run("INSERT INTO packed_before(source, tbl, revision, entries) VALUES(?, ?, ?, ?)", source_.id, static_cast<int>(table), revision_.number,
                store::Blob{pack(before)});
    answer.tables.emplace_back(std::string(table_of(table).name), counts);
  }

  // What the undone revision had counted as going, at the schools where the record is again.
  void take_back_removal(TableId table, std::vector<School> const& then, std::vector<School> const& now, bool gone, bool lost) {
    auto const number = static_cast<std::uint8_t>(table);
    for (auto const school : then) {
      bool const left = !std::binary_search(now.begin(), now.end(), school);
      counts_[{number, school}].gone += left || lost;
      counts_[{number, school}].less += left;
    }
    counts_[{number, whole_district}].gone += (gone && !then.empty()) || lost;
    counts_[{number, whole_district}].less += gone && !then.empty();
  }

  // At which schools it is.
  std::vector<School> count(TableId table, std::uint32_t key, StoredRow const& row, int sign) {
    if (!classes_known_) {
      auto rows = roster_.prepare("SELECT row_key, \"schoolSourcedId\" FROM \"classes\" ORDER BY row_since");
      while (rows->step())
        if (!rows->is_null(1)) schools_.class_is_at(static_cast<std::uint32_t>(rows->integer(0)), static_cast<std::uint32_t>(rows->integer(1)));
      learn_classes_of_parts(roster_, !of(TableId::ResultScoreScales).empty() || !of(TableId::ResultLearningObjectiveIds).empty(), "ORDER BY row_since",
                             schools_);
      classes_known_ = true;
    }
    auto const& where = schools_.of(table, key, row, [&](std::uint32_t person) {
      std::vector<std::uint32_t> orgs;
      static auto const many = stored_index(TableId::Users, "orgSourcedIds"), primary = stored_index(TableId::Users, "primaryOrgSourcedId");
      people_.each_version(person, [&](store::RowVersion const& version) {
        orgs = keys_in(version.row, many, Stored::Keys);
        for (auto const org : keys_in(version.row, primary, Stored::Key)) orgs.push_back(org);
        return true;
      });
      schools_.person_is_at(person, std::move(orgs));
    });
    for (auto const school : where) {
      auto& change = counts_[{static_cast<std::uint8_t>(table), school}];
      change.grown += sign;
      ++(sign > 0 ? change.created : change.removed);
    }
    return where;
  }

  // Ids that the revision gave or took away, of the records that go back.
  void undo_ids() {
    auto end = roster_.prepare("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL");
    auto there = roster_.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND until IS NULL");
    EndedIds ended(roster_, undone_.number);
    auto insert = roster_.prepare("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)");
    for (std::size_t t = 0; t < table_count; ++t)
      for (auto const& back : backs_[t]) {
        if (back.now == back.then) continue;
        if (back.now) {
          if (!is_live(static_cast<TableId>(t), back.key)) end->run(revision_.number, t, back.key);
          continue;
        }
        bool const lives = there->with(t, back.key).step();
        there->reset();
        if (lives) continue;
        insert->run(t, back.key, revision_.number, ended.of(static_cast<TableId>(t), back.key));
      }
  }

  // Fields set by hand: the layer above.
  void undo_edits(Answer& answer, std::string& digest) {
    auto const edits = take_back_edits(roster_, undone_.number, revision_.number);
    for (auto const& [table, key, field] : edits.edited_since) tell_conflict(table, key, field + " was edited since");
    digest += edits.digest;
    std::map<TableId, std::uint64_t> by_table;
    for (auto const& [table, key] : edits.records) ++by_table[table];
    for (auto const& [table, count] : by_table) {
      std::string const name(table_of(table).name);
      auto const at = std::find_if(answer.tables.begin(), answer.tables.end(), [&](auto const& t) { return t.first == name; });
      if (at != answer.tables.end()) at->second.updated += count;
      else answer.tables.emplace_back(name, Counts{0, count, 0, 0, 0});
    }
    answer.conflicts = told_;
    if (conflicts_ > told_.size()) answer.conflicts.push_back("and " + std::to_string(conflicts_ - told_.size()) + " more");
  }

  Hub& hub_;
  store::Database& roster_;
  store::Source const& source_;
  Revision const& undone_;
  std::string first_of_;
  Revision const& revision_;
  bool force_;
  store::StoredSaid said_;
  std::array<std::vector<Back>, table_count> backs_;
  std::vector<std::string> told_;
  std::uint64_t conflicts_ = 0;
  std::vector<Undoing*> all_;  // this one and those beside it
  store::RowSelect people_;
  std::array<std::unique_ptr<store::Statement>, table_count> live_;
  Schools schools_;
  bool classes_known_ = false;
  SchoolCounts counts_;
};

Result<Answer> undo_in(Hub& hub, store::District const& district, store::Run const& run, bool force, bool dry_run) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const found = revision_of_run(**roster, *run.undoes);
  if (!found) return Trouble{"Run " + std::to_string(*run.undoes) + " has changed nothing that could be undone."};
  if (auto const since = past_undoing_since(**roster, found->revision.number); !since.empty()) return Trouble{why_past_undoing(*run.undoes, since)};
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble();
  auto const source_of = [&](std::int64_t id) {
    for (auto const& one : *sources)
      if (one.id == id) return one;
    store::Source unknown;
    unknown.id = id;
    return unknown;
  };
  auto const source = source_of(found->source.value_or(0));
  auto const change = becomes(hub.home.operations(), run);
  std::vector<store::Source> others;
  for (auto const id : other_sources_of(**roster, *found)) others.push_back(source_of(id));
  Answer answer;
  auto const begun = std::chrono::steady_clock::now();
  auto const trouble = (*roster)->transaction([&] {
    Revision revision{last_revision(**roster) + 1, run.id, "undo", hub.actor.at, run.who, "", "", found->revision.number};
    Undoing undoing(hub, **roster, source, found->revision, found->first_of, revision, force);
    undoing.toward_source = found->source && !change && goes_toward_source(**roster, found->revision);
    undoing.rejects_beside = deletes_again(**roster, found->revision);
    for (auto const& other : others) undoing.beside.push_back(std::make_unique<Undoing>(hub, **roster, other, found->revision, "", revision, force));
    answer = undoing.run();
    if (change) {
      set_unowned(**roster, change->source, change->state != "active");
      undo_other_ids(**roster, found->revision.number, revision.number);
      if (merged_organizations(**roster, found->revision.number)) {
        recount_rows(**roster, source.id);
        for (auto const& other : others) recount_rows(**roster, other.id);
      }
    }
    if (!dry_run) answer.run = run.id;
    answer.kind = "undo";
    answer.district = district.name;
    answer.source = source.name;
    bool const spoke = found->source && take_back_version(**roster, *found->source, found->revision.number, revision.number);
    bool const nothing = answer.tables.empty() && !spoke;
    answer.outcome = nothing ? "no_changes" : answer.conflicts.empty() ? "applied" : "applied_with_warnings";
    answer.reasons.push_back("Run " + std::to_string(*run.undoes) + " is taken back" +
                             (answer.conflicts.empty() ? "." : ", apart from what was changed since."));
    auto const by = taken_back_by(**roster, found->revision);
    if (change && !by && answer.outcome == "no_changes") answer.outcome = "applied";  // of the source itself
    if (answer.outcome == "no_changes") {
      if (by) answer.conflicts.clear();
      std::string const name = "Run " + std::to_string(*run.undoes);
      answer.reasons = {by ? name + " was taken back already, by run " + std::to_string(*by) + "."
                           : "Nothing of run " + std::to_string(*run.undoes) + " can be taken back" +
                                 (answer.conflicts.empty() ? ": it is not in force any more." : ": all of it was changed since.")};
      return false;
    }
    if (!dry_run) answer.revision = revision.number;
    revision.digest = answer.digest;
    revision.report = to_json(answer);
    write_revision(**roster, revision, found->source, found->first_of.starts_with("rekeyed ") ? found->first_of : "");
    return !dry_run;
  });
  if (trouble) return *trouble;
  answer.milliseconds = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count());
  return answer;
}

}  // namespace

Result<Answer> undo_run(Hub& hub, store::District const& district, store::Run const& run, bool force) { return undo_in(hub, district, run, force, false); }

Result<Answer> undo(Hub& hub, store::District const& district, std::int64_t number, bool force, bool dry_run) {
  if (!dry_run) return work_off(hub, district, "undo", queue_undo(hub, district, number, force));
  auto& operations = hub.home.operations();
  auto const undone = store::find_run(operations, district.id, number);
  if (operations.trouble()) return *operations.trouble();
  if (!undone) return Trouble{store::no_run(district, number)};
  return undo_in(hub, district, undo_of(hub, district, *undone, force), force, true);
}

}  // namespace rollbook::runs
