// What pages and commands have to know of the doors that a server has opened: where senders reach them, as they were opened last.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/database.h"

namespace rollbook::doors {

std::string door_fact(store::Database& operations, std::string const& name);  // "" when there is none
// All of them or none; nothing is written when they are so already.
std::optional<Trouble> keep_door_facts(store::Database& operations, std::vector<std::pair<std::string, std::string>> const& facts);

}  // namespace rollbook::doors
