#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "runs/plan_parts.h"
#include "runs/unowned.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

using Keys = std::unordered_set<std::uint32_t>;

class Settling {
 public:
  Settling(Plan& plan, PlanContext const& context, bool parts_of_others_keep)
      : plan_(plan), context_(context), parts_of_others_keep_(parts_of_others_keep), unowned_(unowned_sources(context.roster)) {}

  // A record that is kept keeps its parts, and what it refers to: so until nothing changes any more.
  void run() {
    bool any = false;
    for (auto const& table : plan_.tables) any |= !table.removed.empty();
    if (!any) return;
    for (;;) {
      remove_parts();
      if (!keep_needed()) return;
      for (auto& table : plan_.tables) {
        std::erase_if(table.removed, [](Removed const& r) { return r.why == Why::WithItsWhole; });
        table.of_others.clear();
      }
    }
  }

 private:
  struct Referrer {
    std::uint32_t key;
    std::int64_t source;
    bool keeps;                                                      // a part of another source that cannot go with its whole
    std::vector<std::pair<std::uint8_t, std::uint32_t>> references;  // field, key
  };

  bool keeps_its_whole(std::int64_t source) const { return parts_of_others_keep_ || std::find(unowned_.begin(), unowned_.end(), source) != unowned_.end(); }

  static Keys keys_of(std::vector<Removed> const& removed) {
    Keys keys;
    for (auto const& row : removed) keys.insert(row.key);
    return keys;
  }

  // Stored rows that are neither changed nor removed, and that refer to something that goes.
  std::vector<Referrer> staying(TableId table, std::array<Keys, table_count> const& gone) {
    std::vector<Referrer> found;
    auto const& plan = plan_[table];
    bool const others = context_.said.others(table);
    if (plan.stored == 0 && !others) return found;
    bool concerned = false;
    for (auto const& field : table_of(table).fields) concerned |= field.refers_to != TableId::None && !gone[static_cast<std::size_t>(field.refers_to)].empty();
    if (!concerned) return found;
    Keys touched = keys_of(plan.removed);
    for (auto const& row : plan.updated) touched.insert(row.key);
    auto const look_at = [&](Referrer referrer, StoredRow const& row) {
      auto const& columns = stored_columns(table);
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].as != Stored::Key && columns[i].as != Stored::Keys) continue;
        auto const& field = table_of(table).fields[columns[i].field];
        auto const& target = gone[static_cast<std::size_t>(field.refers_to)];
        if (target.empty()) continue;
        for (auto const to : keys_in(row, i, columns[i].as))
          if (target.count(to) > 0) referrer.references.emplace_back(columns[i].field, to);
      }
      if (!referrer.references.empty()) found.push_back(std::move(referrer));
    };
    auto const look = [&](std::uint32_t key, StoredRow const& row) {
      if (touched.count(key) == 0) look_at({key, context_.source.id, false, {}}, row);
    };
    store::RowSelect select(context_.roster, table);
    if (others)
      select.each_current(std::nullopt, [&](store::RowVersion const& version) {
        if (version.source != context_.source.id && !is_of_others(plan, version.key, version.source))
          look_at({version.key, version.source, keeps_its_whole(version.source), {}}, version.row);
        return true;
      });
    if (plan.full) {  // rows that it lists refer to nothing that goes: only those it could not take may
      StoredRow row;
      for (auto const key : plan.protected_keys)
        if (select.current(key, context_.source.id, row)) look(key, row);
      for (auto const& kept : plan.kept)
        if (select.current(kept.key, context_.source.id, row)) look(kept.key, row);
    } else {
      select.each_current(context_.source.id, [&](store::RowVersion const& version) { return look(version.key, version.row), true; });
    }
    return found;
  }

  // A record that another source has too does not go, unless that source's say goes with its whole.
  Keys gone_of(TableId table) const {
    auto const& plan = plan_[table];
    Keys keys;
    auto const removed = keys_of(plan.removed);
    for (auto const& row : plan.removed) {
      bool const alone = !context_.said.others(table) || context_.said.key_of(table, row.id, false) == no_key;
      if (alone || nobody_has(table, row.key, removed)) keys.insert(row.key);
    }
    for (auto const& row : plan.of_others)
      if (nobody_has(table, row.key, removed)) keys.insert(row.key);
    return keys;
  }

  bool nobody_has(TableId table, std::uint32_t key, Keys const& removed) const {
    auto const& plan = plan_[table];
    if (plan.of_others.empty()) return false;
    auto& rows = sources_of_[static_cast<std::size_t>(table)];
    if (!rows) rows = context_.roster.prepare("SELECT row_source FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_until IS NULL");
    bool nobody = true;
    for (rows->with(key); nobody && rows->step();) {
      auto const source = rows->integer(0);
      nobody = source == context_.source.id ? removed.count(key) > 0 : is_of_others(plan, key, source);
    }
    rows->reset();
    return nobody;
  }

  std::array<Keys, table_count> all_gone() const {
    std::array<Keys, table_count> gone;
    for (std::size_t t = 0; t < table_count; ++t) gone[t] = gone_of(static_cast<TableId>(t));
    return gone;
  }

  // Wholes stand before their parts in the catalogue.
  void remove_parts() {
    auto gone = all_gone();
    for (auto const* table : all_tables) {
      std::map<std::int64_t, std::set<std::uint32_t>> parts;  // by source
      for (auto const& referrer : staying(table->id, gone))
        for (auto const& [field, to] : referrer.references)
          if (is_part(table->id, table->fields[field]) && !referrer.keeps) parts[referrer.source].insert(referrer.key);
      if (parts.empty()) continue;
      auto& plan = plan_[table->id];
      for (auto const& [source, keys] : parts) {
        for (auto const& [key, row] : said_of(source).with_keys(table->id, keys)) {
          if (source == context_.source.id) plan.removed.push_back({row.id, row.digest, key, Why::WithItsWhole, no_row});
          else plan.of_others.push_back({source, row.id, row.digest, key});
        }
      }
      std::sort(plan.removed.begin(), plan.removed.end(), [](Removed const& a, Removed const& b) { return a.key < b.key; });
      std::sort(plan.of_others.begin(), plan.of_others.end(),
                [](RemovedOfOther const& a, RemovedOfOther const& b) { return std::pair(a.key, a.source) < std::pair(b.key, b.source); });
      gone[static_cast<std::size_t>(table->id)] = gone_of(table->id);
    }
  }

  store::StoredSaid const& said_of(std::int64_t source) {
    if (source == context_.source.id) return context_.said;
    auto& said = others_[source];
    if (!said) said = std::make_unique<store::StoredSaid>(context_.roster, source, context_.seed);
    return *said;
  }

  bool keep_needed() {
    bool any = false;
    auto const gone = all_gone();
    for (auto i = table_count; i-- > 0;) {
      auto const& table = *all_tables[i];
      for (auto const& referrer : staying(table.id, gone))
        for (auto const& [field, to] : referrer.references)
          if (referrer.keeps || !is_part(table.id, table.fields[field])) any |= keep(table.fields[field].refers_to, to, table.id, referrer.key);
    }
    return any;
  }

  bool keep(TableId table, std::uint32_t key, TableId because, std::uint32_t because_key) {
    auto& plan = plan_[table];
    auto const at = std::lower_bound(plan.removed.begin(), plan.removed.end(), key, [](Removed const& r, std::uint32_t k) { return r.key < k; });
    if (at == plan.removed.end() || at->key != key || at->why == Why::WithItsWhole) return false;
    plan.removed.erase(at);
    plan.kept.push_back({key, because, because_key});
    return true;
  }

  Plan& plan_;
  PlanContext const& context_;
  bool parts_of_others_keep_;
  std::vector<std::int64_t> unowned_;
  std::map<std::int64_t, std::unique_ptr<store::StoredSaid>> others_;
  mutable std::array<std::unique_ptr<store::Statement>, table_count> sources_of_;  // of a record
};

}  // namespace

bool is_part(TableId table, Field const& field) {
  switch (table) {
    case TableId::Demographics:
    case TableId::UserProfiles:
    case TableId::Roles:
    case TableId::UserResources:
      return field.refers_to == TableId::Users;
    case TableId::Enrollments:
    case TableId::Results:
      return field.refers_to == TableId::Users || field.refers_to == TableId::Classes || field.refers_to == TableId::LineItems;
    case TableId::LineItems:
    case TableId::ClassResources:
      return field.refers_to == TableId::Classes;
    case TableId::CourseResources:
      return field.refers_to == TableId::Courses;
    case TableId::LineItemScoreScales:
    case TableId::LineItemLearningObjectiveIds:
      return field.refers_to == TableId::LineItems;
    case TableId::ResultScoreScales:
    case TableId::ResultLearningObjectiveIds:
      return field.refers_to == TableId::Results;
    default:
      return false;
  }
}

void settle_removals(Plan& plan, PlanContext const& context, bool parts_of_others_keep) { Settling(plan, context, parts_of_others_keep).run(); }

}  // namespace rollbook::runs
