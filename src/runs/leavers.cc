#include "runs/leavers.h"

#include <algorithm>

#include "runs/apply.h"
#include "runs/search_index.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

// Of somebody who waits for an answer.
class Patience {
 public:
  explicit Patience(std::function<bool()> const& enough) : enough_(enough) {}
  bool is_over() { return over_ = over_ || (enough_ && enough_()); }

 private:
  std::function<bool()> const& enough_;
  bool over_ = false;
};

// The keys of a table in stretches that are read quickly, as long as there is patience: a statement over all of them might find nothing for a long time.
template <class F>
void for_stretches(store::Database& roster, Table const& table, Patience& patience, F const& read) {
  constexpr std::int64_t stretch = 50'000;
  auto row = roster.prepare("SELECT coalesce(max(row_key), -1) FROM " + store::quoted(table));
  auto const last = row->step() ? row->integer(0) : -1;
  row.reset();
  for (std::int64_t from = 0; from <= last && !roster.trouble() && !patience.is_over(); from += stretch) read(from, from + stretch);
}

std::string name_in(Table const& table, StoredColumn const& column) { return "\"" + std::string(table.fields[column.field].name) + "\""; }

// Versions that are over and mean one of these records by a reference of their own: not by a list, which is about others too.
void add_what_means(store::Database& roster, TableId whole, std::vector<bool> const& keys, std::vector<PastVersion>& found, Patience& patience) {
  for (auto const* table : all_tables)
    for (auto const& column : stored_columns(table->id)) {
      if (table->id == whole || table->fields[column.field].refers_to != whole || column.as != Stored::Key) continue;
      auto const name = name_in(*table, column);
      auto rows = roster.prepare("SELECT " + name + ", row_key, row_source, row_since, row_until FROM " + store::quoted(*table) +
                                 " WHERE row_key >= ? AND row_key < ? AND row_until IS NOT NULL AND " + name + " IS NOT NULL");
      for_stretches(roster, *table, patience, [&](std::int64_t from, std::int64_t to) {
        for (rows->with(from, to); rows->step();)
          if (auto const key = static_cast<std::size_t>(rows->integer(0)); key < keys.size() && keys[key])
            found.push_back({table->id, static_cast<std::uint32_t>(rows->integer(1)), rows->integer(2), rows->integer(3), rows->integer(4)});
        rows->reset();
      });
    }
}

void keep_key(std::vector<bool>& keys, std::uint32_t key) {
  if (key >= keys.size()) keys.resize(std::max<std::size_t>(key + 1u, 2 * keys.size()));
  keys[key] = true;
}

// Records of a table of which nothing would be left.
std::vector<bool> gone_of(store::Database& roster, TableId table, std::vector<PastVersion> const& found) {
  std::map<std::uint32_t, std::int64_t> versions;
  for (auto const& one : found)
    if (one.table == table) ++versions[one.key];
  std::vector<bool> gone;
  auto rows = roster.prepare("SELECT count(*) FROM " + store::quoted(table_of(table)) + " WHERE row_key = ?");
  for (auto const& [key, count] : versions) {
    if (rows->with(key).step() && rows->integer(0) == count) keep_key(gone, key);
    rows->reset();
  }
  return gone;
}

// Revisions that gave or ended something of a record besides its versions.
class OtherRevisions {
 public:
  explicit OtherRevisions(store::Database& roster)
      : ids_(roster.prepare("SELECT since, until FROM ids WHERE tbl = ? AND key = ?")),
        edits_(roster.prepare("SELECT since, until FROM overlay WHERE tbl = ? AND key = ?")) {}

  void add(TableId table, std::uint32_t key, std::set<std::int64_t>& revisions) {
    for (auto* rows : {ids_.get(), edits_.get()}) {
      for (rows->with(static_cast<int>(table), key); rows->step();) {
        revisions.insert(rows->integer(0));
        if (!rows->is_null(1)) revisions.insert(rows->integer(1));
      }
      rows->reset();
    }
  }

 private:
  std::unique_ptr<store::Statement> ids_, edits_;
};

std::int64_t last_revision_before(store::Database& roster, std::string const& day) {
  auto row = roster.prepare("SELECT coalesce(max(number), 0) FROM revisions WHERE at < ?");
  return row->with(day).step() ? row->integer(0) : 0;
}

// Lists of what is searched for may still have them, when they trail the roster.
void forget_index_that_trails(store::Database& roster) {
  if (index_state(roster).is_behind()) drop_index(roster);
}

class Forgetting {
 public:
  Forgetting(store::Database& roster, TableId table, std::string const& at)
      : roster_(roster),
        table_(table),
        at_(at),
        lives_(roster.prepare("SELECT 1 FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_until IS NULL")),
        left_(roster.prepare("SELECT 1 FROM " + store::quoted(table_of(table)) + " WHERE row_key = ?")),
        remove_(roster.prepare("DELETE FROM " + store::quoted(table_of(table)) +
                               " WHERE row_key = ? AND row_source = ? AND row_since = ? AND row_until IS NOT NULL")),
        redact_(roster.prepare("INSERT INTO redacted(tbl, key, source, since, until, at) VALUES(?, ?, ?, ?, ?, ?)")),
        others_(roster) {}

  // Versions of one record.
  void forget(std::span<PastVersion const> versions, LeaversGone& gone) {
    auto const key = versions.front().key;
    auto const t = static_cast<int>(table_);
    if (table_ == TableId::Users && is_there(*lives_, key)) return;
    for (auto const& one : versions) {
      remove_->run(key, one.source, one.since);
      redact_->run(t, key, one.source, one.since, one.until, at_);
      gone.revisions.insert(one.since);
      gone.revisions.insert(one.until);
    }
    if (is_there(*left_, key)) return;
    ++(table_ == TableId::Users ? gone.people : gone.parts);
    others_.add(table_, key, gone.revisions);
    // What a person let be of it is about them too.
    roster_.run("DELETE FROM quality_accepted WHERE tbl = ? AND record IN (SELECT id FROM ids WHERE tbl = ? AND key = ?)", t, t, key);
    for (auto const* of : {"ids", "overlay"}) roster_.run("DELETE FROM " + std::string(of) + " WHERE tbl = ? AND key = ?", t, key);
  }

 private:
  static bool is_there(store::Statement& row, std::uint32_t key) {
    bool const there = row.with(key).step();
    row.reset();
    return there;
  }

  store::Database& roster_;
  TableId table_;
  std::string const& at_;
  std::unique_ptr<store::Statement> lives_, left_, remove_, redact_;
  OtherRevisions others_;
};

}  // namespace

Leavers find_leavers(store::Database& roster, std::string const& before, std::function<bool()> const& enough) {
  Leavers leavers;
  Patience patience(enough);
  auto const last = last_revision_before(roster, before);
  std::vector<bool> people;
  auto left = roster.prepare(
      "SELECT row_key FROM users WHERE row_key >= ? AND row_key < ? GROUP BY row_key HAVING count(*) = count(row_until) AND max(row_until) <= ?");
  for_stretches(roster, table_of(TableId::Users), patience, [&](std::int64_t from, std::int64_t to) {
    for (left->with(from, to, last); left->step(); ++leavers.people) keep_key(people, static_cast<std::uint32_t>(left->integer(0)));
    left->reset();
  });
  leavers.whole = !patience.is_over();
  if (leavers.people == 0) return leavers;
  auto& versions = leavers.versions;
  add_what_means(roster, TableId::Users, people, versions, patience);
  if (auto const results = gone_of(roster, TableId::Results, versions); !results.empty()) add_what_means(roster, TableId::Results, results, versions, patience);
  std::sort(versions.begin(), versions.end());
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  auto of = roster.prepare("SELECT row_source, row_since, row_until FROM users WHERE row_key = ? ORDER BY row_source, row_since");
  for (std::uint32_t key = 0; key < people.size(); ++key) {
    if (!people[key]) continue;
    if (key % 256 == 0 && patience.is_over()) break;
    for (of->with(key); of->step();) versions.push_back({TableId::Users, key, of->integer(0), of->integer(1), of->integer(2)});
    of->reset();
  }
  OtherRevisions others(roster);
  std::optional<std::pair<TableId, std::uint32_t>> seen;
  for (auto const& one : versions) {
    leavers.revisions.insert({one.since, one.until});
    if (seen == std::pair(one.table, one.key)) continue;
    seen.emplace(one.table, one.key);
    if (one.table != TableId::Users) ++leavers.parts;
    else if (one.key % 256 != 0 || !patience.is_over()) others.add(one.table, one.key, leavers.revisions);
  }
  auto received = roster.prepare("SELECT source, id, key FROM received_ids WHERE tbl = ?");
  for (received->with(static_cast<int>(TableId::Users)); received->step();)
    if (auto const key = static_cast<std::size_t>(received->integer(2)); key < people.size() && people[key])
      leavers.received_ids.emplace_back(received->integer(0), received->text(1));
  received->reset();
  auto rows = roster.prepare("SELECT revision FROM past_undoing");
  while (rows->step()) leavers.revisions.erase(rows->integer(0));
  leavers.whole = !patience.is_over();
  return leavers;
}

LeaversGone forget_leavers(store::Database& roster, std::span<PastVersion const> versions, std::string const& at) {
  LeaversGone gone;
  for (std::size_t from = 0; from < versions.size();) {
    auto const table = versions[from].table;
    Forgetting forgetting(roster, table, at);
    while (from < versions.size() && versions[from].table == table) {
      auto to = from + 1;
      while (to < versions.size() && versions[to].table == table && versions[to].key == versions[from].key) ++to;
      forgetting.forget(versions.subspan(from, to - from), gone);
      from = to;
    }
  }
  if (gone.revisions.empty()) return gone;
  std::erase_if(gone.revisions, [&](std::int64_t revision) { return !past_undoing_since(roster, revision).empty(); });
  auto past = roster.prepare("INSERT INTO past_undoing(revision, at) VALUES(?, ?)");
  for (auto const revision : gone.revisions) past->run(revision, at);
  forget_index_that_trails(roster);
  return gone;
}

void forget_received_ids(store::Database& roster, Leavers const& leavers) {
  auto remove = roster.prepare("DELETE FROM received_ids WHERE source = ? AND tbl = ? AND id = ?");
  for (auto const& [source, id] : leavers.received_ids) remove->run(source, static_cast<int>(TableId::Users), id);
}

bool lacks_people(store::Database& roster, std::int64_t revision) {
  auto row = roster.prepare("SELECT 1 FROM redacted WHERE since <= ? AND until > ? LIMIT 1");
  return row->with(revision, revision).step();
}

std::string lacks_people_since(store::Database& roster, std::int64_t revision) {
  auto row = roster.prepare("SELECT max(at) FROM redacted WHERE since <= ? AND until > ?");
  return row->with(revision, revision).step() && !row->is_null(0) ? std::string(row->text(0)) : "";
}

bool anybody_let_go(store::Database& roster) { return roster.prepare("SELECT 1 FROM past_undoing LIMIT 1")->step(); }

std::string past_undoing_since(store::Database& roster, std::int64_t revision) {
  auto row = roster.prepare("SELECT at FROM past_undoing WHERE revision = ?");
  return row->with(revision).step() ? std::string(row->text(0)) : "";
}

std::string why_past_undoing(std::int64_t run, std::string const& since) {
  return "Run " + std::to_string(run) + " can no longer be undone: it changed something about people who have left, and who were let go on " +
         since.substr(0, 10) + ", as the settings of the district say.";
}

}  // namespace rollbook::runs
