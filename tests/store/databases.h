// Every test of the store runs on both databases: on SQLite in a temporary folder, and on PostgreSQL in a schema of its own, when
// ROLLBOOK_TEST_POSTGRES says where one is (./dev test starts one).
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "store/database.h"

namespace rollbook::test {

class OnBothDatabases : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/rollbook-test-XXXXXX";
    folder_ = ::mkdtemp(folder);
    auto const* const server = ::getenv("ROLLBOOK_TEST_POSTGRES");
    if (GetParam() == "PostgreSQL" && server == nullptr) GTEST_SKIP() << "no PostgreSQL at hand";
    if (server != nullptr) server_ = server;
  }
  void TearDown() override {
    if (GetParam() == "PostgreSQL" && !server_.empty())
      for (auto const& schema : schemas_) open(schema)->run_script("DROP SCHEMA \"" + own(schema) + "\" CASCADE");
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<store::Database> open(std::string const& name = "roster") {
    auto opened = GetParam() == "SQLite" ? store::open_sqlite(folder_ + "/" + name + ".db") : store::open_postgres(server_, own(name));
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.trouble().text);
    schemas_.insert(name);
    return std::move(*opened);
  }
  std::string const& folder() const { return folder_; }
  std::string const& server() const { return server_; }

  // A schema of this test's own; it is dropped at the end.
  void also_drop(std::string const& name) { schemas_.insert(name); }
  std::string own(std::string const& name) const { return "test_" + std::to_string(::getpid()) + "_" + folder_.substr(folder_.rfind('-') + 1) + "_" + name; }

 private:
  std::string folder_, server_;
  std::set<std::string> schemas_;
};

inline auto both_databases() { return testing::Values("SQLite", "PostgreSQL"); }
inline std::string name_of_database(testing::TestParamInfo<std::string> const& info) { return info.param; }

}  // namespace rollbook::test
