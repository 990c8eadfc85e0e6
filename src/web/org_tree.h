// The organizations of a district as a tree, with how many people and classes each has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "web/page.h"

namespace rollbook::web {

struct TreeOrg {
  std::int64_t key = 0;
  std::optional<std::int64_t> parent;  // none where it is not there
  std::string id, name, type;
  std::uint64_t people = 0, classes = 0;  // of this one alone; of a record that two sources have, two
  std::size_t depth = 0;                  // in the tree
  bool found = true;                      // false: it is here for what is below it
};

// In the order of the tree, by name. `part`: of a name or an id; then only those, and what is above them. None when there is no roster yet.
std::vector<TreeOrg> org_tree(Visit& visit, std::string_view part = {});

}  // namespace rollbook::web
