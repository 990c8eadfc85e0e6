// Steps of a cascade: what goes with an organization, and what merely loses a reference.
#pragma once

#include <array>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "runs/answer.h"
#include "runs/apply.h"
#include "sync/stored_row.h"

namespace rollbook::runs {

class CascadePlan {
 public:
  // Reads the whole roster. Trouble stays in the database.
  CascadePlan(store::Database& roster, std::uint64_t seed, std::uint32_t org);

  void describe(Answer& answer) const;
  std::uint64_t records() const;  // that go
  std::string digest() const;
  // Within the transaction of the revision.
  void apply(Revision const& revision);

 private:
  using Keys = std::unordered_set<std::uint32_t>;
  struct Said {
    std::vector<std::uint32_t> removed;
    std::vector<std::pair<std::uint32_t, StoredRow>> updated;
  };
  struct OfTable {
    std::map<std::int64_t, Said> sources;
    Keys gone, changed;
  };

  void find_organizations(std::uint32_t org);
  void find_people();
  void find_rows(Table const& table);
  bool goes(Table const& table, StoredRow const& row) const;
  bool without_what_goes(Table const& table, StoredRow& row) const;
  void apply_rows(Table const& table, std::int64_t source, Said const& said, Revision const& revision);
  void end_edits(std::int64_t revision);

  OfTable& of(TableId table) { return tables_[static_cast<std::size_t>(table)]; }
  Keys const& gone(TableId table) const { return tables_[static_cast<std::size_t>(table)].gone; }

  store::Database& roster_;
  std::uint64_t seed_;
  std::uint32_t org_;
  std::array<OfTable, table_count> tables_;
  std::uint64_t classes_elsewhere_ = 0;  // whose school stays, and whose course goes
};

}  // namespace rollbook::runs
