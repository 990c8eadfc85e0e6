#include "demo/facts.h"

#include <nlohmann/json.hpp>

namespace rollbook::demo {

Facts read_facts(std::string_view oneroster_csv_json, std::string_view version) {
  auto const json = nlohmann::json::parse(oneroster_csv_json);
  auto const& binding = json.at("versions").at(std::string(version));
  auto const& grade_columns = binding.at("enumerations").at("GradeCEDS").at("usedBy");

  Facts facts;
  for (auto const& [file, described] : binding.at("files").items()) {
    if (file == "manifest.csv") continue;
    auto& columns = facts[file].columns;
    for (auto const& c : described.at("columns")) {
      ColumnFacts column;
      column.name = c.at("name");
      column.type = c.at("type");
      column.required = c.at("required") == "yes";
      column.delta_only = c.at("required") == "delta-only";
      column.vocabulary = c.value("enum", std::vector<std::string>{});
      column.refers_to = c.value("ref", "");
      if (c.contains("refCondition")) column.only_types = c.at("refCondition").value("type", std::vector<std::string>{});
      for (auto const& used : grade_columns) column.is_grade |= used == file + ":" + column.name;
      columns.push_back(std::move(column));
    }
  }
  for (auto const& [file, described] : facts)
    for (auto const& column : described.columns)
      if (auto const target = facts.find(column.refers_to); target != facts.end()) target->second.referred_to = true;
  return facts;
}

}  // namespace rollbook::demo
