#include "runs/apply.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>

#include "base/demand.h"
#include "base/text.h"
#include "runs/guards.h"
#include "runs/overlay.h"
#include "runs/plan_parts.h"
#include "runs/said_versions.h"
#include "runs/unowned.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

class Applying {
 public:
  Applying(Plan const& plan, Comparison const& comparison, PlanContext const& context, Revision const& revision, Watch const& watch)
      : plan_(plan), comparison_(comparison), context_(context), revision_(revision), watch_(watch) {}

  // What is written once per table, and what is written row by row, keep apart: a page that SQLite has put into its log before the end of the transaction, and
  // that changes once more, has everything behind it in the log summed up again.
  void run() {
    std::vector<TableId> changed;
    for (auto const* table : all_tables)
      if (auto const& changes = plan_[table->id]; changes.stated || changes.changes() > 0) changed.push_back(table->id);
    for (auto const table : changed) {
      keep_columns_that_are_missing(table);
      replace_rows(table);
    }
    for (auto const table : changed) write_ids(table);
    for (auto const table : changed) write_next_key(table), save_packed(table);
  }

 private:
  std::int64_t source() const { return context_.source.id; }

  // Columns that any source ever had in this table: a value may stand there, however long ago its column came last.
  std::set<std::string> ever_said(TableId table) {
    auto const name = "ever-said." + std::string(table_of(table).name);
    std::set<std::string> all;
    std::string own;
    auto rows = context_.roster.prepare("SELECT source, value FROM source_facts WHERE name = ?");
    for (rows->with(name); rows->step();) {
      if (rows->integer(0) == source()) own = rows->text(1);
      for (auto& column : split(rows->text(1), ',')) all.insert(std::move(column));
    }
    rows.reset();
    for (auto const& column : split(context_.said.columns(table), ',')) all.insert(column);
    auto mine = all;
    for (auto const& column : split(plan_[table].columns, ',')) mine.insert(column);
    mine.erase("");
    std::string now;
    for (auto const& column : mine) now += (now.empty() ? "" : ",") + column;
    if (now != own) {
      context_.roster.run("DELETE FROM source_facts WHERE source = ? AND name = ?", source(), name);
      context_.roster.run("INSERT INTO source_facts(source, name, value) VALUES(?, ?, ?)", source(), name, now);
    }
    return all;
  }

  // A column that the file does not have says nothing: the values stay.
  void keep_columns_that_are_missing(TableId table) {
    kept_.clear();
    missing_.clear();
    missing_metadata_.clear();
    auto const& layout = comparison_.checked.roster[table].layout;
    auto const& columns = stored_columns(table);
    auto const before = ever_said(table);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto const name = std::string(table_of(table).fields[columns[i].field].name);
      if (layout.column_of[columns[i].field] == no_column && before.count(name) > 0) missing_.push_back(i);
    }
    for (auto const& name : before)
      if (name.starts_with("metadata.") && std::find(layout.columns.begin(), layout.columns.end(), name) == layout.columns.end())
        missing_metadata_.insert(name);
    if (missing_.empty() && missing_metadata_.empty()) return;
    store::RowSelect select(context_.roster, table);
    for (auto const& row : plan_[table].updated) {
      StoredRow old;
      if (select.current(row.key, source(), old)) kept_.emplace(row.key, std::move(old));
    }
  }

  // Ends what changes and goes, and adds what changes, a stretch of the file after the other: keys are given in the order of the file, so a row that ends and
  // the one that follows it lie on the same page, which is then still at hand. What comes mostly has the highest keys, and lies behind all of them.
  void replace_rows(TableId table) {
    auto const& changes = plan_[table];
    constexpr std::size_t stretch = 4096, most_at_once = 256 * 1024;
    std::optional<store::RowEnd> end;
    if (!changes.updated.empty() || !changes.removed.empty()) end.emplace(context_.roster, table, source(), revision_.number);
    auto removed = changes.removed.begin();
    std::vector<Row> part;
    for (std::size_t from = 0; from < changes.updated.size(); from += stretch) {
      part.clear();
      std::uint32_t highest = 0;
      for (auto const& row : std::span(changes.updated).subspan(from, std::min(stretch, changes.updated.size() - from))) {  // in the order of the file
        part.push_back({row.row, row.key});
        end->end(row.key);
        highest = std::max(highest, row.key);
      }
      for (; removed != changes.removed.end() && removed->key <= highest; ++removed) end->end(removed->key), told_one();
      add_rows(table, part);
    }
    for (; removed != changes.removed.end(); ++removed) end->end(removed->key), told_one();
    for (std::size_t from = 0; from < changes.created.size(); from += most_at_once) {
      part.clear();
      for (auto const& row : std::span(changes.created).subspan(from, std::min(most_at_once, changes.created.size() - from)))
        part.push_back({row.row, row.key});
      add_rows(table, part);
    }
  }

  struct Row {
    std::uint32_t row, key;
  };

  void add_rows(TableId table, std::span<Row const> rows) {
    if (rows.empty()) return;
    std::vector<std::uint32_t> numbers;
    numbers.reserve(rows.size());
    for (auto const& row : rows) numbers.push_back(row.row);
    store::RowInsert insert(context_.roster, table, source(), revision_.number);
    StoredRow filled;
    std::size_t i = 0;
    context_.delivered->each(table, numbers, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
      while (rows[i].row != row) ++i;
      told_one();
      if (kept_.count(rows[i].key) == 0) return insert.add(rows[i].key, now);
      filled = now;
      fill_in(rows[i].key, filled);
      insert.add(rows[i].key, filled);
    });
    insert.finish();
  }

  void told_one() {
    if (++written_ % 4096 != 0) return;
    watch_.at(Stage::Writing, written_, plan_.changes());
    if (watch_.stops()) context_.roster.give_up("It was cancelled.");
  }

  void fill_in(std::uint32_t key, StoredRow& row) const {
    auto const old = kept_.find(key);
    if (old == kept_.end()) return;
    if (!missing_metadata_.empty()) {
      auto values = metadata_of(row.metadata);
      for (auto& one : metadata_of(old->second.metadata))
        if (missing_metadata_.count(one.first) > 0) values.push_back(std::move(one));
      std::sort(values.begin(), values.end());
      row.metadata = metadata_json(values);
    }
    for (auto const i : missing_) {
      if (old->second.is_null(i)) row.set_null(i);
      else if (old->second.kind(i) == StoredRow::Kind::Number) row.set_number(i, old->second.number(i));
      else row.set_text(i, old->second.text(i));
    }
  }

  void write_ids(TableId table) {
    auto const& changes = plan_[table];
    auto const number = static_cast<std::int64_t>(table);
    auto& roster = context_.roster;
    auto const first_new = context_.said.next_key(table);
    if (!changes.removed.empty()) {
      auto end = roster.prepare("UPDATE ids SET until = ? WHERE tbl = ? AND key = ? AND until IS NULL");
      auto others = roster.prepare("SELECT 1 FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_until IS NULL");
      for (auto const& row : changes.removed) {
        if (context_.said.others(table)) {
          bool const stays = others->with(row.key).step();
          others->reset();
          if (stays) continue;
        }
        end->run(revision_.number, number, row.key);
      }
    }
    if (!changes.created.empty()) {
      std::vector<std::uint32_t> rows;
      rows.reserve(changes.created.size());
      for (auto const& row : changes.created) rows.push_back(row.row);
      constexpr std::string_view columns[] = {"tbl", "key", "since", "until", "id"};
      auto load = roster.bulk_load("ids", columns);
      std::vector<std::pair<std::uint32_t, std::string>> back;  // records that come back, or that another source has
      std::size_t i = 0;
      context_.delivered->each_id(table, rows, [&](std::uint32_t row, std::string_view id) {
        while (changes.created[i].row != row) ++i;
        auto const key = changes.created[i].key;
        if (key < first_new) return back.emplace_back(key, std::string(id)), void();
        load->add(number);
        load->add(std::int64_t{key});
        load->add(revision_.number);
        load->add(store::Null{});
        load->add(id);
        load->end_row();
      });
      load->finish();
      auto there = roster.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND until IS NULL");
      auto insert = roster.prepare("INSERT INTO ids(tbl, key, since, id) VALUES(?, ?, ?, ?)");
      for (auto const& [key, id] : back) {
        bool const lives = there->with(number, key).step();
        there->reset();
        if (!lives) insert->run(number, key, revision_.number, id);
      }
    }
  }

  void write_next_key(TableId table) {
    auto const next = plan_[table].next_key;
    if (next <= context_.said.next_key(table)) return;
    context_.roster.run("DELETE FROM next_keys WHERE tbl = ?", static_cast<int>(table));
    context_.roster.run("INSERT INTO next_keys(tbl, next) VALUES(?, ?)", static_cast<int>(table), next);
  }

  void save_packed(TableId table) {
    auto const& changes = plan_[table];
    std::vector<PackedRow> now, before;
    now.reserve(changes.updated.size() + changes.removed.size());
    if (changes.stored > 0) {  // what a first load replaces is nothing
      before.reserve(changes.changes());
      for (auto const& row : changes.created) before.push_back({row.id, row.key, {}});
    }
    for (auto const& row : changes.updated) {
      now.push_back({row.id, row.key, row.digest});
      before.push_back({row.id, row.key, row.before});
    }
    for (auto const& row : changes.removed) {
      now.push_back({row.id, no_key, {}});
      before.push_back({row.id, row.key, row.before});
    }
    auto const rows = changes.stored + changes.created.size() - changes.removed.size();
    auto const columns = changes.stated ? changes.columns : context_.said.columns(table);
    bool const differs = !now.empty() || !changes.created.empty() || columns != context_.said.columns(table);
    if (differs) context_.said.save(table, revision_.number, changes.bits, now, rows, columns, changes.created);
    if (!before.empty())
      context_.roster.run("INSERT INTO packed_before(source, tbl, revision, entries) VALUES(?, ?, ?, ?)", source(), static_cast<int>(table), revision_.number,
                          store::Blob{pack(before)});
  }

  Plan const& plan_;
  Comparison const& comparison_;
  PlanContext const& context_;
  Revision const& revision_;
  Watch const& watch_;
  std::uint64_t written_ = 0;
  std::vector<std::size_t> missing_;
  std::set<std::string> missing_metadata_;
  std::unordered_map<std::uint32_t, StoredRow> kept_;
};

}  // namespace

std::int64_t last_revision(store::Database& roster) {
  auto row = roster.prepare("SELECT coalesce(max(number), 0) FROM revisions");
  return row->step() ? row->integer(0) : 0;
}

void write_revision(store::Database& roster, Revision const& revision, std::optional<std::int64_t> source, std::string const& first_of) {
  auto insert =
      roster.prepare("INSERT INTO revisions(number, run, kind, source, at, who, digest, undoes, first_of, report) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert->with(revision.number, revision.run, revision.kind);
  if (source) insert->bind(4, *source);
  else insert->bind(4, store::Null{});
  insert->bind(5, revision.at);
  insert->bind(6, revision.who);
  insert->bind(7, store::Blob{revision.digest});
  if (revision.undoes) insert->bind(8, *revision.undoes);
  else insert->bind(8, store::Null{});
  insert->bind(9, first_of);
  insert->bind(10, revision.report);
  insert->step();
  insert->reset();
}

void count_rows(store::Database& roster, std::int64_t source, SchoolCounts const& counts) {
  auto get = roster.prepare("SELECT rows FROM school_rows WHERE source = ? AND tbl = ? AND school = ?");
  auto clear = roster.prepare("DELETE FROM school_rows WHERE source = ? AND tbl = ? AND school = ?");
  auto put = roster.prepare("INSERT INTO school_rows(source, tbl, school, rows) VALUES(?, ?, ?, ?)");
  for (auto const& [key, change] : counts) {
    auto const [table, school] = key;
    if (change.grown == 0 || school == whole_district) continue;
    std::int64_t rows = change.grown;
    if (get->with(source, table, school).step()) rows += get->integer(0);
    get->reset();
    clear->run(source, table, school);
    if (rows > 0) put->run(source, table, school, rows);
  }
}

void count_removals(PlanContext const& context, Plan const& plan, std::int64_t revision, std::int32_t today) {
  auto& roster = context.roster;
  auto const source = context.source.id;
  for (auto const& [table, school] : plan.removals_seen) {
    if (school == 0) roster.run("DELETE FROM removed_by WHERE source = ? AND tbl = ?", source, static_cast<int>(table));
    else roster.run("DELETE FROM removed_by WHERE source = ? AND tbl = ? AND school = ?", source, static_cast<int>(table), school);
  }
  auto put = roster.prepare("INSERT INTO removed_by(source, tbl, school, revision, day, rows, less) VALUES(?, ?, ?, ?, ?, ?, ?)");
  for (auto const& [key, change] : plan.counts) {
    auto const [number, school] = key;
    auto const table = static_cast<TableId>(number);
    bool const seen = plan.removals_seen.count({table, school}) + plan.removals_seen.count({table, 0}) > 0;
    if (change.gone > 0 && !seen) put->run(source, number, school, revision, day_number(today), change.gone, change.less);
  }
}

void uncount_removals(store::Database& roster, std::int64_t source, SchoolCounts const& counts, std::int64_t revision) {
  auto less = roster.prepare("UPDATE removed_by SET rows = rows - ?, less = less - ? WHERE source = ? AND tbl = ? AND school = ? AND revision = ?");
  for (auto const& [key, change] : counts)
    if (change.gone > 0) less->run(change.gone, change.less, source, key.first, key.second, revision);
  roster.run("DELETE FROM removed_by WHERE source = ? AND revision = ? AND rows <= 0", source, revision);
}

void apply_plan(Plan const& plan, Comparison const& comparison, Bundle const& bundle, PlanContext const& context, Revision const& revision, std::int32_t today,
                Watch const& watch) {
  watch.at(Stage::Writing, 0, plan.changes());
  std::string first_of;
  for (auto const* table : all_tables)
    if (plan[table->id].stored == 0 && !plan[table->id].created.empty()) first_of += (first_of.empty() ? "" : ",") + std::string(table->name);
  write_revision(context.roster, revision, context.source.id, first_of);
  Applying(plan, comparison, context, revision, watch).run();
  adopt(plan, context, revision.number);
  remove_parts_of_others(plan, context, revision.number);
  count_rows(context.roster, context.source.id, plan.counts);
  count_removals(context, plan, revision.number, today);
  note_version(context.roster, plan, context.source.id, bundle.version, revision.number);
  retire_edits(context.roster, revision.number);
  end_asides(context.roster, context.source, plan);
  if (!bundle.manifest) return;  // removals that were held over: the next delivery is measured against the last one
  auto clear = context.roster.prepare("DELETE FROM source_facts WHERE source = ? AND name = ?");
  auto insert = context.roster.prepare("INSERT INTO source_facts(source, name, value) VALUES(?, ?, ?)");
  for (auto const& [name, value] : facts_of(plan, comparison, bundle, context)) {
    clear->run(context.source.id, name);
    insert->run(context.source.id, name, value);
  }
}

void end_asides(store::Database& roster, store::Source const& source, Plan const& plan) {
  auto ended = roster.prepare("DELETE FROM set_aside WHERE source = ? AND tbl = ? AND id = ?");
  for (auto const& [table, id] : plan.ended_asides) ended->run(source.id, static_cast<int>(table), static_cast<std::int64_t>(id));
}

}  // namespace rollbook::runs
