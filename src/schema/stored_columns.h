// Which columns of OneRoster a roster keeps, and as what. Both versions lie in one table: a field that only one of them has is blank in
// rows of the other, and a converter moves what they say in different places when a roster is handed on.
#pragma once

#include <array>
#include <vector>

#include "schema/catalogue.h"

namespace rollbook {

enum class Stored : std::uint8_t {
  Key,     // of the record referred to
  Keys,    // of several, with spaces between
  Number,  // booleans 0 and 1, dates yyyymmdd
  Text,    // words as the specification spells them, lists without spaces, all else as received
};

struct StoredColumn {
  std::uint8_t field = 0;  // of the declaration
  Stored as = Stored::Text;
};

// The columns of a table, in the order of the declaration. Not among them: sourcedId (ids stand in a table of their own), status,
// dateLastModified, secrets. An id that is a reference too, as that of demographics, is kept as the key of the record it means.
inline std::vector<StoredColumn> const& stored_columns(TableId table) {
  static auto const all = [] {
    std::array<std::vector<StoredColumn>, table_count> columns;
    for (auto const* each : all_tables)
      for (std::size_t f = 0; f < each->fields.size(); ++f) {
        auto const& field = each->fields[f];
        bool const plain = f < 3 && field.refers_to == TableId::None;
        if (plain || field.privacy == Privacy::Secret) continue;
        auto const as = field.type == Type::Ref || field.type == Type::Guid                ? Stored::Key
                        : field.type == Type::RefList                                      ? Stored::Keys
                        : field.type == Type::Boolean || field.type == Type::Date ? Stored::Number
                                                                                           : Stored::Text;
        columns[static_cast<std::size_t>(each->id)].push_back({static_cast<std::uint8_t>(f), as});
      }
    return columns;
  }();
  return all[static_cast<std::size_t>(table)];
}

// Place of a field among the stored columns of its table, or npos.
inline std::size_t stored_index(TableId table, std::string_view name) {
  auto const& columns = stored_columns(table);
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (table_of(table).fields[columns[i].field].name == name) return i;
  return npos;
}

}  // namespace rollbook
