// Students, staff and classes as lists: filtered and sorted where they are stored, a page at a time, so that nobody reads a whole roster to show fifty rows.
//
// Fields count with the edits that lie over them. Of a record that two sources bring, what either says is asked; staff is what the search index knows of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/schema.h"
#include "store/database.h"

namespace rollbook::runs {

enum class ListKind : std::uint8_t { Students, Staff, Classes };
constexpr TableId table_of_list(ListKind kind) { return kind == ListKind::Classes ? TableId::Classes : TableId::Users; }

enum class ListOrder : std::uint8_t { Name, Id, Email, Grades };

struct ListFilter {
  ListKind kind = ListKind::Students;
  std::optional<std::vector<std::uint32_t>> among = {};  // only of these records: what was searched for
  std::optional<std::vector<std::uint32_t>> orgs = {};   // of any of these organizations
  std::optional<bool> enabled = {};                      // of people: active, or deactivated
  std::string role = {}, grade = {};                     // of staff; of all
  std::string lacks_id = {};                             // people without a secondary id of this type: state, district, sis
  bool without_classes = false;                          // people who are in none; classes in which nobody is
  ListOrder order = ListOrder::Name;
  bool descending = false;
};

// More organizations, or records to look among, are too many for one question.
inline constexpr std::size_t most_orgs_of_a_list = 500;

struct RecordPage {
  std::vector<std::uint32_t> keys;
  std::uint64_t all = 0;  // that fit
};
RecordPage list_records(store::Database& roster, ListFilter const& filter, std::int32_t today, std::uint64_t from, std::size_t how_many);

}  // namespace rollbook::runs
