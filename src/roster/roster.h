// Everything known of a delivery once it is read: per table its rows, ids and the columns that other tables' rules look at.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bundle/bundle.h"
#include "roster/values.h"

namespace rollbook {

// One chunk of a file, after reading.
struct Chunk {
  std::uint64_t start = 0, end = 0;                       // bytes of the file; records that start in here
  std::uint32_t records = 0, lines = 0, extra_lines = 0;  // extra: lines beyond the first of records that have several
  std::uint64_t first_line = 0, first_extra = 0;          // of the whole file, before this chunk
};

// Columns of a table that others look at, by row (row = first_row of the chunk + record).
struct KeptColumns {
  std::array<std::vector<std::int32_t>, max_fields> column;
  std::array<std::vector<double>, max_fields> number;
  std::array<std::vector<std::uint32_t>, max_fields> item_ends;
  std::array<std::vector<std::int32_t>, max_fields> items;

  std::int32_t at(std::size_t field, std::int32_t row) const { return column[field].empty() ? blank : column[field][static_cast<std::size_t>(row)]; }
};

struct TableData {
  Table const* table = nullptr;
  Member const* member = nullptr;  // null: not part of the delivery, or not readable
  Mode mode = Mode::Absent;
  Layout layout;
  std::uint64_t first_record = 0;  // offset of the first record behind the header
  std::uint64_t header_lines = 1;
  bool repeats = false;         // some ids stand twice
  bool states_nothing = false;  // a header without rows: no statement on the table
  std::vector<Chunk> chunks;
  std::vector<std::uint32_t> first_row;               // per chunk
  std::uint64_t rows = 0, excluded = 0, waiting = 0;  // waiting: excluded only because of what they depend on
  IdIndex index;
  std::vector<std::pair<std::uint64_t, csv::Place>> guessed_ids;  // read in the place of damaged ones: hash, excluded row
  std::unordered_map<std::uint64_t, std::uint32_t> also;          // of these, where the table is referred to and has no such id: hash → row
  std::vector<Pending> dangling_within;                           // references within the table to nothing, or to an excluded row
  std::vector<std::uint32_t> root;                                // per row; empty while no row is excluded
  KeptColumns kept;

  bool is_read() const { return member != nullptr; }
  std::uint32_t row_of(csv::Place place) const { return first_row[place.chunk()] + place.record(); }
};

// Bits of Roster::user_roles: the place of the word in words::role; everything else is ext_role.
using RoleBits = std::uint16_t;
inline constexpr RoleBits ext_role = 1u << 15;

struct Roster {
  Version version = Version::V11;
  std::array<TableData, table_count> tables;
  // Derived once their tables are read, for rules of tables further down.
  std::vector<std::int32_t> class_begin, class_end;  // first and last day over all terms of a class; blank when unknown
  std::vector<RoleBits> user_roles;                  // per user: all roles held anywhere

  TableData const& operator[](TableId id) const { return tables[static_cast<std::size_t>(id)]; }
  TableData& operator[](TableId id) { return tables[static_cast<std::size_t>(id)]; }
};

// True for tables that some other table (or itself) refers to: their ids are indexed, and columns of them kept.
constexpr bool is_referred_to(TableId id) {
  for (auto const* table : all_tables)
    for (auto const& field : table->fields)
      if (field.refers_to == id) return true;
  return false;
}

// The columns that rules of other tables, and rules of the whole table, look at: only these are kept when their chunk is gone. A rule that
// looks at another one through a reference does not compile; its case finds nothing when it looks directly. Then it is added here.
constexpr bool is_kept(TableId table, std::string_view field) {
  switch (table) {
    case TableId::Orgs:
      return field == "type" || field == "parentSourcedId";
    case TableId::AcademicSessions:
      return field == "type" || field == "startDate" || field == "endDate" || field == "parentSourcedId";
    case TableId::Classes:
      return field == "schoolSourcedId" || field == "termSourcedIds";
    case TableId::Users:
      return field == "role";
    case TableId::UserProfiles:
      return field == "userSourcedId";
    case TableId::LineItems:
      return field == "classSourcedId" || field == "resultValueMin" || field == "resultValueMax";
    default:
      return false;
  }
}

}  // namespace rollbook
