// Fields of many records in one run: laid together, undone together, and not at all when somebody was faster.
#include <gtest/gtest.h>

#include "runs/apply.h"
#include "runs/edit.h"
#include "runs/inbox.h"
#include "runs/look.h"
#include "runs/school.h"
#include "runs/search.h"

namespace rollbook::test {
namespace {

class EditsOfMany : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    ASSERT_TRUE(sync(two_schools(4)).is_applied());
  }
  std::uint32_t key(std::string const& id) {
    auto h = hub();
    return *runs::record_called(**runs::open_roster(h, district_), TableId::Users, id);
  }
  std::int64_t revision() {
    auto h = hub();
    return runs::last_revision(**runs::open_roster(h, district_));
  }
  Result<runs::Answer> rename(std::vector<std::string> const& whom, std::string const& name, std::int64_t seen) {
    std::vector<runs::EditOfRecord> records;
    for (auto const& id : whom) records.push_back({key(id), {{"familyName", name}, {"grades", "05"}}});
    auto h = hub();
    return runs::work_off(h, district_, "edit", runs::queue_edits(h, district_, TableId::Users, records, "", seen));
  }
  std::string name(std::string const& id) { return cell("users", id, "familyName"); }
};
INSTANTIATE_TEST_SUITE_P(Runs, EditsOfMany, both_databases(), name_of_database);

TEST_P(EditsOfMany, AreOneRevisionAndOneUndo) {
  auto const before = revision();
  auto const answer = rename({"u1_1", "u1_2", "u2_3"}, "Hand", before);
  ASSERT_TRUE(answer.ok()) << answer.trouble().text;
  EXPECT_EQ(answer->outcome, "applied");
  ASSERT_EQ(answer->tables.size(), 1u);
  EXPECT_EQ(answer->tables[0].second.updated, 3u);
  EXPECT_EQ(revision(), before + 1);
  for (auto const* const id : {"u1_1", "u1_2", "u2_3"}) EXPECT_EQ(name(id), "Hand");
  EXPECT_EQ(cell("users", "u1_2", "grades"), "05");
  EXPECT_EQ(sync(two_schools(4)).outcome, "no_changes") << "night after night";
  undo(*answer->run);
  for (auto const* const id : {"u1_1", "u1_2"}) EXPECT_EQ(name(id), "Quill1");
  EXPECT_EQ(name("u2_3"), "Quill2");
  expect_sound();
}

TEST_P(EditsOfMany, NothingIsDoneWhenSomebodyChangedOneOfTheFieldsSince) {
  auto const seen = revision();
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district_, {"users", "u1_2", {{"familyName", "Faster"}}, ""}).ok());
  auto const late = rename({"u1_1", "u1_2"}, "Hand", seen);
  EXPECT_TRUE(!late.ok() || late->outcome == "failed");
  EXPECT_EQ(name("u1_1"), "Quill1");
  EXPECT_EQ(name("u1_2"), "Faster");
  ASSERT_TRUE(runs::edit(h, district_, {"users", "u1_3", {{"phone", "5"}}, ""}).ok());
  auto const other = rename({"u1_3"}, "Hand", seen);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->outcome, "applied") << "another field than those that are set";
}

TEST_P(EditsOfMany, WhoWasRemovedMeanwhileIsPassedOverAndTold) {
  auto next = two_schools(4);
  next.drop("users", "u1_4").drop("enrollments", "e1_4").drop("demographics", "u1_4");
  auto const gone = key("u1_4"), there = key("u1_1");
  sync(next);
  auto h = hub();
  auto const answer =
      runs::work_off(h, district_, "edit",
                     runs::queue_edits(h, district_, TableId::Users, {{gone, {{"familyName", "Hand"}}}, {there, {{"familyName", "Hand"}}}}, "", revision()));
  ASSERT_TRUE(answer.ok()) << answer.trouble().text;
  EXPECT_EQ(answer->outcome, "applied_with_warnings");
  EXPECT_EQ(answer->tables[0].second.excluded, 1u);
  EXPECT_EQ(name("u1_1"), "Hand");
}

TEST_P(EditsOfMany, ClashesOfAPageAreSettledInOneRunUpToADay) {
  ASSERT_TRUE(rename({"u1_1", "u1_2"}, "Hand", revision()).ok());
  auto next = two_schools(4);
  for (auto const* const id : {"u1_1", "u1_2"}) next.put("users", {{"sourcedId", id}, {"familyName", "New"}});
  sync(next);
  auto h = hub();
  std::vector<runs::SeenClash> seen;
  auto const clashes = runs::inbox(h, district_);
  for (auto const& clash : *clashes) seen.push_back({clash.of, clash.key, clash.field, clash.number});
  ASSERT_EQ(seen.size(), 2u);
  auto const kept = runs::work_off(h, district_, "edit", runs::queue_settle(h, district_, seen, true, "2026-09-30"));
  ASSERT_TRUE(kept.ok()) << kept.trouble().text;
  EXPECT_EQ(kept->outcome, "applied");
  EXPECT_TRUE(runs::inbox(h, district_)->empty());
  EXPECT_EQ(name("u1_1"), "Hand");
  today = 20261001;
  EXPECT_EQ(name("u1_1"), "New") << "its day is over";
  today = 20260901;
  undo(*kept->run);
  auto h2 = hub();
  EXPECT_EQ(runs::inbox(h2, district_)->size(), 2u);
  auto const late =
      runs::work_off(h2, district_, "edit", runs::queue_settle(h2, district_, {seen[0], {TableId::Users, seen[1].key, "familyName", "00000000"}}, false, ""));
  EXPECT_TRUE(!late.ok() || late->outcome == "failed") << "all or none";
  EXPECT_EQ(runs::inbox(h2, district_)->size(), 2u);
}

}  // namespace
}  // namespace rollbook::test
