// What the operator sees of districts: a page of them at a time.
#include "store/district_states.h"

#include <gtest/gtest.h>

#include "store/databases.h"
#include "store/migrations.h"
#include "store/runs.h"
#include "store/sources.h"

namespace rollbook::test {
namespace {

using namespace store;

class DistrictStatesOf : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    db = open("operations");
    auto const trouble = migrate(*db, operations_migrations());
    ASSERT_FALSE(trouble) << trouble->text;
  }
  void TearDown() override {
    db.reset();
    OnBothDatabases::TearDown();
  }
  District add(std::string const& name) {
    auto const added = add_district(*db, name, "UTC", {"test", "2026-11-22T01:02:03Z"});
    EXPECT_TRUE(added.ok());
    return *added;
  }
  std::string names(std::string const& text, std::string const& after = "", std::size_t how_many = 100) {
    auto const page = list_district_states(*db, text, after, how_many);
    std::string all;
    for (auto const& state : page.some) all += state.district.name + ";";
    return all + (page.more ? "…" : "");
  }

  std::unique_ptr<Database> db;
};
INSTANTIATE_TEST_SUITE_P(Store, DistrictStatesOf, both_databases(), name_of_database);

TEST_P(DistrictStatesOf, AreFoundByTheirNamesAPageAtATime) {
  for (auto const* const name : {"Birch", "Ash_1", "Ashen 100%", "Cedar \\ Co", "ash 2"}) add(name);
  EXPECT_EQ(names("birch"), "Birch;");
  EXPECT_EQ(names("%"), "Ashen 100%;");
  EXPECT_EQ(names("_"), "Ash_1;");
  EXPECT_EQ(names("\\"), "Cedar \\ Co;");
  EXPECT_EQ(names("nothing"), "");
  EXPECT_EQ(names(std::string("\0", 1)) + names("\xff") + names("", "\xff"), "");
  std::string walked, after;
  for (int pages = 0; pages < 5; ++pages) {
    auto const page = list_district_states(*db, "", after, 2);
    for (auto const& state : page.some) walked += state.district.name + ";", after = state.district.name;
    EXPECT_EQ(page.more, pages < 2);
    if (!page.more) break;
  }
  EXPECT_EQ(walked, names("")) << "in the order of the database, none twice, none left out";
  EXPECT_EQ(count_districts(*db), 5);
  EXPECT_FALSE(db->trouble());
}

TEST_P(DistrictStatesOf, HaveTheNumbersOfTheirOwnDistrict) {
  auto const oak = add("Oak"), elm = add("Elm");
  Actor const test{"test", "2026-11-22T01:02:03Z"};
  for (auto const* const name : {"one", "two", "gone"}) ASSERT_TRUE(add_source(*db, oak, name, {}, test).ok());
  set_source_state(*db, 3, "deleted");
  for (auto const* const outcome : {"applied", "", "held"}) {
    store::Run run;
    run.district = oak.id;
    run.kind = "delivery";
    run.outcome = outcome;
    add_run(*db, run);
    run.state = "done";
    save_run(*db, run);
  }
  auto const state = find_district_state(*db, oak.id), other = find_district_state(*db, elm.id);
  ASSERT_TRUE(state && other);
  EXPECT_EQ(state->sources, 2);
  EXPECT_EQ(state->runs, 3);
  EXPECT_EQ(state->last_outcome, "held");
  EXPECT_EQ(other->sources + other->runs + other->people, 0);
  EXPECT_EQ(other->last_outcome + other->last_state, "");
  EXPECT_FALSE(find_district_state(*db, 99));
}

}  // namespace
}  // namespace rollbook::test
