// The organizations of a district's roster, as a list to choose from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "web/page.h"

namespace rollbook::web {

struct Organization {
  std::int64_t key = 0;
  std::string id, name;
  bool is_school = false;
};

// All that are there now, by name, or those with this id; none when the district has no roster yet.
std::vector<Organization> organizations_of(Visit& visit, std::string_view sourced_id = {});
std::vector<Organization> organizations_of(store::Home& home, std::int64_t district, std::string_view sourced_id = {});

// A place in it, for people: "The whole district", "North School (s1)".
std::string place_of(std::optional<std::int64_t> org, std::vector<Organization> const& organizations);

}  // namespace rollbook::web
