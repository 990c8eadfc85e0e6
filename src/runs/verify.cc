#include "runs/verify.h"

#include <algorithm>
#include <set>

#include "runs/contents.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "store/audit.h"
#include "runs/search_index.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t most_told = 100;

class Verifying {
 public:
  Verifying(Hub& hub, store::District const& district, store::Database& roster) : hub_(hub), district_(district), roster_(roster) {}

  Verified run() {
    look_at_deliveries();
    auto revisions = roster_.prepare("SELECT count(*), coalesce(max(number), 0) FROM revisions");
    std::int64_t newest = 0;
    if (revisions->step()) out_.revisions = static_cast<std::uint64_t>(revisions->integer(0)), newest = revisions->integer(1);
    revisions.reset();
    if (static_cast<std::int64_t>(out_.revisions) != newest)
      tell("Revisions are missing: there are " + std::to_string(out_.revisions) + " up to " + std::to_string(newest) + ".");
    look_at_ids();
    for (auto const* table : all_tables) look_at_intervals(*table, newest);
    for (auto const* table : all_tables) look_at_rows(*table);
    look_at_digests();
    look_at_contents();
    look_at_audit();
    if (auto const trouble = verify_index(roster_)) tell(trouble->text);
    return std::move(out_);
  }

 private:
  void tell(std::string sentence) {
    ++out_.wrong_total;
    if (out_.wrong.size() < most_told) out_.wrong.push_back(std::move(sentence));
  }

  std::int64_t count(std::string const& sql) {
    auto row = roster_.prepare(sql);
    return row->step() ? row->integer(0) : 0;
  }

  void look_at_audit() {
    auto const chain = store::verify_audit(hub_.home.operations(), district_.id);
    if (!chain) return;  // the caller asks for trouble of the database
    out_.audit = static_cast<std::uint64_t>(chain->entries);
    out_.audit_end = chain->end;
    if (!chain->broken.empty()) tell(chain->broken);
  }

  void look_at_deliveries() {
    std::set<std::string> seen;
    for (auto const& run : store::list_runs(hub_.home.operations(), district_.id)) {
      if (run.delivery.empty() || !seen.insert(run.delivery).second) continue;
      ++out_.deliveries;
      for (auto const& wrong : verify_landed(hub_, district_, run.delivery)) tell("The delivery of run " + std::to_string(run.id) + ": " + wrong);
    }
    // An applied run has its revision, and the other way round.
    for (auto const& run : store::list_runs(hub_.home.operations(), district_.id)) {
      if (!run.revision) continue;
      auto row = roster_.prepare("SELECT number FROM revisions WHERE run = ?");
      if (!row->with(run.id).step() || row->integer(0) != *run.revision)
        tell("Run " + std::to_string(run.id) + " says it made revision " + std::to_string(*run.revision) + ", which the roster does not know.");
    }
    auto made = roster_.prepare("SELECT number, run FROM revisions ORDER BY number");
    while (made->step())
      if (!store::find_run(hub_.home.operations(), district_.id, made->integer(1)))
        tell("Revision " + std::to_string(made->integer(0)) + " was made by run " + std::to_string(made->integer(1)) + ", of which nothing is noted.");
  }

  void look_at_ids() {
    if (auto const twice = count("SELECT count(*) FROM (SELECT 1 FROM ids WHERE until IS NULL GROUP BY tbl, id HAVING count(*) > 1) AS twice"); twice > 0)
      tell(std::to_string(twice) + " ids belong to several records.");
    if (auto const twice = count("SELECT count(*) FROM (SELECT 1 FROM ids WHERE until IS NULL GROUP BY tbl, key HAVING count(*) > 1) AS twice"); twice > 0)
      tell(std::to_string(twice) + " records have several ids at once.");
    auto rows = roster_.prepare("SELECT tbl, key FROM ids WHERE until IS NULL");
    while (rows->step()) {
      auto& live = live_[static_cast<std::size_t>(rows->integer(0))];
      auto const key = static_cast<std::size_t>(rows->integer(1));
      if (key >= live.size()) live.resize(std::max(key + 1, 2 * live.size()));
      live[key] = true;
    }
  }

  bool lives(TableId table, std::uint32_t key) const {
    auto const& live = live_[static_cast<std::size_t>(table)];
    return key < live.size() && live[key];
  }

  void look_at_intervals(Table const& table, std::int64_t newest) {
    auto const name = store::quoted(table);
    auto const overlaps =
        count("SELECT count(*) FROM (SELECT row_until, lead(row_since) OVER (PARTITION BY row_key, row_source ORDER BY row_since) AS following FROM " + name +
              ") AS versions WHERE following IS NOT NULL AND (row_until IS NULL OR row_until > following)");
    if (overlaps > 0) tell(std::to_string(overlaps) + " versions of " + std::string(table.name) + " overlap.");
    auto const odd = count("SELECT count(*) FROM " + name + " WHERE row_until <= row_since OR row_since > " + std::to_string(newest) + " OR row_until > " +
                           std::to_string(newest));
    if (odd > 0) tell(std::to_string(odd) + " versions of " + std::string(table.name) + " lie outside of the revisions.");
  }

  void look_at_rows(Table const& table) {
    std::vector<bool> seen;
    std::uint64_t without_id = 0, dangling = 0;
    auto const& columns = stored_columns(table.id);
    store::RowSelect(roster_, table.id).each_current(std::nullopt, [&](store::RowVersion const& version) {
      ++out_.rows;
      if (version.key >= seen.size()) seen.resize(std::max<std::size_t>(version.key + 1u, 2 * seen.size()));
      seen[version.key] = true;
      without_id += !lives(table.id, version.key);
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].as == Stored::Key || columns[i].as == Stored::Keys)
          for (auto const to : keys_in(version.row, i, columns[i].as)) dangling += !lives(table.fields[columns[i].field].refers_to, to);
      return true;
    });
    if (without_id > 0) tell(std::to_string(without_id) + " " + std::string(table.name) + " have no id.");
    if (dangling > 0) tell(std::to_string(dangling) + " references of " + std::string(table.name) + " mean records that are not there.");
    auto const& live = live_[static_cast<std::size_t>(table.id)];
    std::uint64_t without_row = 0;
    for (std::size_t key = 0; key < live.size(); ++key) without_row += live[key] && (key >= seen.size() || !seen[key]);
    if (without_row > 0) tell(std::to_string(without_row) + " ids of " + std::string(table.name) + " belong to no record.");
  }

  void look_at_digests() {
    auto rows = roster_.prepare("SELECT source, tbl, rows, columns FROM packed_tables");
    struct One {
      std::int64_t source, rows;
      TableId table;
      std::string columns;
    };
    std::vector<One> all;
    while (rows->step()) all.push_back({rows->integer(0), rows->integer(2), static_cast<TableId>(rows->integer(1)), std::string(rows->text(3))});
    rows.reset();
    auto const seed = seed_of(hub_, district_.id);
    for (auto const& one : all) {
      auto const& table = table_of(one.table);
      store::StoredSaid said(roster_, one.source, seed), anew(roster_, one.source, seed);
      anew.mask(one.table, columns_in(table, one.columns));
      std::uint64_t differ = 0, packed = 0;
      for (std::size_t p = 0; p < (std::size_t{1} << said.bits(one.table)); ++p) {
        auto was = said.partition(one.table, p), is = anew.partition(one.table, p);
        packed += was.size();
        auto const by_key = [](PackedRow const& a, PackedRow const& b) { return a.key < b.key; };
        std::sort(was.begin(), was.end(), by_key);
        std::sort(is.begin(), is.end(), by_key);
        std::size_t i = 0, j = 0;
        while (i < was.size() || j < is.size()) {
          if (j == is.size() || (i < was.size() && was[i].key < is[j].key)) ++differ, ++i;
          else if (i == was.size() || is[j].key < was[i].key) ++differ, ++j;
          else differ += !(was[i] == is[j]), ++i, ++j;
        }
      }
      if (differ > 0) tell(std::to_string(differ) + " digests of " + std::string(table.name) + " do not say what the rows say.");
      if (packed != static_cast<std::uint64_t>(one.rows))
        tell("The count of " + std::string(table.name) + " is " + std::to_string(one.rows) + ", there are " + std::to_string(packed) + ".");
    }
  }

  // What runs keep to be looked at: lists say what they count, and what rows are read from is sound.
  void look_at_contents() {
    auto kept = roster_.prepare("SELECT run FROM run_contents");
    while (kept->step())
      if (!store::find_run(hub_.home.operations(), district_.id, kept->integer(0)))
        tell("Findings or lists are kept of run " + std::to_string(kept->integer(0)) + ", of which nothing is noted.");
    kept.reset();
    std::uint64_t odd = 0;
    auto parts = roster_.prepare("SELECT first, entries, bytes FROM run_changes");
    while (parts->step()) {
      auto const changes = unpack_changes(parts->blob(2));
      auto const first = std::count_if(changes.begin(), changes.end(), [](ListedChange const& change) { return change.first; });
      odd += changes.size() != static_cast<std::uint64_t>(parts->integer(1)) || first != parts->integer(0);
    }
    parts.reset();
    if (odd > 0) tell(std::to_string(odd) + " lists of changes do not have as many entries as they say.");
    auto files = roster_.prepare("SELECT DISTINCT hash FROM run_files WHERE unpacked = 1");
    while (files->step())
      if (auto const trouble = verify_sealed(hub_, district_, std::string(files->text(0)), Shelf::Unpacked))
        tell("What rows of a waiting run are read from: " + trouble->text);
  }

  Hub& hub_;
  store::District const& district_;
  store::Database& roster_;
  std::array<std::vector<bool>, table_count> live_;
  Verified out_;
};

}  // namespace

Result<Verified> verify(Hub& hub, store::District const& district) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto verified = Verifying(hub, district, **roster).run();
  if ((*roster)->trouble()) return *(*roster)->trouble();
  if (hub.home.operations().trouble()) return *hub.home.operations().trouble();
  return verified;
}

}  // namespace rollbook::runs
