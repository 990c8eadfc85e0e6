// A reader of its own for the tests of demo/: short, strict, and unaware of anything Rollbook has for this.
#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "demo/make_district.h"

namespace rollbook::demo_test {

using Texts = std::map<std::string, std::string>;
using Record = std::map<std::string, std::string>;
using Records = std::vector<Record>;

struct Collect : FileSink {
  Texts texts;
  std::string current;
  std::size_t longest_piece = 0;
  void begin(std::string_view file) override {
    current = file;
    if (!texts.try_emplace(current).second) throw std::runtime_error("a file came twice: " + current);
  }
  void write(std::string_view piece) override {
    texts.at(current) += piece;
    longest_piece = std::max(longest_piece, piece.size());
  }
  void end() override { current.clear(); }
};

inline Texts made(DistrictPlan const& plan) {
  Collect sink;
  make_district(plan, sink);
  return sink.texts;
}

inline std::vector<std::string> lines(std::string const& text) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size());
    all.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

inline std::vector<std::string> cells(std::string const& line) {
  std::vector<std::string> found(1);
  auto quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') found.back() += line[++i];
    else if (line[i] == '"') quoted = !quoted;
    else if (line[i] == ',' && !quoted) found.emplace_back();
    else found.back() += line[i];
  }
  if (quoted) throw std::runtime_error("unclosed quote: " + line);
  return found;
}

inline Records records(std::string const& text) {
  auto const all = lines(text);
  auto const header = cells(all.at(0));
  Records found;
  for (std::size_t i = 1; i < all.size(); ++i) {
    auto const row = cells(all[i]);
    if (row.size() != header.size()) throw std::runtime_error("cells: " + all[i]);
    for (std::size_t c = 0; c < row.size(); ++c) (c == 0 ? found.emplace_back() : found.back())[header[c]] = row[c];
  }
  return found;
}

inline std::vector<std::string> items(std::string const& list) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < list.size();) {
    auto const end = std::min(list.find(',', at), list.size());
    found.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

inline std::map<std::string, Record> by_id(Records const& all) {
  std::map<std::string, Record> found;
  for (auto const& r : all)
    if (!found.emplace(r.at("sourcedId"), r).second) throw std::runtime_error("id twice: " + r.at("sourcedId"));
  return found;
}

// Tests run from the root or from a build folder below it.
inline std::string oneroster_csv_json() {
  for (std::string up : {"", "../", "../../", "../../../"})
    if (std::ifstream file(up + "data/oneroster-csv.json", std::ios::binary); file) return {std::istreambuf_iterator<char>(file), {}};
  throw std::runtime_error("data/oneroster-csv.json: run the tests from the root of the repository or from a build folder below it");
}

}  // namespace rollbook::demo_test
