// What deviates in a delivery, which organizations are in it, and settings tried on it.
#include "views/delivered.h"

#include <algorithm>

#include "runs/going_live.h"
#include "runs/school.h"
#include "views/source_records.h"

namespace rollbook::test {
namespace {

class Delivered : public Runs {
 protected:
  store::Source source(std::string const& name = "sis") { return *store::find_source(home_->operations(), district_, name); }
  store::LastDelivery last(std::string const& name = "sis") {
    auto const found = store::last_delivery(home_->operations(), district_.id, source(name).id);
    EXPECT_TRUE(found.has_value());
    return *found;
  }
  runs::Opened opened(std::string const& name = "sis") {
    auto h = hub();
    auto got = runs::open_last(h, district_, last(name));
    EXPECT_TRUE(got.ok()) << (got.ok() ? "" : got.trouble().text);
    return std::move(*got);
  }
  // "users.Vorname → givenName"
  std::vector<std::string> columns() {
    std::vector<std::string> all;
    for (auto const& one : views::odd_columns(opened().bundle, source().settings)) all.push_back(one.table + "." + one.column + " → " + one.likely);
    return all;
  }
  std::vector<std::string> words() {
    std::vector<std::string> all;
    for (auto const& one : views::odd_words(opened().bundle, source().settings))
      all.push_back(one.table + "." + one.column + "." + one.word + " " + std::to_string(one.rows) + " → " + one.likely);
    return all;
  }
  static Files replaced(Files files, std::string const& file, std::string const& from, std::string const& to) {
    auto& text = files[file];
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
    return files;
  }
};
INSTANTIATE_TEST_SUITE_P(, Delivered, both_databases(), name_of_database);

TEST_P(Delivered, AWellFormedDeliveryHasNothingOdd) {
  add_source();
  sync(two_schools(3));
  EXPECT_EQ(columns(), std::vector<std::string>{});
  EXPECT_EQ(words(), std::vector<std::string>{});
}

TEST_P(Delivered, ColumnsThatNobodyKnowsAreProposedByTheNearestName) {
  add_source();
  sync(replaced(two_schools(3).files(), "users.csv", "givenName", "givenNames"));
  EXPECT_EQ(columns(), std::vector<std::string>{"users.givenNames → givenName"}) << "also of a delivery that was refused";
  set("sis", {{"map.columns", "users.givenNames=givenName"}});
  EXPECT_EQ(columns(), std::vector<std::string>{});
}

TEST_P(Delivered, WordsThatNobodyKnowsAreCounted) {
  add_source();
  auto files = replaced(two_schools(3).files(), "users.csv", ",student,", ",Pupil,");
  sync(files);
  EXPECT_EQ(words(), std::vector<std::string>{"users.role.Pupil 6 → student"});
  set("sis", {{"map.values", "users.role.Pupil=student"}});
  EXPECT_EQ(words(), std::vector<std::string>{});
}

TEST_P(Delivered, OrganizationsOfTheDeliveryAndOfOtherSources) {
  add_source();
  add_source("hr", {});
  sync(two_schools(2));
  auto h = hub();
  auto const roster = home_->roster(district_.id);
  EXPECT_EQ(runs::organizations_of_others(**roster, source("sis").id).size(), 0u);
  EXPECT_EQ(runs::organizations_of_others(**roster, source("hr").id).size(), 3u);
  auto const delivered = runs::organizations_of(opened().bundle, source().settings);
  ASSERT_EQ(delivered.size(), 3u);
  EXPECT_EQ(delivered[0].id, "d");
  EXPECT_EQ(delivered[0].type, "district");
  EXPECT_FALSE(delivered[1].name.empty());
}

TEST_P(Delivered, ASourceSaysHowManyRecordsItHas) {
  add_source();
  auto h = hub();
  EXPECT_TRUE(views::records_of(h, district_, source().id).empty());
  sync(two_schools(2));
  auto const records = views::records_of(h, district_, source().id);
  EXPECT_EQ(std::count(records.begin(), records.end(), std::pair<std::string, std::uint64_t>("users", 6)), 1);
}

TEST_P(Delivered, ASettingIsTriedOnTheLastDeliveryAndNothingIsWritten) {
  add_source();
  ASSERT_TRUE(sync(two_schools(20)).is_applied());
  auto const before = exported();
  auto h = hub();
  auto const tried = runs::what_if(h, district_, source(), {{"filter.schools", "s1"}}, last());
  ASSERT_TRUE(tried.ok()) << tried.trouble().text;
  EXPECT_EQ(tried->now.outcome, "no_changes");
  EXPECT_EQ(counts(tried->now, "users").removed, 0u);
  EXPECT_EQ(counts(tried->then, "users").removed, 21u) << "the people of the other school";
  EXPECT_EQ(exported(), before);
  EXPECT_EQ(source().settings["filter.schools"], "");
  EXPECT_EQ(store::list_runs(home_->operations(), district_.id).size(), 1u);
}

TEST_P(Delivered, ASettingThatCannotBeIsTrouble) {
  add_source();
  sync(two_schools(2));
  auto h = hub();
  EXPECT_FALSE(runs::what_if(h, district_, source(), {{"require", "users.email=shout"}}, last()).ok());
}

TEST_P(Delivered, WithoutADeliveryThereIsNoLastOne) {
  add_source();
  add_source("hr", {});
  sync(two_schools(2), "hr");
  EXPECT_FALSE(store::last_delivery(home_->operations(), district_.id, source().id));
  EXPECT_FALSE(store::last_delivery(home_->operations(), district_.id + 1, source("hr").id)) << "nor one of another district";
}

}  // namespace
}  // namespace rollbook::test
