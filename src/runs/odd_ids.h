// Ids of a roster that somebody should look at: confused easily with each other, missing, or a number that must not be an id. Asked of the whole district.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runs/near_ids.h"

namespace rollbook::runs {

inline constexpr std::size_t most_odd_ids = 200;  // listed of each; more are told, not listed

struct OddIds {
  // Records whose ids differ only in case or leading zeros, those of one group together.
  struct Group {
    TableId table = TableId::Users;
    std::vector<NearId> ids;
  };
  std::vector<Group> near;
  bool more_near = false;

  struct Record {
    TableId table = TableId::Users;
    std::uint32_t key = 0;
    std::string field;  // in which it stands
  };
  std::vector<Record> social_security;  // ids that look like such numbers
  bool more_social_security = false;

  std::vector<std::uint32_t> nameless_orgs;  // organizations without an identifier
  bool more_nameless = false;
};
OddIds odd_ids(store::Database& roster, std::int32_t today);

}  // namespace rollbook::runs
