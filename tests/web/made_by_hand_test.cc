// People and classes that are added in the browser, and who is in which class: by whom, where, and what is told of what is wrong.
#include "runs/batch.h"
#include "runs/look.h"
#include "runs/search.h"
#include "runs/search_index.h"
#include "runs/undo.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class MadeByHand : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    auto h = hub();
    for (auto const* id : {"0042", "S-2"})
      ASSERT_EQ(runs::add_organization(h, district(), {id, "School " + std::string(id), "school", ""})->outcome, "applied");
    elsa_ = somebody_of(Level::Enrollment);
    auto const one = person("otto");
    ASSERT_FALSE(access::grant(operations(), one.id, {oakfield, org("S-2"), Level::Enrollment, false}, somebody));
    otto_ = browser_of(one);
  }

  using Form = std::vector<std::pair<std::string, std::string>>;
  static Form student(std::string const& id, std::string const& school = "0042", std::string const& last = "Berg") {
    return {{"schoolId", school}, {"userId", id}, {"userFirstName", "Ola"}, {"userLastName", last}, {"userGrade", "03"}};
  }
  static Form teacher(std::string const& id, std::string const& school = "0042") {
    return {{"schoolId", school},     {"userId", id},           {"userRole", "teacher"},
            {"userFirstName", "Ada"}, {"userLastName", "Bell"}, {"userEmail", id + "@school.example"}};
  }
  static Form class_of(std::string const& id, std::string const& teacher, std::string const& school = "0042") {
    return {{"schoolId", school}, {"classId", id}, {"className", "Class " + id}, {"userId", teacher}};
  }
  std::string list(std::string const& name, std::string const& below = "") const { return in("/enrollment/" + name + below); }
  std::string at(std::string const& table, std::string const& id, std::string const& what) const {
    return in("/browse/record" + what + "?table=" + table + "&id=" + id);
  }
  // The answer; what was put into the queue is done, and can be found.
  http::Response send(Browser const& browser, std::string const& to, Form const& form) {
    auto response = post(browser, to, form);
    auto const where = header_of(response, "location");
    if (auto const run = where.find("saved="); run != std::string::npos) {
      work_off(std::stoll(where.substr(run + 6)));
      auto h = hub();
      EXPECT_FALSE(runs::index_all(**runs::open_roster(h, district())));
    }
    return response;
  }
  void add(std::string const& name, Form const& form) {
    auto const response = send(elsa_, list(name, "/new"), form);
    ASSERT_EQ(response.status, 303) << response.body;
    ASSERT_TRUE(says(page(elsa_, header_of(response, "location")), "Saved, as run"));
  }
  std::string users_csv() { return page(elsa_, in("/enrollment/download/users.csv")); }
  std::string key(std::string const& table, std::string const& id) {
    auto h = hub();
    return std::to_string(runs::record_called(**runs::open_roster(h, district()), *table_called(table), id).value_or(0));
  }
  static std::optional<TableId> table_called(std::string const& name) { return name == "users" ? TableId::Users : TableId::Classes; }

  Browser elsa_, otto_;
};

TEST_F(MadeByHand, WhatIsAddedIsThereAndAnIdIsGivenOnce) {
  EXPECT_TRUE(says(page(elsa_, list("students")), "Add a student"));
  add("students", student("320"));
  EXPECT_TRUE(says(users_csv(), ",0042,320,,,student,Ola,,Berg,,03,"));
  auto const again = send(elsa_, list("students", "/new"), student("320", "0042", "Other"));
  EXPECT_EQ(again.status, 422);
  EXPECT_TRUE(says(again.body, "This id belongs to another student already."));
  EXPECT_TRUE(says(again.body, "value=\"Other\"")) << "what was entered stays";
  EXPECT_FALSE(says(users_csv(), "Other"));
}

TEST_F(MadeByHand, WhatIsOddIsToldBeforeItIsSaved) {
  auto const told = send(elsa_, list("students", "/new"), student("123-45-6789"));
  EXPECT_EQ(told.status, 422);
  EXPECT_TRUE(says(told.body, "social security number")) << told.body;
  EXPECT_FALSE(says(users_csv(), "123-45-6789"));
  auto form = student("123-45-6789");
  form.emplace_back("told", field(told.body, "told"));
  EXPECT_EQ(send(elsa_, list("students", "/new"), form).status, 303);
  EXPECT_TRUE(says(users_csv(), "123-45-6789"));
}

TEST_F(MadeByHand, HostileFormsAreToldWhatIsWrong) {
  for (auto const* const id : {"", "a b", "..\\x", "x'--", "<b>", "=1+1"}) EXPECT_EQ(send(elsa_, list("students", "/new"), student(id)).status, 422) << id;
  auto const page_of = send(elsa_, list("students", "/new"), student("<b>"));
  EXPECT_FALSE(says(page_of.body, "<b>"));
  EXPECT_EQ(send(elsa_, list("students", "/new"), {}).status, 422);
  auto form = student("330");
  form.emplace_back("action", "ARCHIVE-USER");
  form.emplace_back("userRole", "administrator");
  add("students", form);
  EXPECT_TRUE(says(users_csv(), ",0042,330,,,student,")) << "a field that the form does not have says nothing";
  auto const twin = send(elsa_, list("students", "/new"), student("331"));
  EXPECT_EQ(twin.status, 422) << "nobody is added twice unseen";
  EXPECT_TRUE(says(twin.body, "fill “E-mail” or “Id in the state”")) << "in the words of the form";
  EXPECT_EQ(send(elsa_, list("classes", "/new"), class_of("c", "nobody")).status, 422);
  EXPECT_EQ(send(elsa_, list("classes", "/new"), class_of("c", "")).status, 422);
}

TEST_F(MadeByHand, WhoHasOneSchoolAddsThereAndNowhereElse) {
  EXPECT_FALSE(says(page(otto_, list("students", "/new")), "School 0042"));
  auto const elsewhere = send(otto_, list("students", "/new"), student("320", "0042"));
  EXPECT_EQ(elsewhere.status, 422);
  EXPECT_TRUE(says(elsewhere.body, "Choose one of your schools."));
  EXPECT_EQ(send(otto_, list("students", "/new"), student("321", "S-2")).status, 303);
  add("staff", teacher("T1"));
  add("staff", teacher("T2", "S-2"));
  EXPECT_EQ(send(otto_, list("classes", "/new"), class_of("c2", "T1", "S-2")).status, 422) << "a teacher whom they do not see";
  EXPECT_EQ(send(otto_, list("classes", "/new"), class_of("c2", "T2", "S-2")).status, 303);
  add("classes", class_of("c1", "T1"));
  EXPECT_EQ(get(otto_, at("classes", "c1", "/members")).status, 404);
  EXPECT_EQ(get(otto_, at("classes", "c2", "/members")).status, 200);
  EXPECT_EQ(send(otto_, at("classes", "c2", "/members"), {{"do", "add"}, {"member", key("users", "T1")}}).status, 422);
  EXPECT_FALSE(says(page(otto_, at("classes", "c2", "/members") + "&q=T1"), "Tick whom to add"));
  EXPECT_EQ(send(otto_, at("classes", "c1", "/members"), {{"do", "archive"}}).status, 404);
  EXPECT_TRUE(says(users_csv(), ",c1,")) << "the class is still there";
}

TEST_F(MadeByHand, PeopleJoinAndLeaveAClassSeveralAtOnce) {
  add("staff", teacher("T1"));
  add("students", student("300", "0042", "Moe"));
  add("students", student("301", "0042", "Roe"));
  add("classes", class_of("c1", "T1"));
  auto const members = at("classes", "c1", "/members");
  auto const found = page(elsa_, members + "&q=300%2C%20301");
  EXPECT_TRUE(says(found, "Ola Moe") && says(found, "Ola Roe"));
  EXPECT_EQ(send(elsa_, members, {{"do", "add"}}).status, 422) << "nothing is ticked";
  EXPECT_EQ(send(elsa_, members, {{"do", "burn"}, {"member", key("users", "300")}}).status, 422);
  EXPECT_EQ(send(elsa_, members, {{"do", "add"}, {"member", "99999"}}).status, 422);
  auto const joined = send(elsa_, members, {{"do", "add"}, {"member", key("users", "300")}, {"member", key("users", "301")}});
  EXPECT_EQ(joined.status, 303) << joined.body;
  EXPECT_TRUE(says(page(elsa_, members + "&q=300"), "is in it already"));
  EXPECT_EQ(send(elsa_, members, {{"lead", key("users", "T1")}}).status, 303);
  EXPECT_TRUE(says(page(elsa_, members), "teacher, primary"));
  EXPECT_EQ(send(elsa_, members, {{"do", "remove"}, {"member", key("users", "300")}, {"member", key("users", "301")}}).status, 303);
  EXPECT_FALSE(says(page(elsa_, members), "Ola Moe"));
}

TEST_F(MadeByHand, WhoWasArchivedIsRestoredByWhoHasTheDistrict) {
  add("students", student("320", "S-2"));
  auto const record = at("users", "320", "");
  EXPECT_EQ(send(elsa_, at("users", "320", "/members"), {{"do", "archive"}}).status, 303);
  EXPECT_FALSE(says(users_csv(), ",320,"));
  EXPECT_TRUE(says(page(elsa_, record), "Restore this person"));
  EXPECT_NE(post(otto_, at("users", "320", "/restore"), {}).status, 303) << "for all schools, or not at all";
  EXPECT_FALSE(says(users_csv(), ",320,"));
  EXPECT_EQ(send(elsa_, at("users", "320", "/restore"), {}).status, 303);
  EXPECT_TRUE(says(users_csv(), ",320,"));
  EXPECT_EQ(send(elsa_, at("users", "320", "/restore"), {}).status, 409) << "nobody is restored who is there";
}

TEST_F(MadeByHand, ManyAreArchivedAtOnceAndComeBackInOnePiece) {
  for (auto const* const id : {"320", "321", "322"}) add("students", student(id, "0042", "Last" + std::string(id)));
  Form form = {{"ticked", key("users", "320") + " " + key("users", "321")}, {"set_status", "archived"}};
  auto const looked = send(elsa_, list("students", "/change"), form);
  EXPECT_EQ(looked.status, 200);
  EXPECT_TRUE(says(looked.body, "<strong>2 students</strong> will be changed")) << looked.body;
  EXPECT_TRUE(says(users_csv(), ",320,")) << "nothing is done before it was seen";
  form.emplace_back("until", "2027-01-01");
  EXPECT_EQ(send(elsa_, list("students", "/change"), form).status, 422);
  form.back() = {"digest", field(looked.body, "digest")};
  form.emplace_back("step", "apply");
  auto const done = send(elsa_, list("students", "/change"), form);
  ASSERT_EQ(done.status, 303) << done.body;
  EXPECT_FALSE(says(users_csv(), ",320,") || says(users_csv(), ",321,"));
  EXPECT_TRUE(says(users_csv(), ",322,"));
  auto const where = header_of(done, "location");
  auto h = hub();
  ASSERT_TRUE(runs::undo(h, district(), std::stoll(where.substr(where.find("saved=") + 6)), false, false).ok());
  EXPECT_TRUE(says(users_csv(), ",320,") && says(users_csv(), ",321,"));
}

TEST_F(MadeByHand, ASuspensionThatStopsEditsIsABannerAndARefusal) {
  auto const sally = somebody_of(Level::System);
  EXPECT_EQ(post(sally, in("/administration/rollover"), {{"kind", "suspended"}}).status, 303);
  EXPECT_FALSE(says(page(elsa_, list("students")), "edits by hand and Batch Upload"));
  add("students", student("320"));
  EXPECT_EQ(post(sally, in("/administration/rollover"), {{"kind", "suspended"}, {"edits", "yes"}}).status, 303);
  EXPECT_TRUE(says(page(sally, in("/administration/rollover")), "Suspend everything, edits by hand too"));
  for (auto const* const name : {"students", "staff", "classes", "upload", "inbox"})
    EXPECT_TRUE(says(page(elsa_, list(name)), "The district is suspended, and edits by hand and Batch Upload with it.")) << name;
  auto const refused = send(elsa_, list("students", "/new"), student("321", "0042", "Moe"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(says(refused.body, "Data Rollover"));
  EXPECT_FALSE(says(users_csv(), ",321,"));
}

TEST_F(MadeByHand, WhereASourceBringsTheStudentsThatIsSaidBeforeAnythingIsTyped) {
  add_source();
  sync(two_schools(3));
  auto const shown = page(elsa_, list("students", "/new"));
  EXPECT_TRUE(says(shown, "Students come from sis"));
  EXPECT_FALSE(says(shown, "userFirstName"));
  EXPECT_EQ(send(elsa_, list("students", "/new"), student("320")).status, 422);
  add("staff", teacher("T1"));
}

}  // namespace
}  // namespace rollbook::test
