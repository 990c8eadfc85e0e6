// One night of an invented district follows another, and what is said to change is what a slow and simple count of the files finds: by table, on both
// databases, in both versions of OneRoster.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "demo/make_district.h"
#include "rules/in_memory.h"
#include "runs/school.h"

namespace rollbook::test {
namespace {

// Cells of a CSV text; quoted ones may hold commas, quotes and line breaks.
std::vector<std::vector<std::string>> cells_of(std::string const& text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') rows.back().back() += c, ++i;
    else if (c == '"') quoted = !quoted;
    else if (quoted) rows.back().back() += c;
    else if (c == ',') rows.back().emplace_back();
    else if (c == '\n') rows.push_back({""});
    else if (c != '\r') rows.back().back() += c;
  }
  if (rows.back() == std::vector<std::string>{""}) rows.pop_back();
  return rows;
}

// By id, what a row says; when it was last changed is no part of it.
std::map<std::string, std::string> rows_of(std::string const& text) {
  std::map<std::string, std::string> rows;
  auto const cells = cells_of(text);
  for (std::size_t n = 1; n < cells.size(); ++n) {
    std::string all;
    for (std::size_t i = 1; i < cells[n].size(); ++i)
      if (cells[0][i] != "dateLastModified") all += cells[0][i] + "=" + cells[n][i] + "\n";
    rows[cells[n][0]] = all;
  }
  return rows;
}

std::string known(Files const& before, Files const& now, std::string const& table) {
  auto const file = table + ".csv";
  auto const was = rows_of(before.at(file)), is = rows_of(now.at(file));
  std::size_t created = 0, updated = 0, removed = 0;
  for (auto const& [id, row] : is)
    if (auto const at = was.find(id); at == was.end()) ++created;
    else updated += at->second != row;
  for (auto const& [id, row] : was) removed += is.count(id) == 0;
  return "+" + std::to_string(created) + " ~" + std::to_string(updated) + " -" + std::to_string(removed);
}

Files night(DistrictPlan const& plan) {
  MemorySink sink;
  make_district(plan, sink);
  return sink.files;
}

class KnownChurn : public Runs {};
INSTANTIATE_TEST_SUITE_P(Runs, KnownChurn, both_databases(), name_of_database);

TEST_P(KnownChurn, IsWhatARunSaysAndWhatIsInTheRosterAfterwards) {
  int tables_with_changes = 0;
  for (std::string const version : {"1.1", "1.2"})
    for (double const percent : {1.0, 7.0}) {
      auto const name = "sis-" + version + "-" + std::to_string(static_cast<int>(percent));
      TearDown();
      SetUp();
      add_source(name, {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "100000"}});
      auto const first = night({300, 5, 0, version}), second = night({300, 5, percent, version});
      auto const begun = sync(first, name);
      ASSERT_TRUE(begun.is_applied()) << begun.outcome;
      Files nothing;
      for (auto const& [file, text] : first) nothing[file] = text.substr(0, text.find('\n') + 1);
      auto const next = sync(second, name);
      ASSERT_TRUE(next.is_applied()) << next.outcome;
      for (auto const& [file, text] : first) {
        if (file == "manifest.csv") continue;
        auto const table = file.substr(0, file.find('.'));
        EXPECT_EQ(changes(begun, table), known(nothing, first, table)) << name << " " << table << ", the first night";
        EXPECT_EQ(changes(next, table), known(first, second, table)) << name << " " << table << ", the next night";
        tables_with_changes += known(first, second, table) != "+0 ~0 -0";
        std::set<std::string> wanted, there;
        for (auto const& [id, row] : rows_of(second.at(file))) wanted.insert(id);
        auto const out = exported({}, version);
        for (auto const& [id, row] : rows_of(out.at(file))) there.insert(id);
        EXPECT_EQ(there, wanted) << name << " " << table;
      }
      EXPECT_EQ(sync(second, name).outcome, "no_changes") << name;
    }
  EXPECT_GT(tables_with_changes, 12);
}

}  // namespace
}  // namespace rollbook::test
