#include "runs/odd_ids.h"

#include <algorithm>

#include "runs/names.h"
#include "runs/rows_by_key.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr TableId tables_of_ids[] = {TableId::Users, TableId::Classes, TableId::Orgs};

class FindOddIds {
 public:
  FindOddIds(store::Database& roster, std::int32_t today) : roster_(roster), rows_(roster, 0, today) {}

  OddIds run() {
    for (auto const table : tables_of_ids) find_near(table);
    for (auto const table : tables_of_ids) find_numbers(table, "sourcedId", "SELECT DISTINCT i.key, i.id" + living(table) + " AND length(i.id) IN (9, 11)");
    for (auto const* const field : {"identifier", "userIds"}) find_numbers_in_users(field);
    find_nameless();
    return std::move(odd_);
  }

 private:
  // Records that are there, with the ids that they have.
  static std::string living(TableId table) {
    return " FROM ids AS i JOIN " + store::quoted(table_of(table)) +
           " AS t ON t.row_key = i.key AND t.row_until IS NULL WHERE i.tbl = " + std::to_string(static_cast<int>(table)) + " AND i.until IS NULL";
  }

  void find_near(TableId table) {
    std::vector<std::string> bare;
    auto groups = roster_.prepare("SELECT lower(ltrim(i.id, '0')) AS bare" + living(table) +
                                  " GROUP BY lower(ltrim(i.id, '0')) HAVING count(DISTINCT i.key) > 1 ORDER BY 1 LIMIT ?");
    for (groups->with(most_odd_ids + 1); groups->step();) bare.emplace_back(groups->text(0));
    groups.reset();
    auto ids = roster_.prepare("SELECT DISTINCT i.key, i.id" + living(table) + " AND lower(ltrim(i.id, '0')) = ? ORDER BY i.id");
    for (auto const& one : bare) {
      if (odd_.near.size() == most_odd_ids) {
        odd_.more_near = true;
        return;
      }
      OddIds::Group group{table, {}};
      for (ids->with(one); ids->step();) group.ids.push_back({static_cast<std::uint32_t>(ids->integer(0)), std::string(ids->text(1))});
      ids->reset();
      odd_.near.push_back(std::move(group));
    }
  }

  // `question` asks for keys and texts that may have one.
  void find_numbers(TableId table, std::string const& field, std::string const& question) {
    auto rows = roster_.prepare(question);
    while (rows->step())
      if (has_social_security_number(rows->text(1))) add({table, static_cast<std::uint32_t>(rows->integer(0)), field});
  }

  // Candidates by what sources and edits say; whether it is so now is asked of the record.
  void find_numbers_in_users(std::string const& field) {
    std::vector<std::uint32_t> keys;
    auto const take = [&](std::string const& question) {
      for (auto rows = roster_.prepare(question); rows->step();)
        if (has_social_security_number(rows->text(1))) keys.push_back(static_cast<std::uint32_t>(rows->integer(0)));
    };
    auto const column = "\"" + field + "\"";
    take("SELECT row_key, " + column + " FROM users WHERE row_until IS NULL AND length(" + column + ") >= 9");
    take("SELECT key, value FROM overlay WHERE tbl = " + std::to_string(static_cast<int>(TableId::Users)) + " AND field = '" + field +
         "' AND until IS NULL AND length(value) >= 9");
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    auto const at = stored_index(TableId::Users, field);
    for (auto const key : keys) {
      auto const row = rows_.row(TableId::Users, key);
      if (row && row->lives && !row->cells.is_null(at) && has_social_security_number(row->cells.text(at))) add({TableId::Users, key, field});
      if (odd_.more_social_security) return;
    }
  }

  void find_nameless() {
    auto const identifier = stored_index(TableId::Orgs, "identifier");
    std::vector<std::uint32_t> keys;
    auto orgs = roster_.prepare("SELECT DISTINCT row_key FROM orgs WHERE row_until IS NULL ORDER BY row_key");
    while (orgs->step()) keys.push_back(static_cast<std::uint32_t>(orgs->integer(0)));
    orgs.reset();
    for (auto const key : keys) {
      auto const row = rows_.row(TableId::Orgs, key);
      if (!row || !row->lives || (!row->cells.is_null(identifier) && !row->cells.text(identifier).empty())) continue;
      if (odd_.nameless_orgs.size() < most_odd_ids) odd_.nameless_orgs.push_back(key);
      else odd_.more_nameless = true;
    }
  }

  void add(OddIds::Record record) {
    if (odd_.social_security.size() < most_odd_ids) odd_.social_security.push_back(std::move(record));
    else odd_.more_social_security = true;
  }

  store::Database& roster_;
  RowsByKey rows_;
  OddIds odd_;
};

}  // namespace

OddIds odd_ids(store::Database& roster, std::int32_t today) { return FindOddIds(roster, today).run(); }

}  // namespace rollbook::runs
