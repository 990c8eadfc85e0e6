// Reads the flat JSON that the servers of these tests write: texts and numbers by name.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace rollbook::test {

inline std::map<std::string, std::string> fields_of(std::string const& text) {
  std::map<std::string, std::string> all;
  auto const parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object()) return all;
  for (auto const& [name, value] : parsed.items()) all[name] = value.is_string() ? value.get<std::string>() : value.dump();
  return all;
}

}  // namespace rollbook::test
