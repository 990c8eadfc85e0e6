// The tables of a roster are those of the declarations, on both databases.
#include "store/stored.h"

#include <algorithm>

#include "databases.h"

namespace rollbook::test {
namespace {

using namespace store;

std::string sql_type(Stored as) { return as == Stored::Key || as == Stored::Number ? "INTEGER64" : "TEXT"; }

// What the first step has to say of a table.
std::string table_sql(Table const& table) {
  std::string sql = "CREATE TABLE \"" + std::string(table.name) +
                    "\"(\n  row_key INTEGER64 NOT NULL,\n  row_source INTEGER64 NOT NULL,\n  row_since INTEGER64 NOT NULL,\n  row_until INTEGER64,\n"
                    "  row_line INTEGER64,\n  row_modified TEXT,\n  row_metadata TEXT,\n";
  for (auto const& column : stored_columns(table.id)) sql += "  \"" + std::string(table.fields[column.field].name) + "\" " + sql_type(column.as) + ",\n";
  return sql + "  PRIMARY KEY(row_key, row_source, row_since)) CLUSTERED;\n";
}

TEST(Stored, TheStepsSayWhatTheDeclarationsSay) {
  std::string const sql(roster_migrations()[0].sql);
  for (auto const* table : all_tables) EXPECT_NE(sql.find(table_sql(*table)), std::string::npos) << "store/roster_1.sql.h should have:\n" << table_sql(*table);
}

TEST(Stored, NoSecretIsEverStored) {
  for (auto const* table : all_tables)
    for (auto const& column : stored_columns(table->id)) EXPECT_NE(table->fields[column.field].privacy, Privacy::Secret) << table->name;
  EXPECT_EQ(std::string(roster_migrations()[0].sql).find("assword"), std::string::npos);
}

class StoredTables : public OnBothDatabases {};
INSTANTIATE_TEST_SUITE_P(Store, StoredTables, both_databases(), name_of_database);

TEST_P(StoredTables, AreThereAndTakeARow) {
  auto db = open("roster");
  auto const trouble = migrate(*db, roster_migrations());
  ASSERT_FALSE(trouble) << trouble->text;
  EXPECT_FALSE(migrate(*db, roster_migrations())) << "twice changes nothing";
  for (auto const* table : all_tables) {
    std::vector<std::string> names = {"row_key", "row_source", "row_since", "row_until", "row_line", "row_modified", "row_metadata"};
    for (auto const& column : stored_columns(table->id)) names.push_back("\"" + std::string(table->fields[column.field].name) + "\"");
    std::vector<std::string_view> const views(names.begin(), names.end());
    auto load = db->bulk_load("\"" + std::string(table->name) + "\"", views);
    for (std::int64_t const number : {7, 1, 1}) load->add(number);
    for (std::size_t i = 3; i < names.size(); ++i) load->add(Null{});
    load->end_row();
    load->finish();
    auto rows = db->prepare("SELECT count(*) FROM \"" + std::string(table->name) + "\" WHERE row_key = ? AND row_until IS NULL");
    rows->with(7);
    ASSERT_TRUE(rows->step()) << table->name;
    EXPECT_EQ(rows->integer(0), 1) << table->name;
  }
  EXPECT_FALSE(db->trouble()) << db->trouble()->text;
}

TEST_P(StoredTables, KnowWhichSourcesAreToBeCountedAnew) {
  auto db = open("roster");
  auto const steps = roster_migrations();
  auto const at =
      std::find_if(steps.begin(), steps.end(), [](Migration const& step) { return step.sql.find("CREATE TABLE recounts") != std::string_view::npos; });
  ASSERT_NE(at, steps.end());
  ASSERT_FALSE(migrate(*db, steps.first(static_cast<std::size_t>(at - steps.begin()))));
  auto put = db->prepare("INSERT INTO school_rows(source, tbl, school, rows) VALUES(?, ?, ?, ?)");
  put->run(1, static_cast<int>(TableId::Users), 3, 20);
  for (auto const table : {TableId::UserResources, TableId::Results, TableId::LineItemScoreScales, TableId::ResultScoreScales,
                           TableId::LineItemLearningObjectiveIds, TableId::ResultLearningObjectiveIds})
    put->run(10 + static_cast<int>(table), static_cast<int>(table), 0, 20);
  put->run(90, static_cast<int>(TableId::LineItems), 3, 20);
  put.reset();
  ASSERT_FALSE(migrate(*db, steps));
  std::vector<std::int64_t> due;
  auto rows = db->prepare("SELECT source FROM recounts ORDER BY source");
  while (rows->step()) due.push_back(rows->integer(0));
  EXPECT_EQ(due, (std::vector<std::int64_t>{23, 25, 27, 28, 29, 30}));
}

}  // namespace
}  // namespace rollbook::test
