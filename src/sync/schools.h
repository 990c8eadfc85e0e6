// Which schools a row belongs to, and how much of each changes.
//
// An organization of type school is itself; a class has its school; what belongs to a class its class's, a result by its line item; a person and their
// parts every organization they belong to; everything else is the district's, bucket 0.
#pragma once

#include <array>
#include <map>
#include <unordered_map>
#include <vector>

#include "sync/stored_row.h"

namespace rollbook {

// Key of the organization + 1; 0 is the district.
using School = std::uint32_t;
inline constexpr School whole_district = 0xffffffff;  // in counts: rows lost to the district, each once

class Schools {
 public:
  void class_is_at(std::uint32_t class_key, std::uint32_t org_key);
  // In which class a line item or a result is.
  void part_is_in(TableId table, std::uint32_t key, std::uint32_t class_key);
  std::uint32_t class_of_item(std::uint32_t key) const { return key < class_of_item_.size() ? class_of_item_[key] : no_key; }
  // The class of a row of a table of parts, as far as it is known; no_key else.
  std::uint32_t class_of(TableId table, StoredRow const& row) const;
  void person_is_at(std::uint32_t person_key, std::vector<std::uint32_t> org_keys);
  bool knows_person(std::uint32_t key) const { return key < person_org_.size() && person_org_[key] != no_key; }

  // The schools of a row, each once, in ascending order; never empty. `person` is asked for people who are not known yet.
  template <class AskPerson>
  std::vector<School> const& of(TableId table, std::uint32_t key, StoredRow const& row, AskPerson const& person) {
    found_.clear();
    if (auto const who = person_of(table, key, row); who != no_key && table != TableId::Users) {
      if (!knows_person(who)) person(who);
    }
    find(table, key, row);
    return found_;
  }

 private:
  static std::uint32_t person_of(TableId table, std::uint32_t key, StoredRow const& row);
  void find(TableId table, std::uint32_t key, StoredRow const& row);

  void add_person(std::uint32_t key);

  static constexpr std::uint32_t nowhere = no_key - 1;
  std::vector<std::uint32_t> class_org_, person_org_;                        // by key: one organization, no_key while unknown
  std::vector<std::uint32_t> class_of_item_, class_of_result_;               // by key: no_key while unknown
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> more_orgs_;  // of people who have several
  std::vector<School> found_;
};

// What happens to the rows of one table at one school.
struct SchoolChange {
  std::uint64_t created = 0, updated = 0, removed = 0, excluded = 0;
  std::uint64_t gone = 0;  // removed, or left the school, or lost what made them count there
  std::uint64_t less = 0;  // of these, rows that are no longer there
  std::int64_t grown = 0;  // rows more than before
};
using SchoolCounts = std::map<std::pair<std::uint8_t, School>, SchoolChange>;  // table, school

// An update that takes somebody away all the same: disabled, ended before today, a role changed away from student or teacher.
bool counts_as_removal(TableId table, StoredRow const& before, StoredRow const& after, std::int32_t today);

}  // namespace rollbook
