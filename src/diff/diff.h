// Two deliveries compared by sourcedId: what came, changed and went. Pure, and independent of the rules: what can be read is compared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/large_array.h"
#include "base/result.h"
#include "bundle/bundle.h"
#include "roster/chunk_reader.h"

namespace rollbook {

struct DiffOptions {
  unsigned workers = 1;
  std::uint64_t max_changes = 1000;  // listed per table and kind, the lowest lines first; counts stay exact
  std::uint64_t seed = 0;
  csv::Kernel kernel = csv::Kernel::Scalar;
  WillRead will_read;
  WillFill will_fill = nullptr;
};

enum class Change : std::uint8_t { Created, Updated, Removed };

constexpr std::string_view name_of(Change change) { return change == Change::Created ? "created" : change == Change::Updated ? "updated" : "removed"; }

struct FieldChange {
  std::string column, before, after;
};

struct RowChange {
  TableId table;
  Change change;
  std::string sourced_id;
  std::uint64_t old_line = 0, new_line = 0;  // 0: not there
  std::vector<FieldChange> fields;           // of updated rows
};

struct TableDiff {
  TableId table;
  std::uint64_t created = 0, updated = 0, removed = 0, unchanged = 0;
  std::uint64_t old_unreadable = 0, new_unreadable = 0;  // rows without a readable id, or repeating one: not compared
  std::vector<std::string> only_old, only_new;           // columns that one delivery lacks: not compared
};

struct Diff {
  std::vector<TableDiff> tables;      // those that both deliveries make a statement on
  std::vector<TableId> no_statement;  // in the old delivery, absent from the new one or without rows: nothing is said about them
  std::vector<RowChange> changes;
  bool equal() const;
};

// Columns are compared when both deliveries have them; dateLastModified and secrets are not, nor is how a value is quoted or a
// boolean, word or list is spelled. Between 1.1 and 1.2 roles are compared by person, organization and role.
// Trouble when a delivery cannot be read at all.
Result<Diff> compare(Bundle const& before, Bundle const& after, DiffOptions const& options);

}  // namespace rollbook
