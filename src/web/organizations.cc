#include "web/organizations.h"

#include "schema/schema.h"

namespace rollbook::web {

std::vector<Organization> organizations_of(Visit& visit, std::string_view sourced_id) {
  std::vector<Organization> all;
  auto const roster = visit.hub.home.roster(visit.district->id);
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
