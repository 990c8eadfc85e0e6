#include "views/source_records.h"

#include "runs/look.h"
#include "schema/catalogue.h"
#include "store/stored_said.h"

namespace rollbook::views {

std::vector<std::pair<std::string, std::uint64_t>> records_of(runs::Hub& hub, store::District const& district, std::int64_t source) {
  std::vector<std::pair<std::string, std::uint64_t>> all;
  auto const roster = runs::open_roster(hub, district);
  if (!roster) return all;
  store::StoredSaid const said(**roster, source, runs::seed_of(hub, district.id));
  for (auto const* table : all_tables)
    if (auto const rows = said.rows(table->id); rows > 0) all.emplace_back(table->name, rows);
  return all;
}

}  // namespace rollbook::views
