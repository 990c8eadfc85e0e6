#include "runs/inbox.h"

#include <algorithm>
#include <unordered_map>

#include "base/hash.h"
#include "runs/edit.h"
#include "runs/export.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/plan_parts.h"

namespace rollbook::runs {
namespace {

// What the source said when the edit was made. An undo puts an edit back as it was: it answers what it answered then.
std::int64_t made_at(store::Database& roster, Edit const& edit) {
  auto const name = table_of(edit.table).fields[stored_columns(edit.table)[edit.column].field].name;
  auto at = edit.since;
  auto undone = roster.prepare("SELECT undoes FROM revisions WHERE number = ? AND undoes IS NOT NULL");
  auto before = roster.prepare("SELECT since FROM overlay WHERE tbl = ? AND key = ? AND field = ? AND until = ?");
  for (;;) {
    std::int64_t taken_back = 0;
    if (undone->with(at).step()) taken_back = undone->integer(0);
    undone->reset();
    if (taken_back == 0 || !before->with(static_cast<int>(edit.table), edit.key, name, taken_back).step()) return at;
    at = before->integer(0);
    before->reset();
  }
}

struct Found {
  Edit edit;
  store::RowVersion then, now;
};

std::optional<Found> clash_of(store::Database& roster, Edit const& edit, BaseVersions const& base) {
  auto const *then = in_force(base, made_at(roster, edit)), *now = in_force(base, 0);
  if (then == nullptr || now == nullptr || then->row.same(edit.column, now->row, edit.column)) return std::nullopt;
  auto laid = now->row;
  lay_over(laid, edit.table, {edit});
  if (laid.same(edit.column, now->row, edit.column)) return std::nullopt;
  return Found{edit, *then, *now};
}

// The revision in which this value came.
std::int64_t since_when(Found const& found, BaseVersions const& base) {
  auto since = found.now.since;
  for (bool more = true; more;) {
    more = false;
    for (auto const& version : base)
      if (version.source == found.now.source && version.until == since && version.row.same(found.edit.column, found.now.row, found.edit.column))
        since = version.since, more = true;
  }
  return since;
}

std::string number_of(Found const& found, BaseVersions const& base) {
  std::string const what = std::to_string(static_cast<int>(found.edit.table)) + " " + std::to_string(found.edit.key) + " " + std::to_string(found.edit.column) +
                           " " + std::to_string(found.edit.since) + " " + std::to_string(since_when(found, base));
  return digest_text(what).substr(0, 8);
}

// Edited records whose sources have spoken since, or whose edit an undo put back: of all others nothing can clash, and they are many where many were edited
// at once.
std::vector<std::pair<TableId, std::uint32_t>> spoken_of_since(store::Database& roster) {
  std::vector<TableId> tables;
  auto edited = roster.prepare("SELECT DISTINCT tbl FROM overlay WHERE until IS NULL ORDER BY tbl");
  while (edited->step()) tables.push_back(static_cast<TableId>(edited->integer(0)));
  edited.reset();
  std::vector<std::pair<TableId, std::uint32_t>> records;
  for (auto const table : tables) {
    auto rows = roster.prepare("SELECT DISTINCT o.key FROM overlay AS o WHERE o.tbl = ? AND o.until IS NULL AND (EXISTS (SELECT 1 FROM " +
                               store::quoted(table_of(table)) +
                               " AS t WHERE t.row_key = o.key AND (t.row_since > o.since OR t.row_until > o.since))"
                               " OR EXISTS (SELECT 1 FROM revisions AS r WHERE r.number = o.since AND r.undoes IS NOT NULL)) ORDER BY o.key");
    for (rows->with(static_cast<int>(table)); rows->step();) records.emplace_back(table, static_cast<std::uint32_t>(rows->integer(0)));
  }
  return records;
}

// Calls f(clash, versions of its record) for each, by table and key.
template <class F>
void each_clash(store::Database& roster, std::int32_t today, F const& f) {
  for (auto const& [table, key] : spoken_of_since(roster)) {
    auto const base = base_of(roster, table, key);
    for (auto const& edit : edits_of_record(roster, table, key, 0, today))
      if (auto const found = clash_of(roster, edit, base)) f(*found, base);
  }
}

// Ids of what a cell refers to.
void learn(store::Database& roster, TableId table, std::size_t column, StoredRow const& row, IdsOfTables& ids) {
  auto const& stored = stored_columns(table)[column];
  if (stored.as != Stored::Key && stored.as != Stored::Keys) return;
  auto const target = table_of(table).fields[stored.field].refers_to;
  auto& of = ids[static_cast<std::size_t>(target)];
  for (auto const key : keys_in(row, column, stored.as)) {
    if (key >= of.size()) of.resize(key + 1u);
    if (of[key].empty()) of[key] = id_of(roster, target, key);
  }
}

}  // namespace

Result<std::vector<Clash>> inbox(Hub& hub, store::District const& district) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble();
  std::vector<Clash> all;
  IdsOfTables ids;
  auto const text = [&](TableId table, std::size_t column, StoredRow const& row) {
    learn(**roster, table, column, row, ids);
    return written(table, column, row, ids);
  };
  each_clash(**roster, hub.today, [&](Found const& found, BaseVersions const& base) {
    auto const& edit = found.edit;
    Clash clash;
    clash.of = edit.table;
    clash.key = edit.key;
    clash.number = number_of(found, base);
    clash.table = table_of(edit.table).name;
    clash.sourced_id = id_of(**roster, edit.table, edit.key);
    clash.field = table_of(edit.table).fields[stored_columns(edit.table)[edit.column].field].name;
    auto laid = found.now.row;
    lay_over(laid, edit.table, {edit});
    clash.edited = text(edit.table, edit.column, laid);
    clash.before = text(edit.table, edit.column, found.then.row);
    clash.now = text(edit.table, edit.column, found.now.row);
    clash.who = edit.who;
    auto row = (*roster)->prepare("SELECT at, run FROM revisions WHERE number = ?");
    if (row->with(made_at(**roster, edit)).step()) clash.at = row->text(0);
    row->reset();
    if (row->with(since_when(found, base)).step()) clash.run = row->integer(1);
    row->reset();
    for (auto const& source : *sources)
      if (source.id == found.now.source) clash.source = source.name;
    all.push_back(std::move(clash));
  });
  if ((*roster)->trouble()) return *(*roster)->trouble();
  std::sort(all.begin(), all.end(),
            [](Clash const& a, Clash const& b) { return std::tie(a.run, a.table, a.sourced_id, a.field) < std::tie(b.run, b.table, b.sourced_id, b.field); });
  return all;
}

Result<std::vector<Answer>> settle(Hub& hub, store::District const& district, Settle how, std::vector<std::string> const& numbers) {
  auto const clashes = inbox(hub, district);
  if (!clashes) return clashes.trouble();
  std::vector<Clash> chosen;
  for (auto const& number : numbers) {
    auto const at = std::find_if(clashes->begin(), clashes->end(), [&](Clash const& clash) { return clash.number == number; });
    if (at == clashes->end())
      return Trouble{"There is no clash " + number + " in the inbox: it is settled, or the source says something else again. Look at the inbox once more."};
    chosen.push_back(*at);
  }
  std::vector<Answer> answers;
  for (auto const& clash : chosen) {
    auto answer = settle_edit(hub, district, {clash.of, clash.key, clash.field, clash.number}, how == Settle::KeepEdit);
    if (!answer) return answer.trouble();
    answers.push_back(std::move(*answer));
  }
  return answers;
}

std::string number_of_clash(store::Database& roster, TableId table, std::uint32_t key, std::string_view field, std::int32_t today) {
  auto const base = base_of(roster, table, key);
  for (auto const& edit : edits_of_record(roster, table, key, 0, today))
    if (edit.column == stored_index(table, field))
      if (auto const found = clash_of(roster, edit, base)) return number_of(*found, base);
  return "";
}

namespace {

// Clashes that a plan brings about in one table.
class NewClashes {
 public:
  NewClashes(Plan const& plan, PlanContext const& context, TableId table, std::unordered_map<std::uint32_t, std::vector<Edit> const*> edited)
      : plan_(plan[table]), context_(context), table_(table), edited_(std::move(edited)), rows_(context.roster, table) {}

  std::uint64_t count() {
    count_updated();
    for (auto const& row : plan_.removed)
      if (auto const edits = edited_.find(row.key); edits != edited_.end()) count_removed(row.key, *edits->second);
    return clashes_;
  }

 private:
  void count_updated() {
    std::vector<std::uint32_t> numbers, keys;
    for (auto const& row : plan_.updated)
      if (edited_.count(row.key) > 0) numbers.push_back(row.row), keys.push_back(row.key);
    std::size_t i = 0;
    context_.delivered->each(table_, numbers, [&](std::uint32_t number, std::string_view, StoredRow const& now) {
      while (numbers[i] != number) ++i;
      auto const base = base_of(rows_, keys[i]);
      auto const* before = in_force(base, 0);
      if (before == nullptr || before->source != context_.source.id) return;  // what another source says counts
      for (auto const& edit : *edited_[keys[i]])
        if (is_said(edit.column)) compare(edit, before->row, now);
    });
  }

  // What it goes on saying of columns that its file does not have.
  bool is_said(std::size_t column) const {
    return context_.comparison->checked.roster[table_].layout.column_of[stored_columns(table_)[column].field] != no_column;
  }

  // When the source that counts drops a record, what the next one says of it comes into force.
  void count_removed(std::uint32_t key, std::vector<Edit> const& edits) {
    auto base = base_of(rows_, key);
    auto const* before = in_force(base, 0);
    if (before == nullptr || before->source != context_.source.id) return;
    auto const was = before->row;
    std::erase_if(base,
                  [&](auto const& version) { return !version.until && (version.source == context_.source.id || is_of_others(plan_, key, version.source)); });
    auto const* after = in_force(base, 0);
    if (after == nullptr) return;  // it goes, and its edits mean nothing
    for (auto const& edit : edits) compare(edit, was, after->row);
  }

  void compare(Edit const& edit, StoredRow const& before, StoredRow const& now) {
    auto laid = now;
    lay_over(laid, table_, {edit});
    clashes_ += !now.same(edit.column, before, edit.column) && !now.same(edit.column, laid, edit.column);
  }

  TablePlan const& plan_;
  PlanContext const& context_;
  TableId table_;
  std::unordered_map<std::uint32_t, std::vector<Edit> const*> edited_;
  store::RowSelect rows_;
  std::uint64_t clashes_ = 0;
};

}  // namespace

std::uint64_t new_clashes(Plan const& plan, PlanContext const& context, std::int32_t today) {
  auto const all = edits_of(context.roster, 0, today);
  std::array<std::unordered_map<std::uint32_t, std::vector<Edit> const*>, table_count> edited;
  for (auto const& [record, edits] : all) edited[static_cast<std::size_t>(record.first)].emplace(record.second, &edits);
  std::uint64_t clashes = 0;
  for (auto const* table : all_tables)
    if (auto& of_table = edited[static_cast<std::size_t>(table->id)]; !of_table.empty())
      clashes += NewClashes(plan, context, table->id, std::move(of_table)).count();
  return clashes;
}

}  // namespace rollbook::runs
