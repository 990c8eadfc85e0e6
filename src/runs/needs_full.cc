#include "runs/needs_full.h"

#include <algorithm>

#include "base/text.h"

namespace rollbook::runs {
namespace {

std::vector<std::string> tables_with(std::string const& modes, std::string const& mode) {
  std::vector<std::string> tables;
  for (auto const& one : split(modes, ','))
    if (auto const at = one.find('='); at != std::string::npos && one.substr(at + 1) == mode) tables.push_back(one.substr(0, at));
  return tables;
}

}  // namespace

void note_missed_deltas(store::Database& operations, std::int64_t source, std::string const& modes) {
  for (auto const& table : tables_with(modes, "delta")) {
    operations.run("DELETE FROM needs_full WHERE source = ? AND tbl = ?", source, table);
    operations.run("INSERT INTO needs_full(source, tbl) VALUES(?, ?)", source, table);
  }
}

void note_full_files(store::Database& operations, std::int64_t source, std::string const& modes) {
  for (auto const& table : tables_with(modes, "bulk")) operations.run("DELETE FROM needs_full WHERE source = ? AND tbl = ?", source, table);
}

std::vector<std::string> needs_full_after(store::Database& operations, std::int64_t source, std::string const& modes) {
  auto const full = tables_with(modes, "bulk");
  std::vector<std::string> needed;
  auto rows = operations.prepare("SELECT tbl FROM needs_full WHERE source = ? ORDER BY tbl");
  for (rows->with(source); rows->step();)
    if (std::find(full.begin(), full.end(), rows->text(0)) == full.end()) needed.emplace_back(rows->text(0));
  return needed;
}

}  // namespace rollbook::runs
