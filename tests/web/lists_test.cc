// The lists of Enrollment: found by word and filter, sorted, a page at a time, downloaded as shown, and of one's own schools only.
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/record_list.h"
#include "runs/search.h"
#include "runs/search_index.h"
#include "runs/undo.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class Lists : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    sync(two_schools(60));
    auto h = hub();
    ASSERT_FALSE(runs::index_all(**runs::open_roster(h, district())));
  }
  std::string students(std::string const& asked = "") const { return in("/enrollment/students" + asked); }
};

TEST_F(Lists, LeadToEachOtherAndToTheRecords) {
  auto const elsa = somebody_of(Level::Enrollment);
  EXPECT_EQ(header_of(get(elsa, in("/enrollment")), "location"), students());
  auto const html = page(elsa, students());
  EXPECT_TRUE(says(html, "1 to 50 of 120 students."));
  EXPECT_EQ(times(html, "<th scope=\"row\">"), 50u);
  EXPECT_TRUE(says(html, "/browse/record?table=users&amp;id=u1_1"));
  EXPECT_TRUE(says(html, "School 1"));
  EXPECT_TRUE(says(html, "aria-sort=\"ascending\""));
  EXPECT_EQ(times(page(elsa, students("?from=100")), "<th scope=\"row\">"), 20u);
  EXPECT_TRUE(says(page(elsa, in("/enrollment/staff")), "1 to 2 of 2 people."));
  EXPECT_TRUE(says(page(elsa, in("/enrollment/classes")), "1 to 2 of 2 classes."));
  EXPECT_EQ(get(somebody_of(Level::Reporting), students()).status, 403);
}

TEST_F(Lists, AreSearchedFilteredAndSorted) {
  auto const elsa = somebody_of(Level::Enrollment);
  EXPECT_TRUE(says(page(elsa, students("?q=ada7+quill2")), "1 to 1 of 1 student."));
  EXPECT_TRUE(says(page(elsa, students("?q=cher")), "None fits")) << "a teacher is no student";
  auto const many = page(elsa, students("?q=u1_3%0D%0Anobody%0D%0Au2_5"));
  EXPECT_TRUE(says(many, "1 to 2 of 2 students."));
  EXPECT_TRUE(says(many, "Not found: 1"));
  EXPECT_TRUE(says(many, "value=\"u1_3,nobody,u2_5\""));
  auto const school = std::to_string(org("s2"));
  EXPECT_TRUE(says(page(elsa, students("?school=" + school)), "1 to 50 of 60 students."));
  EXPECT_EQ(get(elsa, students("?school=999999")).status, 404);
  EXPECT_TRUE(says(page(elsa, students("?status=deactivated")), "None fits"));
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district(), {"users", "u1_3", {{"enabledUser", "false"}}, ""}).ok());
  EXPECT_TRUE(says(page(elsa, students("?status=deactivated")), "1 to 1 of 1 student."));
  auto const down = page(elsa, students("?sort=-id&school=" + school));
  EXPECT_TRUE(says(down, "id=u2_9")) << "as texts are";
  EXPECT_EQ(field(down, "sort"), "-id") << "kept from page to page";
  EXPECT_TRUE(says(page(elsa, students("?sort=-id&by=email")), "value=\"-email\"")) << "a heading that is pressed counts, and turns the order next time";
  page(elsa, students("?sort=nonsense&grade=%25&status=%27&from=x"));
}

TEST_F(Lists, AreDownloadedAsShownAndThatIsNoted) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const csv = page(elsa, in("/enrollment/students.csv?school=" + std::to_string(org("s2"))));
  EXPECT_EQ(times(csv, "\n"), 61u);
  EXPECT_TRUE(says(csv, "sourcedId,name,email,organizations,grades,status"));
  EXPECT_FALSE(says(csv, "u1_1"));
  EXPECT_EQ(notes("records downloaded"), 1u);
}

TEST_F(Lists, AreKeptToOnesOwnSchools) {
  auto const there = somebody_of(Level::Enrollment, org("s2"));
  auto const html = page(there, students());
  EXPECT_TRUE(says(html, "1 to 50 of 60 students."));
  EXPECT_FALSE(says(html, "School 1"));
  EXPECT_TRUE(says(page(there, students("?q=u1_3")), "None fits"));
  EXPECT_EQ(get(there, students("?school=" + std::to_string(org("s1")))).status, 404);
  EXPECT_TRUE(says(page(there, in("/enrollment/staff")), "1 to 1 of 1 person."));
  EXPECT_TRUE(says(page(there, in("/enrollment/classes")), "1 to 1 of 1 class."));
  EXPECT_EQ(times(page(there, in("/enrollment/students.csv")), "\n"), 61u);
}

TEST_F(Lists, IdentifiersAreLookedThroughByWhoHasTheDistrict) {
  auto next = two_schools(60);
  next.put("users", {{"sourcedId", "u1_3"}, {"identifier", "078051120"}, {"userIds", "{state:7}"}});
  next.put(
      "classes",
      {{"sourcedId", "C1"}, {"title", "Another"}, {"courseSourcedId", "c"}, {"classType", "scheduled"}, {"schoolSourcedId", "s1"}, {"termSourcedIds", "t"}});
  sync(next);
  auto const elsa = somebody_of(Level::Enrollment);
  auto const html = page(elsa, in("/enrollment/identifiers"));
  EXPECT_TRUE(says(html, "/enrollment/students?lacks=state\">119</a>"));
  EXPECT_TRUE(says(html, "/enrollment/students?lacks=sis\">120</a>"));
  EXPECT_TRUE(says(html, "table=classes&amp;id=C1"));
  EXPECT_TRUE(says(html, "table=users&amp;id=u1_3"));
  EXPECT_FALSE(says(html, "078051120")) << "the number itself is not spread";
  EXPECT_TRUE(says(html, "table=orgs&amp;id=d&amp;"));
  EXPECT_FALSE(says(html, "table=orgs&amp;id=s1&amp;")) << "which has one";
  EXPECT_TRUE(says(page(elsa, students("?lacks=state&q=u1_3")), "id=u1_30&amp;"));
  EXPECT_FALSE(says(page(elsa, students("?lacks=state&q=u1_3")), "id=u1_3&amp;"));
  EXPECT_TRUE(says(page(elsa, in("/enrollment/identifiers.csv")), "users,u1_3,Ada3 Quill1,looks like a social security number: identifier"));
  auto const there = somebody_of(Level::Enrollment, org("s2"));
  EXPECT_EQ(get(there, in("/enrollment/identifiers")).status, 403);
  EXPECT_FALSE(says(page(there, students()), "/enrollment/identifiers"));
}

// ---- many at once ----

class ChangeMany : public Lists {
 protected:
  std::string key(std::string const& id) {
    auto h = hub();
    return std::to_string(*runs::record_called(**runs::open_roster(h, district()), TableId::Users, id));
  }
  std::string change(std::string const& list = "students") const { return in("/enrollment/" + list + "/change"); }
  using Form = std::vector<std::pair<std::string, std::string>>;
  // Looks, and does what was shown; answers the run.
  std::int64_t look_and_do(Browser const& browser, Form form) {
    auto const looked = post(browser, change(), form);
    EXPECT_EQ(looked.status, 200) << looked.body;
    form.emplace_back("digest", field(looked.body, "digest"));
    form.emplace_back("step", "apply");
    auto const done = post(browser, change(), form);
    EXPECT_EQ(done.status, 303) << done.body;
    auto const to = header_of(done, "location");
    auto const at = to.find("saved=");
    if (at == std::string::npos) return 0;
    auto const run = std::stoll(to.substr(at + 6));
    work_off(run);
    EXPECT_TRUE(says(page(browser, to), "Saved, as run " + std::to_string(run)));
    return run;
  }
  std::uint64_t deactivated() {
    auto h = hub();
    return runs::list_records(**runs::open_roster(h, district()), {.enabled = false}, 20261121, 0, 1).all;
  }
};

TEST_F(ChangeMany, TicksAreKeptOverPagesAndTakenAway) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const one = key("u1_3"), other = key("u2_5");
  auto const html = page(elsa, students("?q=u1_3&ticked=" + one + "+" + other));
  EXPECT_TRUE(says(html, "value=\"" + one + "\" aria-label=\"Ada3 Quill1\" checked"));
  EXPECT_TRUE(says(html, "Ticked, and not on this page: 1."));
  EXPECT_EQ(field(html, "ticked"), one + " " + other);
  EXPECT_EQ(field(page(elsa, students("?ticked=" + one + "+" + other + "&shown=" + one)), "ticked"), other)
      << "its tick was taken away on the page that showed it";
  EXPECT_TRUE(says(page(elsa, change() + "?ticked=" + other + "&shown=" + one + "&key=" + one), "Change 2 students"));
  EXPECT_TRUE(says(page(elsa, change()), "Nothing is ticked"));
  EXPECT_TRUE(says(page(elsa, change() + "?all=yes&school=" + std::to_string(org("s2"))), "Change 60 students"));
}

TEST_F(ChangeMany, IsShownFirstAndIsOneRunWithOneUndo) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const ticked = key("u1_3") + " " + key("u2_5") + " " + key("u2_6");
  auto const looked = post(elsa, change(), {{"ticked", ticked}, {"set_status", "deactivated"}, {"set_grades", "06, 07"}});
  EXPECT_TRUE(says(looked.body, "<strong>3 students</strong> will be changed."));
  EXPECT_TRUE(says(looked.body, "Ada3 Quill1"));
  EXPECT_EQ(deactivated(), 0u) << "nothing is done yet";
  auto const run = look_and_do(elsa, {{"ticked", ticked}, {"set_status", "deactivated"}, {"set_grades", "06, 07"}});
  EXPECT_EQ(deactivated(), 3u);
  auto const again = post(elsa, change(), {{"ticked", ticked + " " + key("u1_4")}, {"set_status", "deactivated"}});
  EXPECT_TRUE(says(again.body, "<strong>1 student</strong> will be changed. 3 are so already."));
  EXPECT_TRUE(says(post(elsa, change(), {{"ticked", ticked}, {"set_status", "deactivated"}}).body, "Nothing: all of them are so already."));
  auto h = hub();
  ASSERT_TRUE(runs::undo(h, district(), run, false, false).ok());
  EXPECT_EQ(deactivated(), 0u);
}

TEST_F(ChangeMany, WhatIsWrongIsToldAndNothingIsDone) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const ticked = key("u1_3");
  EXPECT_TRUE(says(post(elsa, change(), {{"ticked", ticked}, {"set_grades", "05,99"}}).body, "id=\"set_grades-wrong\""));
  EXPECT_TRUE(says(post(elsa, change(), {{"ticked", ticked}, {"set_status", "deactivated"}, {"until", "2020-01-01"}}).body, "id=\"until-wrong\""));
  EXPECT_EQ(post(elsa, change(), {{"ticked", ticked}}).status, 422);
  EXPECT_EQ(post(elsa, change(), {{"ticked", "4711 999999999"}, {"set_status", "deactivated"}}).status, 422) << "nobody's keys";
  EXPECT_EQ(post(elsa, change(), {{"ticked", ticked}, {"set_status", "deactivated"}, {"step", "apply"}, {"digest", "guessed"}}).status, 409);
  auto looked = post(elsa, change(), {{"ticked", ticked}, {"set_status", "deactivated"}});
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district(), {"users", "u2_1", {{"phone", "5"}}, ""}).ok());
  EXPECT_EQ(post(elsa, change(), {{"ticked", ticked}, {"set_status", "deactivated"}, {"step", "apply"}, {"digest", field(looked.body, "digest")}}).status, 409)
      << "the roster moved on";
  EXPECT_EQ(deactivated(), 0u);
}

TEST_F(ChangeMany, OfASchoolTheNumberIsTyped) {
  auto const elsa = somebody_of(Level::Enrollment);
  Form form{{"all", "yes"}, {"school", std::to_string(org("s2"))}, {"set_status", "deactivated"}};
  auto const looked = post(elsa, change(), form);
  EXPECT_TRUE(says(looked.body, "type the number 60")) << looked.body;
  form.emplace_back("digest", field(looked.body, "digest"));
  form.emplace_back("step", "apply");
  EXPECT_EQ(post(elsa, change(), form).status, 422);
  form.emplace_back("count", "60");
  auto const done = post(elsa, change(), form);
  ASSERT_EQ(done.status, 303);
  auto const to = header_of(done, "location");
  work_off(std::stoll(to.substr(to.find("saved=") + 6)));
  EXPECT_EQ(deactivated(), 60u);
}

TEST_F(ChangeMany, OnlyOnesOwnAreChanged) {
  auto const there = somebody_of(Level::Enrollment, org("s2"));
  EXPECT_EQ(post(there, change(), {{"ticked", key("u1_3")}, {"set_status", "deactivated"}}).status, 422);
  auto const some = post(there, change(), {{"ticked", key("u1_3") + " " + key("u2_3")}, {"set_status", "deactivated"}});
  EXPECT_TRUE(says(some.body, "not yours to change: 1 row."));
  EXPECT_FALSE(says(some.body, "u1_3"));
  EXPECT_TRUE(says(some.body, "<strong>1 student</strong>"));
  EXPECT_TRUE(says(page(there, change() + "?all=yes"), "Change 60 students"));
}

}  // namespace
}  // namespace rollbook::test
