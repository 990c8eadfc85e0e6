#include "diff/diff.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>

#include "base/hash.h"
#include "base/workers.h"
#include "diff/roles.h"
#include "diff/side.h"

namespace rollbook {
namespace {

struct Listed {
  std::uint32_t old_place, new_place;
};

// The lowest few of a kind of change, by place in the file that shows it.
class Lowest {
 public:
  explicit Lowest(std::size_t most) : most_(most) {}
  void add(Listed change, std::uint32_t place) {
    all_.emplace_back(place, change);
    if (all_.size() >= 2 * most_ + 1024) cut();
  }
  void cut() {
    if (all_.size() <= most_) return;
    std::nth_element(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(most_), all_.end(), by_place);
    all_.resize(most_);
  }
  void take(Lowest& other) {
    all_.insert(all_.end(), other.all_.begin(), other.all_.end());
    cut();
  }
  std::vector<Listed> sorted() {
    cut();
    std::sort(all_.begin(), all_.end(), by_place);
    std::vector<Listed> out;
    for (auto const& [place, change] : all_) out.push_back(change);
    return out;
  }

 private:
  using Entry = std::pair<std::uint32_t, Listed>;
  static bool by_place(Entry const& a, Entry const& b) { return a.first < b.first; }
  std::size_t most_;
  std::vector<Entry> all_;
};

struct Found {
  TableDiff counts;
  Lowest created, updated, removed;
  explicit Found(std::size_t most) : counts{}, created(most), updated(most), removed(most) {}
};

constexpr std::uint32_t nowhere = 0xffffffff;

// One partition: the old rows into a table, the new ones looked up in it, what stays untouched is gone.
void join(Side const& before, Side const& after, std::size_t partition, std::vector<Keyed>& table, std::vector<std::uint8_t>& touched, Found& found) {
  std::size_t olds = 0;
  for (auto const& keys : before.keys) olds += keys.size(partition);
  auto const room = std::bit_ceil(olds * 3 / 2 + 1);
  auto const mask = room - 1;
  table.assign(room, Keyed{0, 0, nowhere, 0});
  touched.assign(room, 0);
  auto const slot_of = [&](std::uint64_t key) {
    auto at = key & mask;
    while (table[at].place != nowhere && table[at].key != key) at = (at + 1) & mask;
    return at;
  };
  for (auto const& keys : before.keys)
    keys.for_each(partition, [&](Keyed const& row) {
      auto& slot = table[slot_of(row.key)];
      if (slot.place != nowhere) ++found.counts.old_unreadable;  // the same id again: the first in the file counts
      if (slot.place == nowhere || row.place < slot.place) slot = row;
    });
  std::vector<std::uint64_t> new_ones;
  for (auto const& keys : after.keys)
    keys.for_each(partition, [&](Keyed const& row) {
      auto const at = slot_of(row.key);
      auto const& old = table[at];
      if (old.place == nowhere) {
        if (row.deleted != 0) return;
        ++found.counts.created;
        return found.created.add({nowhere, row.place}, row.place);
      }
      if (touched[at] != 0) {
        ++found.counts.new_unreadable;
        return;
      }
      touched[at] = 1;
      if (row.deleted != 0) {
        ++found.counts.removed;
        found.removed.add({old.place, row.place}, old.place);
      } else if (old.digest != row.digest) {
        ++found.counts.updated;
        found.updated.add({old.place, row.place}, row.place);
      } else {
        ++found.counts.unchanged;
      }
    });
  for (std::size_t at = 0; at < room; ++at) {
    if (table[at].place == nowhere || touched[at] != 0) continue;
    if (after.data.mode == Mode::Delta) {
      ++found.counts.unchanged;
      continue;
    }
    ++found.counts.removed;
    found.removed.add({table[at].place, nowhere}, table[at].place);
  }
}

struct Shown {
  std::uint64_t line;
  std::vector<std::string> values;  // of the compared columns
  std::string id;
};

std::vector<std::pair<std::uint32_t, Shown>> look_up(Side const& side, int which, std::vector<std::uint32_t> wanted, std::vector<Compared> const& columns,
                                                     DiffOptions const& options) {
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::vector<csv::Place> places;
  for (auto place : wanted)
    if (place != nowhere) places.push_back({place});
  std::vector<std::pair<std::uint32_t, Shown>> shown;
  std::string buffer;
  if (!side.left_over.empty()) {
    csv::Record record;
    for (auto const place : places) {
      auto const& at = side.left_over[place.packed];
      auto const text = side.data.member->bytes.substr(at.offset, csv::max_line + 1);
      csv::read_record(text, 0, static_cast<std::uint32_t>(side.data.layout.columns.size()), record);
      Shown s;
      s.line = at.line + 1;
      s.id = csv::cell_value(csv::raw_cell(text, record, 0), buffer);
      for (auto const& c : columns) s.values.push_back(normalised(csv::cell_value(csv::raw_cell(text, record, c.at[which]), buffer), c.field, Version::V12));
      shown.emplace_back(place.packed, std::move(s));
    }
    return shown;
  }
  for_places(side.data, places, options.kernel, [&](csv::Place place, csv::Batch const& batch, std::uint32_t row, csv::Aside const*) {
    Shown s;
    s.line = side.data.chunks[place.chunk()].first_line + batch.row_line[row] + 1;
    s.id = csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(side.data.layout.column_of[0])), buffer);
    for (auto const& c : columns) s.values.push_back(normalised(csv::cell_value(batch.raw(row, c.at[which]), buffer), c.field, Version::V12));
    shown.emplace_back(place.packed, std::move(s));
  });
  return shown;
}

class Comparer {
 public:
  Comparer(Bundle const& before, Bundle const& after, DiffOptions const& options) : before_(before), after_(after), options_(options) {}

  Diff run() {
    for (auto const* table : all_tables) {
      if (before_.version != after_.version && (table->id == TableId::Roles)) {
        if (auto roles = compare_roles(before_, after_, options_)) diff_.tables.push_back(*roles);
        continue;
      }
      compare_table(table->id);
    }
    return std::move(diff_);
  }

 private:
  void compare_table(TableId table) {
    Side before, after;
    bool const old_there = open_side(table, before_, before), new_there = open_side(table, after_, after);
    if (!old_there && !new_there) return;
    bool const states_nothing = new_there && after.data.mode == Mode::Bulk && after.data.states_nothing;
    if (states_nothing && !old_there) return;
    if (!new_there || states_nothing) {
      diff_.no_statement.push_back(table);
      return;
    }
    if (!old_there) {  // all rows are new: an empty side with the same columns
      before.data.table = after.data.table;
      before.data.layout = after.data.layout;
      before.data.mode = Mode::Bulk;
    }
    auto const columns = compared_columns(before, after, before.data.mode == Mode::Delta && after.data.mode == Mode::Delta);
    auto bits = partition_bits_for(std::max(old_there ? before.data.member->bytes.size() : 0, after.data.member->bytes.size()));
    Found all(options_.max_changes);
    if (old_there && match_same_lines(before, after, columns, all)) {
      bits = 0;
    } else {
      if (old_there) read_side(before, 0, columns, bits, options_);
      read_side(after, 1, columns, bits, options_);
    }

    std::mutex mutex;
    std::atomic<std::size_t> next{0};
    run_workers(options_.workers, [&](unsigned) {
      Found found(options_.max_changes);
      std::vector<Keyed> slots;
      std::vector<std::uint8_t> touched;
      for (std::size_t p; (p = next.fetch_add(1)) < (std::size_t{1} << bits);) join(before, after, p, slots, touched, found);
      std::lock_guard lock(mutex);
      all.counts.created += found.counts.created, all.counts.updated += found.counts.updated;
      all.counts.removed += found.counts.removed, all.counts.unchanged += found.counts.unchanged;
      all.counts.old_unreadable += found.counts.old_unreadable, all.counts.new_unreadable += found.counts.new_unreadable;
      all.created.take(found.created), all.updated.take(found.updated), all.removed.take(found.removed);
    });
    all.counts.table = table;
    all.counts.old_unreadable += before.unreadable;
    all.counts.new_unreadable += after.unreadable;
    if (old_there) {
      all.counts.only_old = missing_columns(before.data.layout, after.data.layout);
      all.counts.only_new = missing_columns(after.data.layout, before.data.layout);
    }
    diff_.tables.push_back(all.counts);
    list(table, before, after, columns, all);
  }

  // Columns of the standard and metadata columns that the other file lacks.
  static std::vector<std::string> missing_columns(Layout const& from, Layout const& other) {
    std::vector<std::string> missing;
    for (std::size_t c = 0; c < from.columns.size(); ++c) {
      auto const f = from.field_of[c];
      bool const lacks = f != no_field ? other.column_of[f] == no_column
                                       : from.columns[c].starts_with("metadata.") &&
                                             std::find(other.columns.begin(), other.columns.end(), from.columns[c]) == other.columns.end();
      if (lacks) missing.push_back(from.columns[c]);
    }
    return missing;
  }

  // Ids of the left-over rows of a side that the left-over rows of the other side do not have.
  std::vector<std::string> unpaired(Side const& side, Side const& other) const {
    std::vector<std::uint64_t> others;
    for (auto const& keys : other.keys) keys.for_each(0, [&](Keyed const& row) { others.push_back(row.key); });
    std::sort(others.begin(), others.end());
    std::vector<std::string> ids;
    for (auto const& keys : side.keys)
      keys.for_each(0, [&](Keyed const& row) {
        if (std::binary_search(others.begin(), others.end(), row.key)) return;
        auto const line = side.data.member->bytes.substr(side.left_over[row.place].offset, 4096);
        ids.emplace_back(line.substr(0, line.find(',')));
      });
    return ids;
  }

  // Two nights of the same export are nearly the same file: the rows that stand in both are not even read.
  bool match_same_lines(Side& before, Side& after, std::vector<Compared> const& columns, Found& all) {
    bool const alike = before.data.layout.columns == after.data.layout.columns && before.data.layout.column_of[0] == 0 && before.data.mode == Mode::Bulk &&
                       after.data.mode == Mode::Bulk && before.data.header_lines == after.data.header_lines;
    if (!alike) return false;
    auto same = match_lines(before.data.member->bytes, before.data.first_record, after.data.member->bytes, after.data.first_record, before.data.header_lines,
                            options_.workers, options_.kernel, options_.will_read);
    if (!same.usable) return false;
    all.counts.unchanged = same.same;
    before.left_over = std::move(same.old_rows);
    after.left_over = std::move(same.new_rows);
    run_workers(std::min(2u, options_.workers), [&](unsigned worker) {
      if (worker == 0 || options_.workers == 1) read_left_over(before, 0, columns, options_);
      if (worker == 1 || options_.workers == 1) read_left_over(after, 1, columns, options_);
    });
    // An id that stands twice in one file may have one of its rows among the equal lines: then only reading everything tells.
    if (before.unreadable + after.unreadable > 0 ||
        stands_elsewhere(before.data.member->bytes, before.data.first_record, unpaired(after, before), before.left_over, options_.workers) ||
        stands_elsewhere(after.data.member->bytes, after.data.first_record, unpaired(before, after), after.left_over, options_.workers)) {
      before.left_over.clear(), after.left_over.clear();
      before.unreadable = after.unreadable = 0;
      all.counts.unchanged = 0;
      return false;
    }
    return true;
  }

  void list(TableId table, Side const& before, Side const& after, std::vector<Compared> const& columns, Found& found) {
    std::vector<std::pair<Change, Listed>> listed;
    for (auto const& l : found.created.sorted()) listed.emplace_back(Change::Created, l);
    for (auto const& l : found.updated.sorted()) listed.emplace_back(Change::Updated, l);
    for (auto const& l : found.removed.sorted()) listed.emplace_back(Change::Removed, l);
    std::vector<std::uint32_t> olds, news;
    for (auto const& [change, l] : listed) olds.push_back(l.old_place), news.push_back(l.new_place);
    auto const old_rows = before.data.is_read() ? look_up(before, 0, olds, columns, options_) : std::vector<std::pair<std::uint32_t, Shown>>{};
    auto const new_rows = look_up(after, 1, news, columns, options_);
    auto const find = [](auto const& rows, std::uint32_t place) -> Shown const* {
      auto const at = std::lower_bound(rows.begin(), rows.end(), place, [](auto const& row, std::uint32_t wanted) { return row.first < wanted; });
      return at != rows.end() && at->first == place ? &at->second : nullptr;
    };
    for (auto const& [change, l] : listed) {
      auto const* const was = find(old_rows, l.old_place);
      auto const* const is = find(new_rows, l.new_place);
      RowChange row{table, change, is ? is->id : was ? was->id : "", was ? was->line : 0, is ? is->line : 0, {}};
      if (change == Change::Updated && was && is)
        for (std::size_t i = 0; i < columns.size(); ++i)
          if (was->values[i] != is->values[i]) row.fields.push_back({columns[i].name, was->values[i], is->values[i]});
      diff_.changes.push_back(std::move(row));
    }
  }

  Bundle const& before_;
  Bundle const& after_;
  DiffOptions const& options_;
  Diff diff_;
};

Trouble unreadable(Bundle const& bundle, std::string_view which) {
  std::string text = "The " + std::string(which) + " delivery cannot be compared: ";
  text += bundle.oneroster.empty() ? "it holds no OneRoster files that can be read." : "it is OneRoster " + bundle.oneroster + ".";
  return {text + " \"rollbook check\" says more."};
}

}  // namespace

bool Diff::equal() const {
  return std::all_of(tables.begin(), tables.end(), [](TableDiff const& t) { return t.created + t.updated + t.removed == 0; });
}

Result<Diff> compare(Bundle const& before, Bundle const& after, DiffOptions const& options) {
  if (!before.version) return unreadable(before, "old");
  if (!after.version) return unreadable(after, "new");
  return Comparer(before, after, options).run();
}

}  // namespace rollbook
