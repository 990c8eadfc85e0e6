// Which records of a roster the visitor may see: the one place where Data Browsing is kept to their schools.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "runs/rows_by_key.h"
#include "runs/search.h"
#include "sync/stored_row.h"
#include "web/seen.h"

namespace rollbook::web {

class RecordScope {
 public:
  // By the right that is asked for; who edits by hand does so wherever they hold that, whatever school they keep their pages to.
  RecordScope(Visit& visit, store::Database& roster, access::Right right = access::Right::SeePeople);

  bool all() const { return seen_.all(); }
  // Of people: those of one of their schools, by their own row or by a role. Of enrollments, classes and courses: those of one of their schools. Of
  // demographics and profiles: those of people that they may see; demographics take the grant besides.
  bool may_see(TableId table, std::uint32_t key);
  bool sees_demographics(std::uint32_t user);
  // What all schools share is nobody's to change who holds the right at some of them only.
  bool may_change(TableId table, std::uint32_t key);

  // Of lists; nothing when all may be seen.
  runs::MaySee filter();
  runs::SearchScope search();

 private:
  std::optional<StoredRow> row_of(TableId table, std::uint32_t key);
  bool is_theirs(TableId table, std::uint32_t key, StoredRow const& row);
  bool is_at_theirs(TableId table, std::string_view field, StoredRow const& row, bool when_blank) const;
  bool is_person_of(Seen const& seen, std::uint32_t user, StoredRow const& row);

  store::Database& roster_;
  runs::RowsByKey rows_;
  Seen seen_, demographics_;
  bool has_grant_;
  std::map<std::pair<TableId, std::uint32_t>, bool> known_;
};

}  // namespace rollbook::web
