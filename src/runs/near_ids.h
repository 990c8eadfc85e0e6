// Ids that people and spreadsheets confuse: they differ in case or in leading zeros only, or look like a number that is nobody's id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.h"
#include "store/database.h"

namespace rollbook::runs {

// "00A7" and "a7" are one: ids that are the same in this are near each other.
std::string without_case_and_zeros(std::string_view id);

struct NearId {
  std::uint32_t key = 0;
  std::string id;
};
// Records of the table whose id now is near this one, and another one; by the search index.
std::vector<NearId> near_ids(store::Database& roster, TableId table, std::string const& id);

// Whether anything in a text looks like a US social security number: 123-45-6789, or nine digits that could be one.
bool has_social_security_number(std::string_view text);

}  // namespace rollbook::runs
