#include "store/exports.h"

#include "store/databases.h"
#include "store/migrations.h"

namespace rollbook::test {
namespace {

class Exports : public OnBothDatabases {};
INSTANTIATE_TEST_SUITE_P(, Exports, both_databases(), name_of_database);

TEST_P(Exports, AreNumberedAndListedNewestFirst) {
  auto opened = open();
  auto& database = *opened;
  ASSERT_FALSE(store::migrate(database, store::operations_migrations()));
  store::Actor const actor{"test", "2026-11-22T01:02:03Z"};
  auto const district = store::add_district(database, "Oakfield", "UTC", actor)->id, other = store::add_district(database, "Riverside", "UTC", actor)->id;
  std::vector<std::int64_t> numbers;
  ASSERT_FALSE(database.transaction([&] {
    for (int i = 0; i < 5; ++i) {
      store::Export made;
      made.district = i == 2 ? other : district;
      made.created = "2026-11-2" + std::to_string(i) + "T00:00:00Z";
      made.who = "anna";
      made.schools = i == 1 ? "s1\ns2" : i == 3 ? "s10" : "";
      made.day = 20261122;
      store::add_export(database, made);
      numbers.push_back(made.id);
    }
    return true;
  }));
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  auto const of = [&](store::ExportFilter const& filter, std::optional<std::int64_t> below, std::size_t most) {
    std::vector<std::int64_t> ids;
    for (auto const& one : store::newest_exports(database, district, filter, below, most)) ids.push_back(one.id);
    return ids;
  };
  EXPECT_EQ(of({}, {}, 10), (std::vector<std::int64_t>{5, 4, 2, 1}));
  EXPECT_EQ(of({}, 4, 1), std::vector<std::int64_t>{2});
  EXPECT_EQ(of({.school = "s1"}, {}, 10), (std::vector<std::int64_t>{5, 2, 1})) << "those of all schools, and that one";
  EXPECT_EQ(of({.school = "s1"}, {}, 2), (std::vector<std::int64_t>{5, 2}));
  EXPECT_EQ(of({"2026-11-21T00:00:00Z", "2026-11-24T00:00:00Z"}, {}, 10), (std::vector<std::int64_t>{4, 2}));
  auto made = *store::find_export(database, district, 4);
  made.outcome = "exported";
  made.rows = 77;
  made.bytes = 9;
  made.digest = "abc";
  ASSERT_FALSE(database.transaction([&] { return store::save_export(database, made), true; }));
  EXPECT_EQ(store::find_export(database, district, 4)->rows, 77u);
  EXPECT_EQ(store::find_export(database, district, 4)->digest, "abc");
  EXPECT_EQ(store::find_export(database, district, 4)->bytes, 9u);
  EXPECT_EQ(store::find_export(database, district, 4)->day, 20261122);
  EXPECT_FALSE(store::find_export(database, other, 4)) << "of another district it is none";
}

}  // namespace
}  // namespace rollbook::test
