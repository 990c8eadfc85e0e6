// Exports: what was handed on of a roster, to whom, when, and as of which revision. They have numbers of their own and stand in the same history as runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/districts.h"

namespace rollbook::store {

struct Export {
  std::int64_t id = 0, district = 0;
  std::string created, finished, who;
  std::string outcome;        // "" while it is being written; then "exported", "broken off" or "failed"
  std::int64_t revision = 0;  // 0: that was not known yet when it ended
  std::string version;        // of OneRoster
  std::string schools;        // sourcedIds, a line each; "" for all
  std::uint64_t rows = 0;     // over all files
  std::string counts;         // users=12,classes=3
  std::int32_t day = 0;       // yyyymmdd, on which edits held; 0 of one that was made before this was noted
  std::uint64_t bytes = 0;    // of the zip; 0 of loose files
  std::string digest;         // SHA-256 of the zip, in hex; "" likewise
};

// Within the caller's transaction; the number is given here.
void add_export(Database& operations, Export& made);
void save_export(Database& operations, Export const& made);
std::optional<Export> find_export(Database& operations, std::int64_t district, std::int64_t id);

// Newest first, those below number `below`, made between these moments ("" asks for nothing; the first is included).
struct ExportFilter {
  std::string from = {}, before = {};
  std::string school = {};  // those that this school was in, alone or among others
};
std::vector<Export> newest_exports(Database& operations, std::int64_t district, ExportFilter const& filter, std::optional<std::int64_t> below,
                                   std::size_t how_many);

}  // namespace rollbook::store
