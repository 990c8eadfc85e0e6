#include "web/org_tree.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "schema/schema.h"

namespace rollbook::web {
namespace {

std::map<std::int64_t, TreeOrg> all_orgs(store::Database& roster) {
  std::map<std::int64_t, TreeOrg> all;
  auto there = roster.prepare(roster.dialect().has_table);
  bool const has_rows = there->with("school_rows").step();
  there.reset();
  if (!has_rows) return all;
  auto rows = roster.prepare(
      "SELECT i.key, i.id, min(o.name), min(o.\"type\"), min(o.\"parentSourcedId\") FROM ids i JOIN \"orgs\" o ON o.row_key = i.key AND o.row_until IS NULL "
      "WHERE i.tbl = ? AND i.until IS NULL GROUP BY i.key, i.id");
  for (rows->with(static_cast<int>(TableId::Orgs)); rows->step();)
    all[rows->integer(0)] = {rows->integer(0), rows->is_null(4) ? std::nullopt : std::optional(rows->integer(4)), std::string(rows->text(1)),
                             std::string(rows->text(2)), std::string(rows->text(3))};
  rows.reset();
  auto counts = roster.prepare("SELECT tbl, school, sum(rows) FROM school_rows WHERE tbl = ? OR tbl = ? GROUP BY tbl, school");
  for (counts->with(static_cast<int>(TableId::Users), static_cast<int>(TableId::Classes)); counts->step();) {
    auto const at = all.find(counts->integer(1) - 1);
    if (at == all.end()) continue;
    auto const of_people = counts->integer(0) == static_cast<int>(TableId::Users);
    (of_people ? at->second.people : at->second.classes) = static_cast<std::uint64_t>(counts->integer(2));
  }
  for (auto& [key, org] : all)
    if (org.parent && (all.count(*org.parent) == 0 || *org.parent == key)) org.parent.reset();
  return all;
}

}  // namespace

std::vector<TreeOrg> org_tree(Visit& visit, std::string_view part) {
  std::vector<TreeOrg> tree;
  auto const roster = visit.hub.home.roster(visit.district->id);
  if (!roster) return tree;
  auto all = all_orgs(**roster);
  std::set<std::int64_t> shown;  // with all above them
  for (auto& [key, org] : all) {
    org.found = part.empty() || lower(org.name).find(part) != std::string::npos || lower(org.id).find(part) != std::string::npos;
    if (!org.found) continue;
    for (auto const* at = &org; shown.insert(at->key).second && at->parent;) at = &all.at(*at->parent);
  }
  std::map<std::optional<std::int64_t>, std::vector<TreeOrg const*>> below;
  for (auto const& [key, org] : all)
    if (shown.count(key) > 0) below[org.parent].push_back(&org);
  for (auto& [parent, ones] : below)
    std::sort(ones.begin(), ones.end(),
              [](TreeOrg const* a, TreeOrg const* b) { return std::pair(lower(a->name), a->key) < std::pair(lower(b->name), b->key); });
  // Those of a circle are below nobody: they come last, each with what is below it.
  std::vector<std::pair<TreeOrg const*, std::size_t>> to_do;
  std::set<std::int64_t> done;
  auto const walk = [&] {
    while (!to_do.empty()) {
      auto const [org, depth] = to_do.back();
      to_do.pop_back();
      if (!done.insert(org->key).second) continue;
      tree.push_back(*org);
      tree.back().depth = depth;
      auto const& ones = below[org->key];
      for (auto one = ones.rbegin(); one != ones.rend(); ++one) to_do.emplace_back(*one, depth + 1);
    }
  };
  auto const& roots = below[std::nullopt];
  for (auto one = roots.rbegin(); one != roots.rend(); ++one) to_do.emplace_back(*one, 0);
  walk();
  for (auto const key : shown)
    if (done.count(key) == 0) to_do.emplace_back(&all.at(key), 0), walk();
  return tree;
}

}  // namespace rollbook::web
