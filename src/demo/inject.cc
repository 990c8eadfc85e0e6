#include "demo/inject.h"

#include <nlohmann/json.hpp>

#include "demo/kinds.h"

namespace rollbook {
namespace {

bool is_version_1_2(std::map<std::string, std::string> const& files) {
  auto const manifest = files.find("manifest.csv");
  return manifest != files.end() && manifest->second.find("oneroster.version,1.2") != std::string::npos;
}

}  // namespace

std::vector<Answer> inject_defects(std::map<std::string, std::string>& files, std::uint64_t count, std::uint64_t seed, std::string_view oneroster_csv_json) {
  auto const is_1_2 = is_version_1_2(files);
  auto const facts = demo::read_facts(oneroster_csv_json, is_1_2 ? "1.2" : "1.1");

  demo::DefectKinds kinds;
  demo::add_record_kinds(kinds);
  demo::add_reference_kinds(kinds, facts);
  demo::add_value_kinds(kinds);
  demo::add_text_kinds(kinds, is_1_2);

  // One of each kind, round after round; a kind that found no place will not find one later either.
  demo::Workshop workshop(files, facts, seed);
  std::uint64_t placed = 0;
  while (placed < count && !kinds.empty())
    for (auto kind = kinds.begin(); kind != kinds.end() && placed < count;) {
      auto const found = kind->place(workshop, *kind);
      placed += found ? 1 : 0;
      kind = found ? kind + 1 : kinds.erase(kind);
    }

  workshop.put_back(files);
  return workshop.answers();
}

std::string answers_json(std::vector<Answer> const& answers) {
  auto list = nlohmann::ordered_json::array();
  for (auto const& a : answers)
    list.push_back(
        {{"kind", a.kind}, {"file", a.file}, {"line", a.line}, {"column", a.column}, {"sourcedId", a.sourced_id}, {"level", a.level}, {"note", a.note}});
  return nlohmann::ordered_json{{"answers", std::move(list)}}.dump(1) + "\n";
}

}  // namespace rollbook
