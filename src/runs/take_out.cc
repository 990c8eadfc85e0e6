#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "runs/batch_kind.h"
#include "runs/plan_parts.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

using Keys = std::unordered_set<std::uint32_t>;

class TakingOut {
 public:
  TakingOut(Plan& plan, Flags& flags, PlanContext const& context) : plan_(plan), flags_(flags), context_(context) {}

  Dragged run() {
    Flags const asked = flags_;
    for (bool more = true; more;) {
      more = false;
      for (auto const* table : all_tables) more |= hold_what_needs(table->id);
      for (auto i = table_count; i-- > 0;) more |= hold_what_is_needed(all_tables[i]->id);
      for (auto const* table : all_tables) more |= hold_parts(table->id);
    }
    Dragged dragged;
    for (std::size_t t = 0; t < table_count; ++t) {
      auto& table = plan_.tables[t];
      auto const &flags = flags_.tables[t], &before = asked.tables[t];
      drop(table.created, flags.created, before.created, dragged.all[t], dragged.dragged[t]);
      drop(table.updated, flags.updated, before.updated, dragged.all[t], dragged.dragged[t]);
      drop(table.removed, flags.removed, before.removed, dragged.all[t], dragged.dragged[t]);
      drop(table.of_others, flags.of_others, before.of_others, dragged.all[t], dragged.dragged[t]);
    }
    return dragged;
  }

 private:
  template <class Row>
  static void drop(std::vector<Row>& rows, std::vector<bool> const& flags, std::vector<bool> const& before, std::uint64_t& all, std::uint64_t& dragged) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!flags[i]) rows[kept++] = rows[i];
      else ++all, dragged += !before[i];
    }
    rows.resize(kept);
  }

  Keys held_new(TableId table) const {
    Keys keys;
    auto const t = static_cast<std::size_t>(table);
    for (std::size_t i = 0; i < plan_.tables[t].created.size(); ++i)
      if (flags_.tables[t].created[i]) keys.insert(plan_.tables[t].created[i].key);
    return keys;
  }

  // Rows that refer to a record which does not come cannot come, or change, either.
  bool hold_what_needs(TableId table) {
    auto const t = static_cast<std::size_t>(table);
    auto& plan = plan_.tables[t];
    std::array<Keys, table_count> missing;
    bool concerned = false;
    for (auto const& field : table_of(table).fields)
      if (field.refers_to != TableId::None) {
        auto& keys = missing[static_cast<std::size_t>(field.refers_to)];
        if (keys.empty()) keys = held_new(field.refers_to);
        concerned |= !keys.empty();
      }
    if (!concerned) return false;
    bool more = false;
    auto const look = [&](auto const& list, std::vector<bool>& flags) {
      std::vector<std::uint32_t> rows;
      for (auto const& row : list) rows.push_back(row.row);
      std::size_t i = 0;
      context_.delivered->each(table, rows, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
        while (list[i].row != row) ++i;
        if (flags[i]) return;
        each_reference(table, now, [&](Field const& field, std::uint32_t key) {
          if (!flags[i] && missing[static_cast<std::size_t>(field.refers_to)].count(key) > 0) flags[i] = more = true;
        });
      });
    };
    look(plan.created, flags_.tables[t].created);
    look(plan.updated, flags_.tables[t].updated);
    return more;
  }

  // What a row refers to that stays as it is must stay too.
  bool hold_what_is_needed(TableId table) {
    auto const t = static_cast<std::size_t>(table);
    auto& plan = plan_.tables[t];
    bool more = false;
    auto const stays = [&](std::uint32_t key) {
      auto const* row = context_.before->find(table, key);
      if (row == nullptr) return;
      each_reference(table, *row, [&](Field const& field, std::uint32_t to) { more |= hold_removal(field.refers_to, to); });
    };
    for (std::size_t i = 0; i < plan.updated.size(); ++i)
      if (flags_.tables[t].updated[i]) stays(plan.updated[i].key);
    for (std::size_t i = 0; i < plan.removed.size(); ++i)
      if (flags_.tables[t].removed[i]) stays(plan.removed[i].key);
    each_of_others(table, true, [&](std::size_t, StoredRow const& row) {
      each_reference(table, row, [&](Field const& field, std::uint32_t to) { more |= hold_removal(field.refers_to, to); });
    });
    return more;
  }

  // What other sources say of parts that are flagged, or are not.
  template <class F>
  void each_of_others(TableId table, bool flagged, F const& f) {
    auto const t = static_cast<std::size_t>(table);
    auto const& rows = plan_.tables[t].of_others;
    if (rows.empty()) return;
    store::RowSelect select(context_.roster, table);
    StoredRow row;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (flags_.tables[t].of_others[i] == flagged && select.current(rows[i].key, rows[i].source, row)) f(i, row);
  }

  bool hold_removal(TableId table, std::uint32_t key) {
    auto const t = static_cast<std::size_t>(table);
    auto const& removed = plan_.tables[t].removed;
    auto const at = std::lower_bound(removed.begin(), removed.end(), key, [](Removed const& r, std::uint32_t k) { return r.key < k; });
    if (at == removed.end() || at->key != key) return false;
    auto const i = static_cast<std::size_t>(at - removed.begin());
    if (flags_.tables[t].removed[i]) return false;
    return flags_.tables[t].removed[i] = true;
  }

  // Parts that went only with a whole that now stays.
  bool hold_parts(TableId table) {
    auto const t = static_cast<std::size_t>(table);
    auto& plan = plan_.tables[t];
    bool more = false;
    for (std::size_t i = 0; i < plan.removed.size(); ++i) {
      if (flags_.tables[t].removed[i] || plan.removed[i].why != Why::WithItsWhole) continue;
      auto const* row = context_.before->find(table, plan.removed[i].key);
      if (row == nullptr) continue;
      bool goes = false;
      each_reference(table, *row, [&](Field const& field, std::uint32_t to) { goes |= is_part(table, field) && is_removed(field.refers_to, to); });
      if (!goes) flags_.tables[t].removed[i] = more = true;
    }
    each_of_others(table, false, [&](std::size_t i, StoredRow const& row) {
      bool goes = false;
      each_reference(table, row, [&](Field const& field, std::uint32_t to) { goes |= is_part(table, field) && is_removed(field.refers_to, to); });
      if (!goes) flags_.tables[t].of_others[i] = more = true;
    });
    return more;
  }

  bool is_removed(TableId table, std::uint32_t key) const {
    auto const& plan = plan_[table];
    auto const& flags = flags_.tables[static_cast<std::size_t>(table)];
    auto const in = [&](auto const& rows, std::vector<bool> const& flagged) {
      auto at = std::lower_bound(rows.begin(), rows.end(), key, [](auto const& row, std::uint32_t wanted) { return row.key < wanted; });
      for (; at != rows.end() && at->key == key; ++at)
        if (!flagged[static_cast<std::size_t>(at - rows.begin())]) return true;
      return false;
    };
    return in(plan.removed, flags.removed) || in(plan.of_others, flags.of_others);
  }

  Plan& plan_;
  Flags& flags_;
  PlanContext const& context_;
};

}  // namespace

Flags::Flags(Plan const& plan) {
  for (std::size_t t = 0; t < table_count; ++t) {
    tables[t].created.resize(plan.tables[t].created.size());
    tables[t].updated.resize(plan.tables[t].updated.size());
    tables[t].removed.resize(plan.tables[t].removed.size());
    tables[t].of_others.resize(plan.tables[t].of_others.size());
  }
}

Dragged take_out(Plan& plan, Flags& flags, PlanContext const& context) { return TakingOut(plan, flags, context).run(); }

namespace {

// The source does not say any more what was set aside. A row that cannot be taken says nothing; a delta speaks only of whom it lists, and of
// tables without an index nobody knows that afterwards.
bool says_something_else(TablePlan const& plan, TableData const& data, std::uint64_t id) {
  if (std::binary_search(plan.excluded_ids.begin(), plan.excluded_ids.end(), id)) return false;
  return plan.full || (!data.index.empty() && data.index.find(id) != no_row);
}

}  // namespace

void leave_out_set_aside(Plan& plan, PlanContext const& context, bool remainder) {
  struct Aside {
    Digest digest;
    bool rejected, said = false;
  };
  std::array<std::unordered_map<std::uint64_t, Aside>, table_count> aside;
  bool any = false;
  auto rows = context.roster.prepare("SELECT tbl, id, low, high, kind FROM set_aside WHERE source = ? AND kind <> 'held-over'");
  rows->with(context.source.id);
  while (rows->step()) {
    // Whoever uploads a file again after an undo means it: that is a person's word, not what a system goes on saying every night.
    if (context.source.kind == batch_kind && rows->text(4) == "rejected") continue;
    if (remainder && rows->text(4) == "left-out") {  // released when it is applied
      plan.ended_asides.emplace_back(static_cast<TableId>(rows->integer(0)), static_cast<std::uint64_t>(rows->integer(1)));
      continue;
    }
    any = true;
    aside[static_cast<std::size_t>(rows->integer(0))][static_cast<std::uint64_t>(rows->integer(1))] = {
        {static_cast<std::uint64_t>(rows->integer(2)), static_cast<std::uint64_t>(rows->integer(3))}, rows->text(4) == "rejected", false};
  }
  if (!any) return;
  Flags flags(plan);
  std::array<std::uint64_t, table_count> left_out{};
  for (std::size_t t = 0; t < table_count; ++t) {
    auto const mark = [&](std::vector<bool>& list, std::size_t i, std::uint64_t id, Digest digest) {
      auto const at = aside[t].find(id);
      if (at == aside[t].end()) return;
      if (at->second.digest != digest) return plan.ended_asides.emplace_back(static_cast<TableId>(t), id), void();
      list[i] = at->second.said = true;
      left_out[t] += !at->second.rejected;
    };
    auto const& table = plan.tables[t];
    for (std::size_t i = 0; i < table.created.size(); ++i) mark(flags.tables[t].created, i, table.created[i].id, table.created[i].digest);
    for (std::size_t i = 0; i < table.updated.size(); ++i) mark(flags.tables[t].updated, i, table.updated[i].id, table.updated[i].digest);
    for (std::size_t i = 0; i < table.removed.size(); ++i) mark(flags.tables[t].removed, i, table.removed[i].id, {});
  }
  for (std::size_t t = 0; t < table_count; ++t)
    if (plan.tables[t].stated)
      for (auto const& [id, one] : aside[t])
        if (!one.said && says_something_else(plan.tables[t], context.comparison->checked.roster.tables[t], id))
          plan.ended_asides.emplace_back(static_cast<TableId>(t), id);
  auto const dragged = take_out(plan, flags, context);
  for (std::size_t t = 0; t < table_count; ++t) {
    plan.tables[t].left_out = std::min(left_out[t], dragged.all[t]);
    plan.tables[t].rejected = dragged.all[t] - plan.tables[t].left_out;
  }
}

}  // namespace rollbook::runs
