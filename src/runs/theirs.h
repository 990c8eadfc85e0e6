// The records of a table that belong to some organizations, by what the search index knows: so that of a million people those of a school are known
// without asking any of them.
#pragma once

#include <cstdint>
#include <vector>

#include "schema/schema.h"
#include "store/database.h"

namespace rollbook::runs {

class Theirs {
 public:
  Theirs(store::Database& roster, TableId table, std::vector<std::uint32_t> const& orgs);

  // False: there are too many to gather them for one search, and each that is found has to be asked.
  bool known() const { return known_; }
  bool has(std::uint32_t key) const { return (key < keys_.size() && keys_[key]) != all_but_; }
  // All of them, ascending; for tables of which everything is listed.
  bool listed() const { return known_ && !all_but_; }
  std::vector<std::uint32_t> keys() const;

 private:
  void add_people(store::Database& roster, std::vector<std::uint32_t> const& orgs);
  void add_referring(store::Database& roster, TableId table, std::string_view field, std::vector<std::uint32_t> const& orgs);
  void add_of_roles(store::Database& roster, std::vector<std::uint32_t> const& orgs);
  void add_courses_of_others(store::Database& roster, std::vector<std::uint32_t> const& orgs);
  void put(std::uint32_t key, bool is = true);

  std::vector<bool> keys_;
  bool all_but_ = false;  // the keys are those that are not theirs
  bool known_ = true;
  std::size_t read_ = 0;
};

}  // namespace rollbook::runs
