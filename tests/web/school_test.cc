// The school at the top: it narrows what is shown, says so, and never shows more than its person may see.
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class SchoolAtTheTop : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    first_ = *sync(two_schools(40)).run;
    held_ = *sync(night_without_many()).run;
  }
  // The browser after it chose a school; it holds the cookie that it was given.
  Browser with_school(Browser browser, std::string const& school) {
    auto const chosen = post(browser, in("/school"), {{"school", school}, {"back", in("/history")}});
    EXPECT_EQ(chosen.status, 303);
    EXPECT_EQ(header_of(chosen, "location"), in("/history"));
    auto const cookie = header_of(chosen, "set-cookie");
    browser.session += "; " + cookie.substr(0, cookie.find(';'));
    return browser;
  }

  std::int64_t first_ = 0, held_ = 0;
};

TEST_F(SchoolAtTheTop, IsFoundByNameOrIdAndOnlyWhenAskedFor) {
  auto const anna = somebody_of(Level::Reporting);
  EXPECT_FALSE(says(page(anna, in("")), "value=\"s1\"")) << "a page of thousands of schools would have them all";
  auto const all = page(anna, in("/school"));
  EXPECT_TRUE(says(all, "value=\"s1\""));
  EXPECT_TRUE(says(all, "value=\"s2\""));
  EXPECT_FALSE(says(all, "value=\"d\"")) << "the district is no school";
  EXPECT_FALSE(says(page(anna, in("/school?q=S2")), "value=\"s1\""));
  EXPECT_TRUE(says(page(anna, in("/school?q=S2")), "value=\"s2\""));
  EXPECT_TRUE(says(page(anna, in("/school?q=nowhere")), "No school"));
  EXPECT_TRUE(says(page(anna, in("/school.json")), "\"s1\""));
  EXPECT_EQ(get(somebody_of(Level::Standard), in("/school")).status, 403);
}

TEST_F(SchoolAtTheTop, OfManyOnlyAFewAreListed) {
  auto delivery = two_schools(40);
  for (int i = 0; i < 90; ++i)
    delivery.put("orgs", {{"sourcedId", "more" + std::to_string(i)}, {"name", "School More"}, {"type", "school"}, {"parentSourcedId", "d"}});
  auto const many = *sync(delivery).run;  // held: these are more organizations than there were
  auto const anna = somebody_of(Level::Enrollment);
  ASSERT_EQ(post(anna, run(many, "/apply"), {{"digest", field(page(anna, run(many)), "digest")}}).status, 303);
  work_off(many);
  auto const html = page(anna, in("/school?q=more"));
  EXPECT_EQ(times(html, "name=\"school\" value=\"more"), 50u);
  EXPECT_TRUE(says(html, "40 more"));
}

TEST_F(SchoolAtTheTop, NarrowsEveryPageAndSaysSo) {
  auto const anna = with_school(somebody_of(Level::Enrollment), "s1");
  for (auto const* const rest : {"", "/changes", "/findings"}) {
    auto const html = page(anna, run(first_, rest));
    EXPECT_TRUE(says(html, "only")) << rest;
    EXPECT_TRUE(says(html, ">Show all</button>")) << rest;
    for (auto const* const theirs : {"u2_1", "school=s2", "\"s2\""}) EXPECT_FALSE(says(html, theirs)) << rest << theirs;
  }
  EXPECT_FALSE(says(page(anna, run(first_, "/changes.csv") + "?table=users&kind=created"), "u2_1"));
  EXPECT_TRUE(says(page(anna, run(first_, "/changes.csv") + "?table=users&kind=created"), "u1_1"));
  EXPECT_TRUE(says(page(anna, in("/export")), "value=\"s1\" selected"));
  EXPECT_TRUE(says(page(anna, in("")), "not held"));
  EXPECT_TRUE(says(page(with_school(somebody_of(Level::Enrollment), "s2"), in("")), "is held"));
  EXPECT_FALSE(says(page(anna, in("/gallery")), ">Show all</button>")) << "it does not narrow what apps there are";
}

TEST_F(SchoolAtTheTop, IsThatSchoolAndNoneBelowIt) {
  auto delivery = two_schools(40);
  delivery.put("orgs", {{"sourcedId", "s2"}, {"name", "School s2"}, {"type", "school"}, {"parentSourcedId", "s1"}});
  auto const moved = *sync(delivery).run;
  auto const anna = with_school(somebody_of(Level::Reporting), "s1");
  EXPECT_FALSE(says(page(anna, run(first_)), "school=s2")) << moved;
  EXPECT_TRUE(says(page(somebody_of(Level::Reporting, org("s1")), run(first_)), "school=s2")) << "who has the upper one sees both";
}

TEST_F(SchoolAtTheTop, TheHistoryHasTheNumbersOfTheSchool) {
  auto const all = page(somebody_of(Level::Reporting), in("/history.csv"));
  auto const one = page(with_school(somebody_of(Level::Reporting), "s1"), in("/history.csv"));
  EXPECT_TRUE(says(all, ",30,") || says(all, ",90,")) << all;
  EXPECT_NE(one, all);
  EXPECT_TRUE(says(one, "held,0,1,0,0") || says(one, ",0,1,0,0,")) << one;
  EXPECT_EQ(one, page(somebody_of(Level::Reporting), in("/history.csv?school=s1")));
  EXPECT_EQ(one, page(somebody_of(Level::Reporting, org("s1")), in("/history.csv"))) << "who has this school sees these numbers";
}

TEST_F(SchoolAtTheTop, IsNotWhereTheDistrictIsDecidedOf) {
  auto const whole = somebody_of(Level::Enrollment);
  auto const anna = with_school(whole, "s1");
  auto const html = page(anna, run(held_));
  EXPECT_FALSE(says(html, ">Apply")) << "who sees one school would apply all of them";
  EXPECT_TRUE(says(html, "all schools"));
  auto const digest = field(page(whole, run(held_)), "digest");
  EXPECT_EQ(post(anna, run(held_, "/apply"), {{"digest", digest}, {"without", "yes"}, {"except", "s2"}}).status, 303) << "a form means what it said";
}

TEST_F(SchoolAtTheTop, IsOneThatThePersonMaySee) {
  auto const theirs = somebody_of(Level::System, org("s1"));
  EXPECT_FALSE(says(page(theirs, in("/school")), "\"s2\""));
  EXPECT_TRUE(says(page(theirs, in("/school")), "\"s1\""));
  EXPECT_EQ(post(theirs, in("/school"), {{"school", "s2"}}).status, 404);
  for (auto const* const id : {"s2", "d", "nobody", "%00", "' OR 1=1 --"})
    for (auto const& at : {in(""), in("/history"), run(first_), run(first_, "/findings"), run(first_, "/changes")}) {
      EXPECT_EQ(get(theirs, at + "?school=" + http::percent_encoded(id)).status, 404) << at << id;
    }
  EXPECT_EQ(get(somebody_of(Level::System), in("/history?school=nobody")).status, 404);
  EXPECT_EQ(get(somebody_of(Level::System), run(first_, "/changes?school=nobody")).status, 404);
  EXPECT_EQ(get(somebody_of(Level::System), in("/export?school=nobody")).status, 404);
  // A cookie can be made up: it opens nothing.
  auto forged = theirs;
  forged.session += "; rollbook_school=" + std::to_string(oakfield) + ".s2";
  EXPECT_FALSE(says(page(forged, run(first_)), "s2"));
  EXPECT_TRUE(says(page(forged, run(first_)), "changes?school=s1"));
}

TEST_F(SchoolAtTheTop, IsForgottenElsewhere) {
  auto anna = somebody_of(Level::Reporting);
  auto const other = browser_of(member("ben", riverside, Level::Reporting));
  auto borrowed = with_school(anna, "s1");
  borrowed.session = other.session + borrowed.session.substr(borrowed.session.find(';'));
  EXPECT_FALSE(says(page(borrowed, "/districts/" + std::to_string(riverside) + "/history"), ">Show all</button>"));
  auto const all = post(with_school(anna, "s1"), in("/school"), {{"school", ""}, {"back", run(first_)}});
  EXPECT_EQ(header_of(all, "location"), run(first_));
  EXPECT_TRUE(says(header_of(all, "set-cookie"), "Max-Age=0"));
  EXPECT_EQ(header_of(post(anna, in("/school"), {{"school", "s1"}, {"back", "//evil.test"}}), "location"), "/");
}

}  // namespace
}  // namespace rollbook::test
