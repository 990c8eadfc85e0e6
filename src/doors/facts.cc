#include "doors/facts.h"

#include <algorithm>

namespace rollbook::doors {

std::string door_fact(store::Database& operations, std::string const& name) {
  auto row = operations.prepare("SELECT value FROM door_facts WHERE name = ?");
  return row->with(name).step() ? std::string(row->text(0)) : "";
}

std::optional<Trouble> keep_door_facts(store::Database& operations, std::vector<std::pair<std::string, std::string>> const& facts) {
  if (std::all_of(facts.begin(), facts.end(), [&](auto const& fact) { return door_fact(operations, fact.first) == fact.second; })) return operations.trouble();
  return operations.transaction([&] {
    for (auto const& [name, value] : facts) {
      operations.run("DELETE FROM door_facts WHERE name = ?", name);
      operations.run("INSERT INTO door_facts(name, value) VALUES(?, ?)", name, value);
    }
    return true;
  });
}

}  // namespace rollbook::doors
