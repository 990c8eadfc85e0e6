// Lists of students, staff and classes: filtered and sorted by either database alike, with edits counted.
#include <gtest/gtest.h>

#include <algorithm>

#include "runs/edit.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/odd_ids.h"
#include "runs/record_list.h"
#include "runs/school.h"
#include "runs/search.h"

namespace rollbook::test {
namespace {

using runs::ListFilter;
using runs::ListKind;
using runs::ListOrder;

class RecordLists : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    ASSERT_TRUE(sync(district()).is_applied());
    index();
  }
  static DeliveryOf district() {
    auto all = two_schools(3);
    all.put("users", {{"sourcedId", "u1_1"}, {"familyName", "Zoll"}, {"grades", "05"}, {"email", "b@oak.example"}});
    all.put("users", {{"sourcedId", "u1_2"}, {"familyName", "abel"}, {"grades", "05,06"}, {"enabledUser", "false"}, {"email", "a@oak.example"}});
    all.put("users", {{"sourcedId", "u1_3"}, {"familyName", "Mohn"}, {"grades", "15"}});
    all.drop("enrollments", "e2_2");
    return all;
  }
  void index() {
    auto h = hub();
    ASSERT_FALSE(runs::index_all(**runs::open_roster(h, district_)));
  }
  std::vector<std::string> list(ListFilter const& filter, std::uint64_t from = 0, std::size_t how_many = 100, std::int32_t day = 20260901) {
    auto h = hub();
    auto const roster = runs::open_roster(h, district_);
    auto const page = runs::list_records(**roster, filter, day, from, how_many);
    EXPECT_FALSE((*roster)->trouble()) << (*roster)->trouble()->text;
    all_ = page.all;
    std::vector<std::string> ids;
    for (auto const key : page.keys) ids.push_back(runs::id_of(**roster, runs::table_of_list(filter.kind), key));
    return ids;
  }
  std::vector<std::string> sorted(ListFilter const& filter) {
    auto ids = list(filter);
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  std::uint32_t key(TableId table, std::string const& id) {
    auto h = hub();
    return *runs::record_called(**runs::open_roster(h, district_), table, id);
  }
  void edit(std::string const& id, std::string const& field, std::string const& value, std::string const& until = "") {
    auto h = hub();
    auto const answer = runs::edit(h, district_, {"users", id, {{field, value}}, until});
    ASSERT_TRUE(answer.ok()) << answer.trouble().text;
  }
  using Ids = std::vector<std::string>;
  std::uint64_t all_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Runs, RecordLists, both_databases(), name_of_database);

TEST_P(RecordLists, EachKindHasItsOwn) {
  EXPECT_EQ(sorted({}), (Ids{"u1_1", "u1_2", "u1_3", "u2_1", "u2_2", "u2_3"}));
  EXPECT_EQ(sorted({.kind = ListKind::Staff}), (Ids{"p1", "p2"}));
  EXPECT_EQ(sorted({.kind = ListKind::Classes}), (Ids{"c1", "c2"}));
}

TEST_P(RecordLists, FiltersFitTogether) {
  auto const s1 = key(TableId::Orgs, "s1");
  EXPECT_EQ(sorted({.orgs = {{s1}}}), (Ids{"u1_1", "u1_2", "u1_3"}));
  EXPECT_EQ(sorted({.orgs = std::vector<std::uint32_t>()}), Ids());
  EXPECT_EQ(sorted({.kind = ListKind::Staff, .orgs = {{s1}}}), (Ids{"p1"}));
  EXPECT_EQ(sorted({.kind = ListKind::Classes, .orgs = {{s1}}}), (Ids{"c1"}));
  EXPECT_EQ(sorted({.enabled = false}), (Ids{"u1_2"}));
  EXPECT_EQ(sorted({.grade = "05"}), (Ids{"u1_1", "u1_2"})) << "15 is another one";
  EXPECT_EQ(sorted({.enabled = true, .grade = "05"}), (Ids{"u1_1"}));
  EXPECT_EQ(sorted({.without_classes = true}), (Ids{"u2_2"}));
  EXPECT_EQ(sorted({.kind = ListKind::Staff, .role = "teacher"}), (Ids{"p1", "p2"}));
  EXPECT_EQ(sorted({.kind = ListKind::Staff, .role = "aide"}), Ids());
  EXPECT_EQ(sorted({.among = {{key(TableId::Users, "u1_3"), key(TableId::Users, "p1")}}}), (Ids{"u1_3"}));
  EXPECT_EQ(sorted({.among = std::vector<std::uint32_t>()}), Ids());
  EXPECT_EQ(sorted({.grade = "%"}), Ids()) << "of a pattern nothing acts";
  EXPECT_EQ(sorted({.kind = ListKind::Staff, .role = "x' OR '1' = '1"}), Ids());
}

TEST_P(RecordLists, WhoLacksASecondaryIdIsFound) {
  edit("u1_1", "userIds", "{State:4},{sis:1}");
  EXPECT_EQ(sorted({.lacks_id = "state"}), (Ids{"u1_2", "u1_3", "u2_1", "u2_2", "u2_3"}));
  EXPECT_EQ(sorted({.lacks_id = "district"}).size(), 6u);
}

TEST_P(RecordLists, OddIdsAreFound) {
  auto next = district();
  next.put("users", {{"sourcedId", "00U1_1"},
                     {"enabledUser", "true"},
                     {"orgSourcedIds", "s1"},
                     {"role", "student"},
                     {"username", "x"},
                     {"givenName", "X"},
                     {"familyName", "Y"},
                     {"identifier", "078051120"}});
  next.put("users", {{"sourcedId", "u1_2"}, {"userIds", "{state:078-05-1120}"}, {"familyName", "abel"}});
  next.put("users", {{"sourcedId", "u1_3"}, {"identifier", "900051120"}});
  sync(next);
  index();
  edit("u2_1", "identifier", "078051120");
  auto h = hub();
  auto const roster = runs::open_roster(h, district_);
  auto const odd = runs::odd_ids(**roster, 20260901);
  EXPECT_FALSE((*roster)->trouble());
  ASSERT_EQ(odd.near.size(), 1u);
  ASSERT_EQ(odd.near[0].ids.size(), 2u);
  EXPECT_EQ(odd.near[0].ids[0].id, "00U1_1");
  EXPECT_EQ(odd.near[0].ids[1].id, "u1_1");
  Ids numbers;
  for (auto const& one : odd.social_security) numbers.push_back(one.field + " " + runs::id_of(**roster, one.table, one.key));
  EXPECT_EQ(numbers, (Ids{"identifier u2_1", "identifier 00U1_1", "userIds u1_2"})) << "900 is no area of such numbers";
  EXPECT_EQ(runs::near_ids(**roster, TableId::Users, "0u1_1").size(), 2u);
  EXPECT_TRUE(runs::near_ids(**roster, TableId::Users, "u1_9").empty());
  Ids orgs;
  for (auto const key : odd.nameless_orgs) orgs.push_back(runs::id_of(**roster, TableId::Orgs, key));
  EXPECT_EQ(orgs, (Ids{"d"}));
  auto const answer = runs::edit(h, district_, {"orgs", "d", {{"identifier", "7"}}, ""});
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(runs::odd_ids(**roster, 20260901).nameless_orgs.empty());
}

TEST_P(RecordLists, AreSortedAndComeAPageAtATime) {
  auto const s1 = key(TableId::Orgs, "s1");
  ListFilter filter{.orgs = {{s1}}};
  EXPECT_EQ(list(filter), (Ids{"u1_2", "u1_3", "u1_1"})) << "abel, Mohn, Zoll: case does not count";
  filter.descending = true;
  EXPECT_EQ(list(filter), (Ids{"u1_1", "u1_3", "u1_2"}));
  filter.descending = false;
  filter.order = ListOrder::Email;
  EXPECT_EQ(list(filter), (Ids{"u1_3", "u1_2", "u1_1"}));
  filter.order = ListOrder::Id;
  EXPECT_EQ(list(filter), (Ids{"u1_1", "u1_2", "u1_3"}));
  EXPECT_EQ(list(filter, 1, 1), (Ids{"u1_2"}));
  EXPECT_EQ(all_, 3u);
  EXPECT_EQ(list(filter, 3, 1), Ids());
  filter.order = ListOrder::Grades;
  EXPECT_EQ(list(filter), (Ids{"u1_1", "u1_2", "u1_3"}));
}

TEST_P(RecordLists, EditsCountUpToTheirLastDay) {
  edit("u1_1", "familyName", "Aa");
  edit("u1_3", "grades", "05", "2026-09-30");
  edit("u2_1", "enabledUser", "false");
  edit("u2_3", "orgSourcedIds", "s1");
  auto const s1 = key(TableId::Orgs, "s1");
  EXPECT_EQ(list({.orgs = {{s1}}}).front(), "u1_1");
  EXPECT_EQ(sorted({.grade = "05"}), (Ids{"u1_1", "u1_2", "u1_3"}));
  EXPECT_EQ(list({.grade = "05"}, 0, 100, 20261001).size(), 2u);
  EXPECT_EQ(sorted({.enabled = false}), (Ids{"u1_2", "u2_1"}));
  EXPECT_EQ(sorted({.orgs = {{s1}}}), (Ids{"u1_1", "u1_2", "u1_3", "u2_3"}));
  edit("u1_2", "role", "aide");
  index();
  EXPECT_EQ(sorted({.grade = "05"}), (Ids{"u1_1", "u1_3"})) << "who is no student any more";
  EXPECT_EQ(sorted({.kind = ListKind::Staff, .role = "aide"}), (Ids{"u1_2"}));
}

TEST_P(RecordLists, WhoIsGoneIsNotListedAndWhomTwoSourcesBringOnce) {
  add_source("hr");
  auto hr = two_schools(1);
  sync(hr, "hr");
  EXPECT_EQ(sorted({}), (Ids{"u1_1", "u1_2", "u1_3", "u2_1", "u2_2", "u2_3"}));
  EXPECT_EQ(all_, 6u);
  auto next = district();
  next.drop("users", "u1_3").drop("enrollments", "e1_3").drop("demographics", "u1_3");
  sync(next);
  EXPECT_FALSE(has("users", "u1_3"));
  EXPECT_EQ(sorted({}), (Ids{"u1_1", "u1_2", "u2_1", "u2_2", "u2_3"}));
}

}  // namespace
}  // namespace rollbook::test
