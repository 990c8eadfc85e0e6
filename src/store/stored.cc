#include "store/stored.h"

#include <array>

namespace rollbook::store {
namespace {

Stored stored_as(Type type) {
  switch (type) {
    case Type::Ref:
      return Stored::Key;
    case Type::RefList:
      return Stored::Keys;
    case Type::Boolean:
    case Type::Date:
      return Stored::Number;
    default:
      return Stored::Text;
  }
}

constexpr Migration steps[] = {
    {
        "records in layers, ids, revisions",
#include "store/roster_1.sql.h"
    },
};

}  // namespace

std::vector<StoredColumn> const& stored_columns(TableId table) {
  static auto const all = [] {
    std::array<std::vector<StoredColumn>, table_count> columns;
    for (auto const* each : all_tables)
      for (std::size_t f = 3; f < each->fields.size(); ++f) {
        auto const& field = each->fields[f];
        if (field.privacy == Privacy::Secret || field.in == In::Only11) continue;
        columns[static_cast<std::size_t>(each->id)].push_back({static_cast<std::uint8_t>(f), stored_as(field.type)});
      }
    return columns;
  }();
  return all[static_cast<std::size_t>(table)];
}

std::span<Migration const> roster_migrations() { return steps; }

}  // namespace rollbook::store
