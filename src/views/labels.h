// What people call stored records, and the ids they have: looked up once each, for a page.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "runs/rows_by_key.h"
#include "store/database.h"

namespace rollbook::views {

// What people call a row whose cells `cell` knows by the names of fields: "Ada Bell", "Oak School"; "" when it has no name of its own.
std::string own_name(TableId table, std::function<std::string(std::string_view field)> const& cell);

class Labels {
 public:
  // `revision`: names as they were then; none: as they are. Edits count as on that day.
  explicit Labels(store::Database& roster, std::optional<std::int64_t> revision = {}, std::optional<std::int32_t> day = {})
      : roster_(roster), revision_(revision), rows_(roster, revision.value_or(0), day) {}

  std::string const& id(TableId table, std::uint32_t key);
  // "Ada Bell" of a person, "Oak School" of an organization; "" when it has no name.
  std::string const& name(TableId table, std::uint32_t key);
  // The record itself; when it is gone, what it was last. Nothing: there never was one.
  std::optional<StoredRow> row(TableId table, std::uint32_t key);
  // Of a row: its own name, or those of the people and classes that it is about.
  std::string name(TableId table, StoredRow const& row);

  // A cell as OneRoster writes it; references by the ids they have.
  std::string text(TableId table, std::size_t column, StoredRow const& row);

 private:
  store::Database& roster_;
  std::optional<std::int64_t> revision_;
  runs::RowsByKey rows_;
  std::map<std::pair<TableId, std::uint32_t>, std::string> ids_, names_;
};

}  // namespace rollbook::views
