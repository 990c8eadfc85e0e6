// The part of oneroster-csv.json that the injector works from.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook::demo {

struct ColumnFacts {
  std::string name, type;
  bool required = false;
  bool delta_only = false;              // must be empty in a bulk file
  std::vector<std::string> vocabulary;  // of enumerations and booleans
  std::string refers_to;                // a file
  std::vector<std::string> only_types;  // of the record referred to
  bool is_grade = false;

  bool is_list() const { return type.starts_with("list") || type.starts_with("reflist"); }
  bool is_reference() const { return !refers_to.empty() && type != "sourcedId"; }
};

struct FileFacts {
  std::vector<ColumnFacts> columns;
  bool referred_to = false;  // by any column of any file
};

using Facts = std::map<std::string, FileFacts, std::less<>>;  // by file name, without manifest.csv

Facts read_facts(std::string_view oneroster_csv_json, std::string_view version);

}  // namespace rollbook::demo
