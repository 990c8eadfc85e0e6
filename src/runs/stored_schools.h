// At which schools single stored records are. Of whole deliveries `count_schools` knows, which reads them anyway.
#pragma once

#include "store/database.h"
#include "sync/schools.h"

namespace rollbook::runs {

// Organizations that the roles of a person name, as far as the search index knows them, up to 200.
std::vector<std::uint32_t> orgs_of_roles(store::Database& roster, std::uint32_t person);

class StoredSchools {
 public:
  StoredSchools(store::Database& roster, std::int64_t source) : roster_(roster), source_(source) {}

  // None: the source says nothing of the record.
  std::vector<School> of(TableId table, std::uint32_t key);

 private:
  void learn_wholes(TableId table, StoredRow const& row);
  void learn_part(TableId table, std::uint32_t key);
  void learn_class(std::uint32_t key);
  void learn_person(std::uint32_t key);

  store::Database& roster_;
  std::int64_t source_;
  Schools schools_;
};

}  // namespace rollbook::runs
