// What refers to a record: the classes of a person, the roster of a class, what lies below an organization. From the lists that the search keeps, a page at a
// time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runs/search.h"
#include "views/labels.h"

namespace rollbook::views {

// What a record is, in a line: "student, grade 05" of a person, the code of a class.
std::string detail_of(TableId table, StoredRow const& row);

struct RelatedRow {
  std::uint32_t key = 0;
  std::string sourced_id, name, detail;
  // Where it leads: of a row between two records the other one.
  TableId to_table = TableId::None;
  std::uint32_t to_key = 0;
  std::string to_id;
};

struct RelatedList {
  TableId table = TableId::None;  // of the records that refer
  std::string field;              // by which
  std::uint64_t all = 0;
  std::vector<RelatedRow> rows;
  std::optional<std::uint32_t> next;  // the key that the next page begins with
};

// Rows of one list from key `from` on; those that may not be seen are passed over, so that a page may have few and a next one all the same.
RelatedList related_list(store::Database& roster, Labels& labels, TableId table, std::string_view field, TableId of, std::uint32_t key, std::uint32_t from,
                         std::size_t how_many, runs::MaySee const& may_see);

// Who teaches a person: the teachers of the classes that they are in as a student, each once, with the class. From enrollments of both that may be seen.
RelatedList teachers_of(store::Database& roster, Labels& labels, std::uint32_t user, std::size_t how_many, runs::MaySee const& may_see);

// The beginnings of all lists that have rows.
std::vector<RelatedList> all_related(store::Database& roster, Labels& labels, TableId of, std::uint32_t key, std::size_t how_many, runs::MaySee const& may_see);

}  // namespace rollbook::views
