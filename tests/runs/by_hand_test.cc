// People and classes made by hand, and who is in which class: runs like any other.
#include "runs/by_hand.h"
#include "runs/batch_district.h"
#include "runs/edit.h"
#include "runs/planned.h"
#include "store/ranges.h"

namespace rollbook::test {
namespace {

using batch::users_place;

class ByHand : public BatchUpload {
 protected:
  void SetUp() override {
    BatchUpload::SetUp();
    if (IsSkipped()) return;
    auto h = hub();
    ASSERT_FALSE(store::switch_batch_upload(home_->operations(), district_, false, h.actor)) << "what is done by hand does not ask for it";
  }

  static batch::UsersCells cells_of(Cells const& named) {
    batch::UsersCells cells;
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (auto const at = named.find(std::string(batch::users_columns[i].header)); at != named.end()) cells[i] = at->second;
    return cells;
  }
  runs::Answer save(Result<std::vector<batch::UsersCells>> const& rows) {
    EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.trouble().text);
    auto h = hub();
    auto const judged = runs::judge_by_hand(h, district_, *rows);
    EXPECT_TRUE(judged.ok() && judged->is_right()) << (judged.ok() ? judged->remarks.front().words : judged.trouble().text);
    auto const answer = runs::work_off(h, district_, "batch", runs::queue_by_hand(h, district_, *judged));
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return *answer;
  }
  runs::Answer save(std::vector<Cells> const& rows) {
    std::vector<batch::UsersCells> all;
    for (auto const& row : rows) all.push_back(cells_of(row));
    return save(Result(all));
  }
  std::vector<runs::HandRemark> remarks(Cells const& row) {
    auto h = hub();
    auto const judged = runs::judge_by_hand(h, district_, {cells_of(row)});
    EXPECT_TRUE(judged.ok());
    return judged->remarks;
  }
  Result<std::vector<batch::UsersCells>> rows(runs::Joining what, std::vector<runs::Membership> const& who) {
    auto h = hub();
    return runs::rows_for(h, district_, what, who);
  }
};
INSTANTIATE_TEST_SUITE_P(, ByHand, both_databases(), name_of_database);

TEST_P(ByHand, SomebodyIsAddedAndTakenBack) {
  auto const answer = save({student("500", "Mia", "Holm", {{"userStateId", "9001"}})});
  EXPECT_EQ(answer.outcome, "applied");
  EXPECT_EQ(cell("users", "500", "familyName"), "Holm");
  EXPECT_EQ(cell("users", "500", "userIds"), "{state:9001}");
  EXPECT_EQ(save({student("500", "Mia", "Holm", {{"userStateId", "9001"}})}).outcome, "no_changes");
  EXPECT_EQ(undo(*answer.run).outcome, "applied");
  EXPECT_FALSE(has("users", "500"));
  expect_sound();
}

TEST_P(ByHand, WhatIsWrongIsToldAtItsColumnAndNothingIsKept) {
  auto wrong = student("5 00", "Mia", "");
  wrong["userGrade"] = "Third";
  std::map<std::string_view, std::string> told;
  for (auto const& one : remarks(wrong)) told[one.column] = one.words;
  EXPECT_EQ(told.size(), 3u);
  for (auto const* const column : {"userId", "userLastName", "userGrade"}) EXPECT_FALSE(told[column].empty()) << column;
  EXPECT_TRUE(told["userGrade"].find("ERROR") == std::string::npos);
  auto h = hub();
  auto const judged = runs::judge_by_hand(h, district_, {cells_of(wrong)});
  EXPECT_FALSE(judged->is_right());
  EXPECT_FALSE(runs::queue_by_hand(h, district_, *judged).ok());
  EXPECT_TRUE(ids("users").empty());
}

TEST_P(ByHand, AClassHasPeopleWhoJoinAndLeaveIt) {
  save(math());
  EXPECT_EQ(save({in("art", teacher("T2"))}).outcome, "applied");
  EXPECT_TRUE(has("classes", "art"));
  auto const joined = save(rows(runs::Joining::Join, {{"320", "art"}, {"300", "art"}, {"T1", "art"}}));
  EXPECT_EQ(counted(joined, "enrollments").created, 3u);
  EXPECT_EQ(counted(joined, "students").updated, 0u);
  EXPECT_NE(enrollment("300", "art"), "");
  EXPECT_NE(enrollment("300", "m3"), "") << "who joins one class stays in the others";
  EXPECT_EQ(cell("enrollments", enrollment("T1", "m3"), "primary"), "true");
  EXPECT_EQ(save(rows(runs::Joining::Join, {{"300", "art"}})).outcome, "no_changes");

  auto const left = save(rows(runs::Joining::Leave, {{"300", "art"}, {"320", "art"}}));
  EXPECT_EQ(counted(left, "enrollments").removed, 2u);
  EXPECT_EQ(enrollment("300", "art"), "");
  EXPECT_TRUE(has("users", "320"));
  undo(*left.run);
  EXPECT_NE(enrollment("320", "art"), "");
  expect_sound();
}

TEST_P(ByHand, SomebodyFromAnotherSchoolJoinsAndStaysWhereTheyWere) {
  save(math());
  save({with(in("choir", teacher("T3")), {{"schoolId", "S-2"}})});
  save(rows(runs::Joining::Join, {{"320", "choir"}}));
  EXPECT_EQ(cell("users", "320", "orgSourcedIds"), "0042,S-2");
  EXPECT_EQ(cell("enrollments", enrollment("320", "choir"), "schoolSourcedId"), "S-2");
  save(rows(runs::Joining::Join, {{"300", "choir"}}));
  EXPECT_EQ(ids("enrollments").size(), 6u);
}

TEST_P(ByHand, AClassIsMadeWithThoseWhoAreInIt) {
  save(math());
  auto h = hub();
  auto const made = save(runs::rows_for_new_class(h, district_, cells_of(in("art", {{"schoolId", "0042"}})), {"T1", "300", "320"}));
  EXPECT_EQ(counted(made, "classes").created, 1u);
  EXPECT_EQ(counted(made, "enrollments").created, 3u);
  EXPECT_EQ(counted(made, "students").updated, 0u);
  EXPECT_EQ(cell("classes", "art", "title"), "Class art");
  EXPECT_EQ(cell("enrollments", enrollment("T1", "m3"), "primary"), "true");
  EXPECT_FALSE(runs::rows_for_new_class(h, district_, cells_of(in("art2", {})), {"nobody"}).ok());
}

TEST_P(ByHand, OneTeacherIsThePrimaryOne) {
  save(math());
  save({teacher("T2")});
  save(rows(runs::Joining::Join, {{"T2", "m3"}}));
  EXPECT_EQ(save(rows(runs::Joining::Lead, {{"T2", "m3"}})).outcome, "applied");
  EXPECT_EQ(cell("enrollments", enrollment("T2", "m3"), "primary"), "true");
  EXPECT_EQ(cell("enrollments", enrollment("T1", "m3"), "primary"), "false");
}

TEST_P(ByHand, WhoIsArchivedComesBackWithTheirClasses) {
  save(math());
  auto const before = exported();
  auto h = hub();
  EXPECT_EQ(save(runs::rows_to_archive(h, district_, {"300"})).outcome, "applied");
  EXPECT_FALSE(has("users", "300"));
  EXPECT_EQ(enrollment("300", "m3"), "");
  EXPECT_FALSE(runs::rows_to_archive(h, district_, {"300"}).ok());
  EXPECT_EQ(save(runs::rows_to_restore(h, district_, {"300"})).outcome, "applied");
  EXPECT_EQ(exported(), before);
  EXPECT_FALSE(runs::rows_to_restore(h, district_, {"300"}).ok()) << "nobody comes back who is there";
  EXPECT_FALSE(runs::rows_to_restore(h, district_, {"999"}).ok());
}

TEST_P(ByHand, AClassEndsAlsoWhenNobodyIsInIt) {
  save(math());
  save(rows(runs::Joining::Leave, {{"300", "m3"}, {"310", "m3"}, {"T1", "m3"}}));
  EXPECT_TRUE(has("classes", "m3"));
  auto h = hub();
  EXPECT_EQ(save(runs::rows_to_end(h, district_, {"m3"})).outcome, "applied");
  EXPECT_FALSE(has("classes", "m3"));
  EXPECT_EQ(ids("users").size(), 4u);
}

TEST_P(ByHand, WhoIsNotThereIsNamed) {
  save(math());
  auto const nobody = rows(runs::Joining::Join, {{"999", "m3"}});
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.trouble().text, "There is nobody with the id \"999\" in the roster.");
  auto const nothing = rows(runs::Joining::Join, {{"300", "none"}});
  ASSERT_FALSE(nothing.ok());
  EXPECT_EQ(nothing.trouble().text, "There is no class with the id \"none\" in the roster.");
}

// Their own records come from elsewhere, and are corrected there.
TEST_P(ByHand, WhomAnotherSourceBringsIsLeftToIt) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  sync(two_schools(5), "sis");
  auto h = hub();
  auto const person = runs::rows_to_archive(h, district_, {"u1_1"});
  ASSERT_FALSE(person.ok());
  EXPECT_EQ(person.trouble().text, "\"u1_1\" comes from the source sis, and is changed there.");
  auto const class_ = runs::rows_to_end(h, district_, {"c1"});
  ASSERT_FALSE(class_.ok());
  EXPECT_EQ(class_.trouble().text, "The class \"c1\" comes from the source sis, and is changed there.");
  EXPECT_EQ(remarks(with(student("u1_1", "Ada", "Bell"), {{"schoolId", "s1"}})).front().column, "userId");
}

TEST_P(ByHand, ASuspensionStopsItOnlyWhenItIsToldTo) {
  save(math());
  auto h = hub();
  store::Range range;
  range.kind = store::RangeKind::Suspended;
  ASSERT_TRUE(store::add_range(home_->operations(), district_, range, h.actor).ok());
  EXPECT_EQ(save({student("600", "Una", "Lie")}).outcome, "applied") << "what people do goes on";
  EXPECT_TRUE(runs::edit(h, district_, {"users", "600", {{"givenName", "Uma"}}, ""}).ok());
  EXPECT_TRUE(runs::rekey(h, district_, "users", "600", "601").ok());

  range.edits_too = true;
  ASSERT_TRUE(store::add_range(home_->operations(), district_, range, h.actor).ok());
  auto const judged = runs::judge_by_hand(h, district_, {cells_of(student("602", "Vera", "Aas"))});
  for (auto const& refused : {runs::queue_by_hand(h, district_, *judged), runs::queue_edit(h, district_, {"users", "601", {{"givenName", "Ulla"}}, ""}),
                              runs::queue_rekey(h, district_, "users", "601", "603")}) {
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.trouble().text.find("edits by hand and Batch Upload"), std::string::npos);
  }
  ASSERT_FALSE(store::switch_batch_upload(home_->operations(), district_, true, h.actor));
  auto const waits = upload({student("604", "Ivar", "Moe")});
  EXPECT_EQ(waits.outcome, "held");
  EXPECT_FALSE(has("users", "604"));
  auto const went_on = runs::resume(h, district_, {});
  ASSERT_TRUE(went_on.ok());
  EXPECT_TRUE(has("users", "604")) << "it waited, and is taken when the suspension ends";
  EXPECT_EQ(save({student("602", "Vera", "Aas")}).outcome, "applied");
}

}  // namespace
}  // namespace rollbook::test
