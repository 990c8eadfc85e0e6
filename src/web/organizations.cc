#include "web/organizations.h"

#include <algorithm>

#include "schema/schema.h"

namespace rollbook::web {

std::vector<Organization> organizations_of(Visit& visit, std::string_view sourced_id) {
  return organizations_of(visit.hub.home, visit.district->id, sourced_id);
}

std::string place_of(std::optional<std::int64_t> org, std::vector<Organization> const& organizations) {
  if (!org) return "The whole district";
  auto const found = std::find_if(organizations.begin(), organizations.end(), [&](auto const& one) { return one.key == *org; });
  return found == organizations.end() ? "An organization that is gone" : found->name + " (" + found->id + ")";
}

std::vector<Organization> organizations_of(store::Home& home, std::int64_t district, std::string_view sourced_id) {
  std::vector<Organization> all;
  auto const roster = home.roster(district);
  if (!roster) return all;
  auto there = (*roster)->prepare((*roster)->dialect().has_table);
  auto const has_rows = there->with("orgs").step();
  there.reset();
  if (!has_rows) return all;
  auto rows = (*roster)->prepare(
      "SELECT i.key, i.id, min(o.name), min(CASE o.\"type\" WHEN 'school' THEN 0 ELSE 1 END) FROM ids i "
      "JOIN \"orgs\" o ON o.row_key = i.key AND o.row_until IS NULL WHERE i.tbl = ? AND i.until IS NULL" +
      std::string(sourced_id.empty() ? "" : " AND i.id = ?") + " GROUP BY i.key, i.id ORDER BY 3, 2");
  rows->with(static_cast<int>(TableId::Orgs));
  if (!sourced_id.empty()) rows->bind(2, sourced_id);
  while (rows->step()) all.push_back({rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2)), rows->integer(3) == 0});
  return all;
}

}  // namespace rollbook::web
