// Data Browsing: found by those who may see it, with where each field comes from, and nothing of other schools.
#include "runs/edit.h"
#include "runs/export.h"
#include "runs/look.h"
#include "runs/retention.h"
#include "runs/search_index.h"
#include "runs/texts.h"
#include "runs/undo.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class Browsing : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    auto delivery = two_schools(40);
    // In both schools, with an enrollment in each.
    delivery.put("users", {{"sourcedId", "u1_1"}, {"orgSourcedIds", "s1,s2"}});
    delivery.put("enrollments", {{"sourcedId", "other"}, {"classSourcedId", "c2"}, {"schoolSourcedId", "s2"}, {"userSourcedId", "u1_1"}, {"role", "student"}});
    first_ = *sync(delivery).run;
    index();
  }
  void index() {
    auto h = hub();
    auto const roster = runs::open_roster(h, district());
    ASSERT_FALSE(runs::index_all(**roster));
  }
  std::string record(std::string const& table, std::string const& id, std::string const& dress = "", std::string const& more = "") {
    return in("/browse/record" + dress + "?table=" + table + "&id=" + id + more);
  }
  Browser with_demographics(std::optional<std::int64_t> at = {}) {
    auto const account = person("dora");
    EXPECT_FALSE(access::grant(operations(), account.id, {oakfield, at, Level::Reporting, true}, somebody));
    return browser_of(account);
  }
  std::int64_t first_ = 0;
};

TEST_F(Browsing, FindsByNameIdAndList) {
  auto const rita = somebody_of(Level::Reporting);
  EXPECT_TRUE(says(page(rita, in("/browse")), "Find a record"));
  auto const one = page(rita, in("/browse?q=ada7+quill2"));
  EXPECT_TRUE(says(one, "u2_7"));
  EXPECT_FALSE(says(one, "u1_7"));
  EXPECT_TRUE(says(one, "School 2"));
  EXPECT_TRUE(says(one, "student"));
  EXPECT_TRUE(says(page(rita, in("/browse?q=u1_3%2Cnobody%2Cc1")), "Not found: 1"));
  EXPECT_TRUE(says(page(rita, in("/browse?q=school+1")), "id=s1"));
  EXPECT_TRUE(says(page(rita, in("/browse?q=zzz")), "Nothing was found here"));
  auto const all = page(rita, in("/browse?q=quill1"));
  EXPECT_TRUE(says(all, "1 to 40 of 40"));
  EXPECT_TRUE(says(page(rita, in("/browse.json?q=quill&kind=users")), "\"found\":80"));
  EXPECT_EQ(times(page(rita, in("/browse?q=quill&from=50")), "<th scope=\"row\">"), 30u);
  EXPECT_EQ(get(somebody_of(Level::Standard), in("/browse")).status, 403);
}

TEST_F(Browsing, ListsWhatWasFoundAsItIsNow) {
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district(), {"users", "u1_3", {{"givenName", "Xaver"}}, ""}).ok());
  index();
  auto const rita = somebody_of(Level::Reporting);
  EXPECT_TRUE(says(page(rita, in("/browse?q=xaver")), "Xaver Quill1")) << "found by it, and called so";
  EXPECT_TRUE(says(page(rita, record("classes", "c1", "", "&list=enrollments.classSourcedId")), "Xaver Quill1"));
}

TEST_F(Browsing, ARowSaysByWhatItWasFoundWhenNothingShownDoes) {
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_2"}, {"middleName", "Xuentin"}});
  sync(next);
  index();
  auto const rita = somebody_of(Level::Reporting);
  EXPECT_TRUE(says(page(rita, in("/browse?q=xuen")), "Found by Middle name: Xuentin"));
  EXPECT_TRUE(says(page(rita, in("/browse.csv?q=xuen")), "Middle name: Xuentin"));
  EXPECT_FALSE(says(page(rita, in("/browse?q=ada2")), "Found by"));
}

TEST_F(Browsing, WhoSeesTheDistrictButNoDemographicsIsToldAllOfThem) {
  auto const held = sync(two_schools(400));
  auto h = hub();
  ASSERT_TRUE(runs::approve(h, district(), *held.run, {})->is_applied());
  index();
  auto const found = page(somebody_of(Level::Reporting), in("/browse.json?q=quill&kind=users"));
  EXPECT_TRUE(says(found, "\"found\":800")) << "nobody is asked one by one";
  EXPECT_FALSE(says(found, "\"gave_up\":true"));
}

TEST_F(Browsing, AColumnOfASheetIsAList) {
  auto const rita = somebody_of(Level::Reporting);
  auto const found = page(rita, in("/browse?q=u1_3%0D%0Anobody%0D%0Au2_5"));
  EXPECT_TRUE(says(found, "3 were asked for"));
  EXPECT_TRUE(says(found, "Not found: 1"));
  EXPECT_TRUE(says(found, "value=\"u1_3,nobody,u2_5\"")) << "a field of one line would lose the ends of lines";
  EXPECT_TRUE(says(page(rita, in("/browse?q=u1_3+u2_5")), "2 were asked for")) << "with spaces between, when no record has all the words";
}

TEST_F(Browsing, WhatAnUndoBroughtBackSaysBoth) {
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_2"}, {"givenName", "Brand"}});
  auto const answer = sync(next);
  ASSERT_EQ(answer.outcome, "applied") << runs::to_text(answer);
  auto const second = *answer.run;
  auto h = hub();
  auto const undone = runs::undo(h, district(), second, false, false);
  ASSERT_TRUE(undone.ok()) << undone.trouble().text;
  auto const third = *undone->run;
  auto const rita = somebody_of(Level::Reporting);
  auto const csv = page(rita, record("users", "u1_2", ".csv"));
  EXPECT_TRUE(says(csv, "of sis, run " + std::to_string(first_))) << csv;
  EXPECT_TRUE(says(csv, "brought back by")) << csv;
  EXPECT_TRUE(says(csv, "," + std::to_string(third) + ",")) << csv;
  EXPECT_EQ(times(csv, "brought back"), 1u) << "the other fields were never anything else";
}

TEST_F(Browsing, APersonHasTeachersAndAListIsDownloaded) {
  auto const rita = somebody_of(Level::Reporting);
  auto const student = page(rita, record("users", "u1_1", ".json"));
  EXPECT_TRUE(says(student, "Tea Cher1"));
  EXPECT_TRUE(says(student, "Tea Cher2"));
  auto const one_school = page(somebody_of(Level::Reporting, org("s1")), record("users", "u1_1", ".json"));
  EXPECT_TRUE(says(one_school, "Tea Cher1"));
  EXPECT_FALSE(says(one_school, "Tea Cher2")) << "of the other school";
  auto const roster = page(rita, record("classes", "c1", ".csv", "&list=enrollments.classSourcedId"));
  EXPECT_EQ(times(roster, "\n"), 42u) << "a head, a teacher and forty students";
  EXPECT_EQ(notes("records downloaded"), 1u);
}

TEST_F(Browsing, SaysWhenTheSearchTrails) {
  auto const rita = somebody_of(Level::Reporting);
  EXPECT_FALSE(says(page(rita, in("/browse?q=ada")), "catching up"));
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_2"}, {"givenName", "Brand"}});
  sync(next);
  auto const behind = page(rita, in("/browse?q=brand"));
  EXPECT_TRUE(says(behind, "everything up to revision 1 of 2"));
  EXPECT_FALSE(says(behind, "id=u1_2"));
  index();
  EXPECT_TRUE(says(page(rita, in("/browse?q=brand")), "id=u1_2"));
}

TEST_F(Browsing, ShowsWhereEachFieldComesFrom) {
  auto h = hub();
  ASSERT_TRUE(runs::edit(h, district(), {"users", "u1_3", {{"familyName", "Hand"}}, ""}).ok());
  auto const rita = somebody_of(Level::Reporting);
  auto const html = page(rita, record("users", "u1_3"));
  EXPECT_TRUE(says(html, "users.csv line "));
  EXPECT_TRUE(says(html, "edited by anna"));
  EXPECT_TRUE(says(html, "Quill1")) << "what it was before";
  EXPECT_TRUE(says(html, run(first_)));
  EXPECT_TRUE(says(html, "givenName"));
  EXPECT_TRUE(says(page(rita, record("users", "u1_3", "", "&names=people")), "Given name"));
  EXPECT_TRUE(says(html, "Class 1")) << "the class it is in";
  auto const csv = page(rita, record("users", "u1_3", ".csv"));
  EXPECT_TRUE(says(csv, "familyName,Hand,edited by anna"));
  EXPECT_TRUE(says(page(rita, record("users", "u1_3", ".csv", "&names=people")), "Family name,Hand,edited by anna"));
  EXPECT_EQ(notes("records downloaded"), 2u);
  auto const class_ = page(rita, record("classes", "c1"));
  EXPECT_TRUE(says(class_, "Roster"));
  EXPECT_TRUE(says(class_, ">41<")) << "a teacher and forty students";
  EXPECT_TRUE(says(class_, "All of them"));
  auto const list = page(rita, record("classes", "c1", "", "&list=enrollments.classSourcedId"));
  EXPECT_EQ(times(list, "<th scope=\"row\">"), 41u);
  EXPECT_EQ(get(rita, record("users", "nobody")).status, 404);
  EXPECT_EQ(get(rita, record("nothing", "u1_3")).status, 404);
}

TEST_F(Browsing, ColumnsOfTheDistrictsOwnHaveAnOriginToo) {
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_3"}, {"metadata.busStop", "Elm Lane"}});
  auto const answer = sync(next);
  ASSERT_EQ(answer.outcome, "applied") << runs::to_text(answer);
  auto const second = *answer.run;
  next.put("users", {{"sourcedId", "u1_3"}, {"metadata.busStop", "Oak Lane"}});
  auto const third = *sync(next).run;
  auto const rita = somebody_of(Level::Reporting);
  auto const html = page(rita, record("users", "u1_3"));
  auto const from = html.find("data-field=\"metadata.busStop\"");
  ASSERT_NE(from, std::string::npos) << html;
  auto const row = html.substr(from, html.find("</tr>", from) - from);
  for (auto const& text :
       {std::string("Oak Lane"), std::string("users.csv line "), "href=\"" + run(third) + "\"", std::string("Elm Lane"), "href=\"" + run(second) + "\""})
    EXPECT_TRUE(says(row, text)) << text << "\n" << row;
  EXPECT_TRUE(says(page(rita, record("users", "u1_3", "", "&names=people")), "Bus stop"));
  EXPECT_TRUE(says(page(rita, record("users", "u1_3", ".csv")), "metadata.busStop,Oak Lane,users.csv line "));
}

TEST_F(Browsing, AListThatIsDownloadedIsWhole) {
  auto many = two_schools(1'200);
  for (int i = 1; i <= 1'100; ++i) {
    auto const id = "staff" + std::to_string(i);
    many.put("users", {{"sourcedId", id},
                       {"enabledUser", "true"},
                       {"orgSourcedIds", "s1"},
                       {"role", "aide"},
                       {"username", id},
                       {"givenName", "Ida"},
                       {"familyName", "Fern"}});
  }
  ASSERT_TRUE(store::set_source(operations(), district(), "sis", {{"threshold.floor", "100000"}}, somebody).ok());
  auto const answer = sync(many);
  ASSERT_EQ(answer.outcome, "applied") << runs::to_text(answer);
  index();
  auto const sam = somebody_of(Level::System);
  EXPECT_EQ(times(page(sam, record("classes", "c1", ".csv", "&list=enrollments.classSourcedId")), "\r\n"), 1u + 1'201u);
  EXPECT_EQ(times(page(sam, in("/members/staff.csv")), ",Ida Fern,"), 1'100u);
  // Who sees one school alone has the rows of the other passed over, a thousand and more of them.
  auto const of_school = somebody_of(Level::Reporting, org("s2"));
  EXPECT_EQ(times(page(of_school, record("classes", "c2", ".csv", "&list=enrollments.classSourcedId")), "\r\n"), 1u + 1'201u);
}

TEST_F(Browsing, AsOfADayIsWhatWasAppliedByThen) {
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_2"}, {"givenName", "Brand"}}).drop("users", "u1_9").drop("enrollments", "e1_9").drop("demographics", "u1_9");
  sync(next);
  auto const roster = home_->roster(oakfield);
  // In Chicago both were applied on the evening before; the second is moved to the morning after.
  (*roster)->run("UPDATE revisions SET at = ? WHERE number = 1", "2026-11-22T05:59:59Z");
  (*roster)->run("UPDATE revisions SET at = ? WHERE number = 2", "2026-11-22T06:00:00Z");
  index();
  auto const rita = somebody_of(Level::Reporting);
  EXPECT_TRUE(says(page(rita, record("users", "u1_2", "", "&as_of=2026-11-21")), "Ada2"));
  EXPECT_FALSE(says(page(rita, record("users", "u1_2", "", "&as_of=2026-11-21")), "Brand"));
  EXPECT_TRUE(says(page(rita, record("users", "u1_2", "", "&as_of=2026-11-22")), "Brand"));
  EXPECT_TRUE(says(page(rita, record("users", "u1_2", "", "&as_of=2026-11-20")), "was not in the roster on 2026-11-20"));
  EXPECT_TRUE(says(page(rita, record("users", "u1_9")), "no longer in the roster"));
  EXPECT_FALSE(says(page(rita, record("users", "u1_9", "", "&as_of=2026-11-21")), "not in the roster"));
  EXPECT_EQ(get(rita, record("users", "u1_2", "", "&as_of=yesterday")).status, 400);
}

TEST_F(Browsing, AsOfADayThatPeopleWereLetGoOfIsSaid) {
  auto const rita = somebody_of(Level::Reporting);
  auto next = two_schools(40);
  sync(next.drop("users", "u1_9").drop("enrollments", "e1_9").drop("demographics", "u1_9"));
  auto const roster = home_->roster(oakfield);
  (*roster)->run("UPDATE revisions SET at = ? WHERE number = 1", "2025-01-01T12:00:00Z");
  (*roster)->run("UPDATE revisions SET at = ? WHERE number = 2", "2025-01-03T12:00:00Z");
  operations().run("UPDATE runs SET created = '2025-01-01T12:00:00Z'");
  index();
  EXPECT_FALSE(says(page(rita, record("classes", "c1", "", "&as_of=2025-01-02")), "were let go"));
  EXPECT_FALSE(says(get(rita, record("users", "nobody")).body, "let go"));
  auto h = hub();
  ASSERT_FALSE(store::set_days_kept(operations(), district(), store::Kept::Leavers, 90, somebody));
  ASSERT_FALSE(runs::let_go_what_is_old(h, district(), true)->empty());
  EXPECT_TRUE(says(page(rita, record("classes", "c1", "", "&as_of=2025-01-02")), "have left since were let go, the last of them on 2026-11-"));
  EXPECT_FALSE(says(page(rita, record("classes", "c1", "", "&as_of=2025-01-04")), "were let go")) << "by then they had left";
  EXPECT_TRUE(says(get(rita, record("users", "u1_9")).body, "have been let go"));
}

TEST_F(Browsing, AnIdIsThatOfWhoHadItOnTheDay) {
  auto h = hub();
  ASSERT_TRUE(runs::rekey(h, district(), "users", "u1_2", "moved")->is_applied());
  ASSERT_TRUE(runs::rekey(h, district(), "users", "u1_3", "u1_2")->is_applied());
  auto const roster = home_->roster(oakfield);
  (*roster)->run("UPDATE revisions SET at = '2026-11-20T12:00:00Z' WHERE number = 1");
  index();
  auto const rita = somebody_of(Level::Reporting);
  EXPECT_TRUE(says(page(rita, record("users", "u1_2", ".json")), "Ada3"));
  EXPECT_TRUE(says(page(rita, record("users", "u1_2", ".json", "&as_of=2026-11-20")), "Ada2"));
  auto const enrollment = page(rita, record("enrollments", "e1_2", "", "&as_of=2026-11-20"));
  EXPECT_TRUE(says(enrollment, "Ada2 Quill1"));
  EXPECT_FALSE(says(enrollment, "Ada3"));
}

TEST_F(Browsing, ASchoolSeesItsOwn) {
  auto const rita = somebody_of(Level::Reporting, org("s1"));
  auto const found = page(rita, in("/browse?q=quill"));
  EXPECT_TRUE(says(found, "1 to 40 of 40"));
  EXPECT_FALSE(says(found, "u2_1"));
  for (auto const& theirs :
       {record("users", "u2_1"), record("classes", "c2"), record("orgs", "s2"), record("enrollments", "e2_1"), record("enrollments", "other")})
    EXPECT_EQ(get(rita, theirs).status, 404) << theirs;
  // Of the pages as values: HTML has random characters in it.
  auto const shared = page(rita, record("users", "u1_1", ".json"));
  EXPECT_TRUE(says(shared, "\"e1_1\""));
  EXPECT_TRUE(says(page(rita, record("users", "u1_1")), "Class 1"));
  auto const list = page(rita, record("users", "u1_1", ".json", "&list=enrollments.userSourcedId"));
  auto const csv = page(rita, record("users", "u1_1", ".csv"));
  for (auto const* const theirs : {"s2", "School 2", "Class 2", "\"other\"", "c2"})
    for (auto const& shown : {shared, list, csv}) EXPECT_FALSE(says(shown, theirs)) << theirs << " in " << shown;
  auto const other = page(somebody_of(Level::Reporting, org("s2")), record("users", "u1_1", ".json"));
  EXPECT_TRUE(says(other, "\"other\""));
  EXPECT_FALSE(says(other, "\"e1_1\""));
}

TEST_F(Browsing, WhoIsAtASchoolByARoleAloneIsSeenThere) {
  auto h = hub();
  MemorySink in_12;
  runs::ExportOptions options;
  options.version = Version::V12;
  ASSERT_TRUE(runs::export_roster(h, district(), options, in_12).ok());
  auto files = in_12.files;
  auto answer = sync(files);
  if (answer.outcome == "held") answer = *runs::approve(h, district(), *answer.run, {});
  ASSERT_TRUE(answer.is_applied()) << to_text(answer);
  index();
  auto const here = with_demographics(org("s1")), there = with_demographics(org("s2"));
  EXPECT_TRUE(says(page(here, record("users", "u1_4")), "Demographics"));
  EXPECT_TRUE(says(page(here, record("demographics", "u1_4")), "2015-05-05"));
  EXPECT_EQ(get(there, record("users", "u1_4")).status, 404);
  EXPECT_EQ(get(there, record("demographics", "u1_4")).status, 404);
  EXPECT_EQ(get(somebody_of(Level::Reporting, org("s1")), record("demographics", "u1_4")).status, 404) << "it takes the grant";
  // Findings of what is not taken are theirs by the person, too.
  edit_cell(files, "demographics", "u1_5", "birthDate", "soon");
  edit_cell(files, "users", "u1_6", "enabledUser", "perhaps");
  auto const bad = sync(files);
  ASSERT_EQ(bad.outcome, "no_changes") << to_text(bad);
  for (auto const* const file : {"demographics.csv", "users.csv"}) {
    auto const list = run(*bad.run, std::string("/findings.csv?file=") + file);
    EXPECT_TRUE(says(page(here, list), file)) << file;
    EXPECT_FALSE(says(page(there, list), file)) << file;
  }
}

TEST_F(Browsing, DemographicsTakeTheGrantAndAreNoted) {
  auto const rita = somebody_of(Level::Enrollment);
  EXPECT_EQ(get(rita, record("demographics", "u1_4")).status, 404);
  EXPECT_EQ(notes("person viewed"), 0u);
  EXPECT_FALSE(says(page(rita, record("users", "u1_4")), "Demographics"));
  EXPECT_EQ(notes("person viewed"), 1u);
  EXPECT_EQ(notes("demographics viewed"), 0u);
  auto const dora = with_demographics();
  EXPECT_TRUE(says(page(dora, record("users", "u1_4")), "Demographics"));
  EXPECT_EQ(notes("demographics viewed"), 0u) << "that there are some is no secret of theirs";
  EXPECT_TRUE(says(page(dora, record("demographics", "u1_4")), "2015-05-05"));
  EXPECT_EQ(notes("demographics viewed"), 1u);
  auto const of_a_school = with_demographics(org("s2"));
  EXPECT_EQ(get(of_a_school, record("demographics", "u1_4")).status, 404);
  EXPECT_TRUE(says(page(of_a_school, record("demographics", "u2_4")), "2015-05-05"));
}

TEST_F(Browsing, ChangedRowsAndFindingsLeadToTheRecord) {
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_2"}, {"givenName", "Brand"}});
  auto const answer = sync(next);
  ASSERT_EQ(answer.outcome, "applied") << runs::to_text(answer);
  auto const second = *answer.run;
  auto const rita = somebody_of(Level::Reporting);
  EXPECT_TRUE(says(page(rita, run(second, "/changes") + "?table=users&kind=updated"), "/browse/record?table=users&amp;id=u1_2"));
}

TEST_F(Browsing, OddWordsDoNoHarm) {
  auto const rita = somebody_of(Level::Reporting);
  for (auto const* const odd : {"%00", "%FF%FE", "a%00b"}) EXPECT_LT(get(rita, in("/browse?q=") + odd).status, 500) << odd;
  for (auto const* const odd : {"%25", "'", "%01%0C", "%F0%9F%98%80", "%0A%0A", ",,,", "_", "*"})
    for (auto const* const dress : {"", ".json", ".csv"}) EXPECT_EQ(get(rita, in("/browse") + dress + "?q=" + odd).status, 200) << odd << dress;
  EXPECT_EQ(get(rita, in("/browse?q=ada&kind=enrollments")).status, 404);
  EXPECT_EQ(get(rita, in("/browse?q=ada&from=999999999999999999999")).status, 200);
  EXPECT_LT(get(rita, record("users", "%00")).status, 500);
  EXPECT_EQ(get(rita, record("users", "u1_2", "", "&key=99")).status, 200) << "a key of another record says nothing";
  EXPECT_EQ(get(rita, record("users", "u1_2", "", "&list=users.nothing")).status, 200);
  EXPECT_EQ(get(rita, record("users", "u1_2", "", "&list=x")).status, 404);
}

}  // namespace
}  // namespace rollbook::test
