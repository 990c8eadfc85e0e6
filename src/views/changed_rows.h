// The rows behind a number of a run, a page at a time: who they are, what they were and what they are or would be. Of an applied run that is read from
// the versions in the roster, of one that waits from the roster as it is and the delivery as it is kept. The last page costs what the first does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runs/change_list.h"
#include "runs/work.h"

namespace rollbook::views {

struct AskedRows {
  TableId table = TableId::Users;
  runs::ChangeKind kind = runs::ChangeKind::Created;
  std::optional<std::string> school;  // its sourcedId; "" is the district itself; none: everywhere
  std::string text;                   // anywhere in sourcedId or name, whatever its case; "" for all
  bool sees_demographics = false;     // else rows of demographics.csv are only named
};

struct ChangedRow {
  struct School {
    std::string sourced_id, name;  // both "" of the district itself
  };
  struct Field {
    std::string name, before, after;
  };
  std::uint32_t key = 0;  // in the roster, should it be there
  std::string sourced_id;
  std::string name;                   // of people their names, else a title; of a row between records the names of these
  School school;                      // under which it is listed
  std::vector<Field> fields;          // updated: those that differ; created: those that come; removed: those that go
  std::string why;                    // it goes; a sentence
  std::optional<std::uint64_t> line;  // of the file
  bool kept = true;                   // false: what it would become is not kept any more, because the run is decided
};

struct ChangedRows {
  std::vector<ChangedRow> rows;
  std::uint64_t all = 0;              // in the list, whatever the text asks for
  std::optional<std::uint64_t> next;  // where the next page begins
};

// Rows from place `from` of the list on. With a text a page looks at a bounded number of rows: it may have few rows, or none, and a next one all the same.
Result<ChangedRows> changed_rows(runs::Hub& hub, store::District const& district, store::Run const& run, AskedRows const& asked, std::uint64_t from,
                                 std::size_t how_many);

}  // namespace rollbook::views
