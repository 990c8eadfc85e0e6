#include "runs/plan.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "runs/plan_parts.h"
#include "runs/unowned.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

TablePlan take(SaidNow& now, TableData const& data, std::uint64_t stored) {
  TablePlan plan;
  auto& d = now.differences;
  plan.stored = stored;
  plan.next_key = now.next_key;
  if (!now.stated) return plan;
  plan.stated = true;
  plan.full = now.full;
  plan.mode = data.mode;
  plan.bits = now.bits;
  plan.columns = said_columns(data);
  plan.unchanged = d.unchanged;
  plan.excluded = now.excluded;
  plan.unresolved = now.unresolved;
  plan.filtered = now.filtered;
  plan.flagged = now.flagged;
  plan.another_one = now.another_one.size();
  plan.another_one_rows = now.another_one;
  plan.differing_claims = now.differing_claims;
  plan.unknown_deletions = d.unknown_deletions;
  plan.created = std::move(d.created);
  for (auto const& [row, key, before] : d.updated) plan.updated.push_back({row.id, before, row.digest, row.row, key});
  for (auto const& [row, key, before] : d.deleted) plan.removed.push_back({row.id, before, key, Why::Deleted, row.row});
  plan.withheld = now.unreadable > 0 ? d.not_listed.size() : 0;
  for (auto const& row : d.not_listed)
    if (now.unreadable > 0) plan.withheld_keys.push_back(row.key);
    else plan.removed.push_back({row.id, row.digest, row.key, Why::NotListed, no_row});
  std::sort(plan.removed.begin(), plan.removed.end(), [](Removed const& a, Removed const& b) { return a.key < b.key; });
  for (auto const& known : d.protected_) plan.protected_keys.push_back(known.key);
  plan.excluded_ids = std::move(now.excluded_ids);
  std::sort(plan.excluded_ids.begin(), plan.excluded_ids.end());
  return plan;
}

// The digits of a timestamp as if it were written in full: 2026-09-03 and 2026-09-03T00:00:00.000Z are the same moment.
std::string moment(std::string_view text) {
  std::string digits;
  for (char const c : text)
    if (c >= '0' && c <= '9') digits += c;
  digits.resize(17, '0');
  return digits;
}

// A delta may come late: what is older than what is stored is not taken.
void drop_stale(TablePlan& plan, TableData const& data, PlanContext const& context) {
  if (plan.mode != Mode::Delta) return;
  auto const drop = [&](auto& list) {
    std::vector<std::pair<std::uint32_t, std::size_t>> rows;  // row, place in the list
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list[i].row != no_row) rows.emplace_back(list[i].row, i);
    std::sort(rows.begin(), rows.end());
    std::vector<std::uint32_t> numbers;
    for (auto const& [row, i] : rows) numbers.push_back(row);
    std::vector<bool> stale(list.size());
    std::size_t next = 0;
    context.delivered->each(data.table->id, numbers, [&](std::uint32_t row, std::string_view, StoredRow const& now) {
      while (rows[next].first != row) ++next;
      auto const i = rows[next].second;
      auto const* before = now.modified.empty() ? nullptr : context.before->find(data.table->id, list[i].key);
      stale[i] = before != nullptr && moment(now.modified) < moment(before->modified);
      plan.stale += stale[i];
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < list.size(); ++i)
      if (!stale[i]) list[kept++] = list[i];
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(kept), list.end());
  };
  drop(plan.updated);
  drop(plan.removed);
}

std::vector<std::uint32_t> keys_that_change(TablePlan const& plan) {
  std::vector<std::uint32_t> keys;
  keys.reserve(plan.updated.size() + plan.removed.size());
  for (auto const& row : plan.updated) keys.push_back(row.key);
  for (auto const& row : plan.removed) keys.push_back(row.key);
  if (!plan.created.empty()) keys.insert(keys.end(), plan.withheld_keys.begin(), plan.withheld_keys.end());  // anomalies look whether these come again
  return keys;
}

std::vector<std::uint32_t> rows_that_change(TablePlan const& plan) {
  std::vector<std::uint32_t> rows;
  rows.reserve(plan.changes());
  for (auto const& row : plan.created) rows.push_back(row.row);
  for (auto const& row : plan.updated) rows.push_back(row.row);
  for (auto const& row : plan.removed)
    if (row.row != no_row) rows.push_back(row.row);
  std::sort(rows.begin(), rows.end());
  return rows;
}

void put(std::string& bytes, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(number >> (8 * i));
}

}  // namespace

std::string said_columns(TableData const& data) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < data.layout.columns.size(); ++at) {
    auto const field = data.layout.field_of[at];
    if (field != no_field) names.emplace_back(data.table->fields[field].name);
    else if (data.layout.columns[at].starts_with("metadata.")) names.push_back(data.layout.columns[at]);
  }
  std::sort(names.begin(), names.end());
  std::string all;
  for (auto const& name : names) all += (all.empty() ? "" : ",") + name;
  return all;
}

ColumnsOfFile columns_in(Table const& table, std::string const& said) {
  ColumnsOfFile columns;
  for (auto const& name : split(said, ',')) {
    if (name.starts_with("metadata.")) columns.metadata.insert(name);
    else columns.fields |= 1u << field_index(table, name);
  }
  return columns;
}

Plan make_plan(Comparison& comparison, PlanContext const& context, PlanOptions const& how) {
  Plan plan;
  plan.no_removals = how.no_removals;
  for (auto const* table : all_tables) {
    auto const t = static_cast<std::size_t>(table->id);
    auto const& data = comparison.checked.roster.tables[t];
    plan.tables[t] = take(comparison.tables[t], data, context.said.rows(table->id));
    if (plan.tables[t].stored > 0) context.delivered->keep(table->id, rows_that_change(plan.tables[t]));  // a first load is all of it: read again when needed
    context.before->keep(table->id, keys_that_change(plan.tables[t]));
    drop_stale(plan.tables[t], data, context);
  }
  if (plan.no_removals.empty()) settle_removals(plan, context);
  leave_out_set_aside(plan, context, how.remainder);
  if (!plan.no_removals.empty()) withhold_removals(plan);
  end_held_over(plan, context);
  find_adopted(plan, context);
  return plan;
}

bool is_of_others(TablePlan const& plan, std::uint32_t key, std::int64_t source) {
  auto const at = std::lower_bound(plan.of_others.begin(), plan.of_others.end(), std::pair(key, source),
                                   [](RemovedOfOther const& row, auto const& wanted) { return std::pair(row.key, row.source) < wanted; });
  return at != plan.of_others.end() && at->key == key && at->source == source;
}

std::string Plan::digest() const {
  std::string bytes;
  for (auto const& table : tables) {
    put(bytes, table.created.size());
    put(bytes, table.updated.size());
    put(bytes, table.removed.size());
    // The sum of a hash of each change: whatever their order, and without a list of them all. Ids and digests are hashes under the district's secret seed, so
    // nobody can look for rows whose sum is that of others.
    Digest sum;
    auto const add = [&](std::uint64_t kind, std::uint64_t id, Digest const& digest) {
      std::array<std::uint64_t, 4> const change{kind, id, digest.low, digest.high};
      auto const hash = XXH3_128bits_withSeed(change.data(), sizeof change, 1);
      sum.low += hash.low64;
      sum.high += hash.high64;
    };
    for (auto const& row : table.created) add(0, row.id, row.digest);
    for (auto const& row : table.updated) add(1, row.id, row.digest);
    for (auto const& row : table.removed) add(2, row.id, row.before);
    for (auto const& row : table.of_others) add(3, row.id, row.before);
    put(bytes, sum.low);
    put(bytes, sum.high);
  }
  return digest_text(bytes);
}

std::string digest_text(std::string_view bytes) {
  auto const hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), 7);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high64), static_cast<unsigned long long>(hash.low64));
  return text;
}

}  // namespace rollbook::runs
