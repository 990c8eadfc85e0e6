#include "runs/recount.h"

#include "runs/apply.h"
#include "runs/plan_parts.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

Schools schools_now(store::Database& roster, std::int64_t source) {
  Schools schools;
  static auto const school = stored_index(TableId::Classes, "schoolSourcedId"), many = stored_index(TableId::Users, "orgSourcedIds"),
                    primary = stored_index(TableId::Users, "primaryOrgSourcedId"), user = stored_index(TableId::Roles, "userSourcedId"),
                    org = stored_index(TableId::Roles, "orgSourcedId");
  store::RowSelect(roster, TableId::Classes).each_current(std::nullopt, [&](store::RowVersion const& version) {
    if (!version.row.is_null(school)) schools.class_is_at(version.key, static_cast<std::uint32_t>(version.row.number(school)));
    return true;
  });
  learn_classes_of_parts(roster, true, "WHERE row_until IS NULL", schools);
  std::map<std::uint32_t, std::vector<std::uint32_t>> orgs;
  store::RowSelect(roster, TableId::Users).each_current(source, [&](store::RowVersion const& version) {
    orgs[version.key] = keys_in(version.row, many, Stored::Keys);
    for (auto const one : keys_in(version.row, primary, Stored::Key)) orgs[version.key].push_back(one);
    return true;
  });
  // Since 1.2 roles say where people are.
  std::set<std::uint32_t> with_roles;
  store::RowSelect(roster, TableId::Roles).each_current(source, [&](store::RowVersion const& version) {
    if (version.row.is_null(user) || version.row.is_null(org)) return true;
    auto const person = static_cast<std::uint32_t>(version.row.number(user));
    if (with_roles.insert(person).second) orgs[person].clear();
    orgs[person].push_back(static_cast<std::uint32_t>(version.row.number(org)));
    return true;
  });
  for (auto& [person, of_person] : orgs) schools.person_is_at(person, std::move(of_person));
  return schools;
}

}  // namespace

void learn_classes_of_parts(store::Database& roster, bool with_results, std::string const& which, Schools& schools) {
  for (auto const table : {TableId::LineItems, TableId::Results}) {
    if (table == TableId::Results && !with_results) return;
    std::string const item = table == TableId::Results ? "\"lineItemSourcedId\"" : "NULL";
    auto rows = roster.prepare("SELECT row_key, \"classSourcedId\", " + item + " FROM " + store::quoted(table_of(table)) + " " + which);
    while (rows->step()) {
      auto const class_key = !rows->is_null(1) ? static_cast<std::uint32_t>(rows->integer(1)) : rows->is_null(2) ? no_key : schools.class_of_item(static_cast<std::uint32_t>(rows->integer(2)));
      schools.part_is_in(table, static_cast<std::uint32_t>(rows->integer(0)), class_key);
    }
  }
}

void recount_rows(store::Database& roster, std::int64_t source) {
  auto schools = schools_now(roster, source);
  std::map<std::pair<std::uint8_t, School>, std::int64_t> counts;
  for (auto const* table : all_tables)
    store::RowSelect(roster, table->id).each_current(source, [&](store::RowVersion const& version) {
      for (auto const school : schools.of(table->id, version.key, version.row, [](std::uint32_t) {})) ++counts[{static_cast<std::uint8_t>(table->id), school}];
      return true;
    });
  roster.run("DELETE FROM school_rows WHERE source = ?", source);
  auto put = roster.prepare("INSERT INTO school_rows(source, tbl, school, rows) VALUES(?, ?, ?, ?)");
  for (auto const& [key, rows] : counts) put->run(source, key.first, key.second, rows);
}

void count_anew(store::Database& roster, std::int64_t source) {
  roster.run("DELETE FROM recounts WHERE source = ?", source);
  roster.run("INSERT INTO recounts(source) VALUES(?)", source);
}

std::optional<Trouble> recount_where_due(store::Database& roster) {
  auto const due = [&] {
    std::vector<std::int64_t> sources;
    auto rows = roster.prepare("SELECT source FROM recounts");
    while (rows->step()) sources.push_back(rows->integer(0));
    return sources;
  };
  if (due().empty()) return roster.trouble();
  return roster.transaction([&] {
    for (auto const source : due()) recount_rows(roster, source);
    roster.run("DELETE FROM recounts");
    return true;
  });
}

}  // namespace rollbook::runs
