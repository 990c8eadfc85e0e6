// Exports in the history: each has a page, and can be made anew, byte for byte.
#include "runs/edit.h"
#include "runs/handed_on.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class ExportsOfADistrict : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    first_ = *sync(two_schools(40)).run;
  }
  std::string whole(http::Response const& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    std::string bytes;
    if (!response.more) return bytes;
    for (auto piece = response.more(); piece.ok() && !piece->empty(); piece = response.more()) bytes += *piece;
    return bytes;
  }
  std::string exported(Browser const& anna, std::string const& school = "") {
    return whole(post(anna, in("/export"), {{"version", "1.1"}, {"school", school}}));
  }
  Browser with_demographics(Level level) {
    auto const account = person("dora");
    EXPECT_FALSE(access::grant(operations(), account.id, {oakfield, {}, level, true}, somebody));
    return browser_of(account);
  }
  std::int64_t first_ = 0;
};

TEST_F(ExportsOfADistrict, SayWhatWasHandedOnByWhom) {
  auto const anna = somebody_of(Level::Enrollment);
  auto const bytes = exported(anna, "s1");
  auto const html = page(anna, in("/exports/1"));
  EXPECT_TRUE(says(html, "Exported"));
  EXPECT_TRUE(says(html, ", by anna"));
  EXPECT_TRUE(says(html, "revision 1, made by <a href=\"" + run(first_) + "\">"));
  EXPECT_TRUE(says(html, "OneRoster 1.1"));
  EXPECT_TRUE(says(html, "<span class=\"quiet\">s1</span>"));
  EXPECT_TRUE(says(html, "<td>users.csv</td><td class=\"number\" data-name=\"rows\">41</td>"));
  store::Sha256 digest;
  digest.take(bytes);
  EXPECT_TRUE(says(html, digest.hex()));
  EXPECT_TRUE(says(page(anna, in("/history")), "href=\"" + in("/exports/1") + "\""));
  EXPECT_TRUE(says(page(anna, in("/exports/1.json")), "\"bytes\":" + std::to_string(bytes.size())));
  EXPECT_TRUE(says(page(anna, in("/exports/1.csv")), "users.csv,41"));
  EXPECT_EQ(notes("list downloaded"), 1u) << "whatever list it is";
}

TEST_F(ExportsOfADistrict, AreMadeAnewByteForByteWhateverHappenedSince) {
  auto const anna = somebody_of(Level::Enrollment);
  auto h = hub();
  ASSERT_EQ(runs::edit(h, district(), {"users", "u1_1", {{"givenName", "Edited"}}, "2026-11-25"})->outcome, "applied");
  auto const bytes = exported(anna);
  auto next = two_schools(40);
  next.put("users", {{"sourcedId", "u1_2"}, {"givenName", "Another"}});
  sync(next);
  later_ms = std::int64_t{86'400'000} * 10;  // the edit has ended meanwhile
  auto const session = access::begin_session(operations(), member("berta", oakfield, Level::Enrollment).id, "127.0.0.1", "test", now + 864000);
  Browser const berta{session.token, session.session.csrf};
  EXPECT_EQ(whole(post(berta, in("/exports/1/again"))), bytes);
  EXPECT_EQ(store::find_export(operations(), oakfield, 2)->digest, store::find_export(operations(), oakfield, 1)->digest);
  EXPECT_TRUE(says(page(berta, in("/exports/2")), ", by berta")) << "who took it again stands in the history too";
  EXPECT_NE(whole(post(berta, in("/export"), {{"version", "1.1"}})), bytes);
}

TEST_F(ExportsOfADistrict, HoldDemographicsForThoseWhoMaySeeThemAlone) {
  auto const anna = somebody_of(Level::Enrollment), dora = with_demographics(Level::Enrollment);
  exported(anna);
  exported(dora);
  EXPECT_TRUE(says(page(anna, in("/export")), "Demographics are not in it"));
  EXPECT_FALSE(says(page(dora, in("/export")), "Demographics are not in it"));
  EXPECT_FALSE(says(page(anna, in("/exports/1.csv")), "demographics.csv"));
  EXPECT_TRUE(says(page(anna, in("/exports/2.csv")), "demographics.csv"));
  EXPECT_EQ(post(anna, in("/exports/2/again")).status, 403) << "not by the way around either";
  EXPECT_FALSE(store::find_export(operations(), oakfield, 3));
  auto const again = whole(post(dora, in("/exports/1/again")));
  EXPECT_EQ(store::find_export(operations(), oakfield, 3)->digest, store::find_export(operations(), oakfield, 1)->digest) << "the same file, without them";
  EXPECT_NE(whole(post(dora, in("/exports/2/again"))), again);
}

TEST_F(ExportsOfADistrict, StandInTheLedgerUnderWhoTookThem) {
  auto const anna = somebody_of(Level::Enrollment), dora = with_demographics(Level::Enrollment);
  auto const who_got = [&](std::string const& table, std::string const& id) { return page(anna, in("/disclosures.csv?table=" + table + "&id=" + id)); };
  exported(anna);
  exported(dora, "s1");
  auto next = two_schools(40);
  next.drop("users", "u1_9").drop("enrollments", "e1_9").drop("demographics", "u1_9");
  sync(next);
  exported(anna);
  auto const stays = who_got("users", "u1_1"), left = who_got("users", "u1_9"), birth = who_got("demographics", "u1_1");
  EXPECT_EQ(times(stays, "(by hand)"), 3u) << stays;
  EXPECT_EQ(times(stays, ",dora"), 1u) << stays;
  EXPECT_TRUE(says(stays, "users.*=as-is"));
  EXPECT_EQ(times(left, "(by hand)"), 2u) << "it was not in the roster any more, the third time";
  EXPECT_EQ(times(birth, "(by hand)"), 1u) << "no other file had demographics";
  EXPECT_TRUE(says(birth, ",dora")) << birth;
  EXPECT_TRUE(says(page(anna, in("/disclosures?table=users&id=u1_1")), "of s1: it was in the file if it was of them then"));
}

TEST_F(ExportsOfADistrict, AreNotMadeAnewWhenTheyWereNeverWhole) {
  auto const anna = somebody_of(Level::Enrollment);
  exported(anna);
  for (auto const* const outcome : {"", "failed", "broken off"}) {
    operations().run("UPDATE exports SET outcome = ? WHERE id = 1", outcome);
    EXPECT_FALSE(says(page(anna, in("/exports/1")), "Download it again")) << outcome;
    EXPECT_EQ(post(anna, in("/exports/1/again")).status, 409) << outcome;
  }
  EXPECT_FALSE(store::find_export(operations(), oakfield, 2));
  operations().run("UPDATE exports SET outcome = 'exported' WHERE id = 1");
  EXPECT_TRUE(says(page(anna, in("/exports/1")), "Download it again"));
}

TEST_F(ExportsOfADistrict, BelongToTheDistrictAndToThoseWhoMayExport) {
  exported(somebody_of(Level::Enrollment));
  auto const reader = somebody_of(Level::Reporting), of_school = somebody_of(Level::System, org("s1"));
  EXPECT_FALSE(says(page(reader, in("/exports/1")), "Download it again"));
  EXPECT_EQ(post(reader, in("/exports/1/again")).status, 403);
  EXPECT_EQ(get(of_school, in("/exports/1")).status, 403);
  auto const other = browser_of(member("ben", riverside, Level::System));
  auto const theirs = "/districts/" + std::to_string(riverside) + "/exports/1";
  for (auto const* const dress : {"", ".json", ".csv"}) EXPECT_EQ(get(other, theirs + dress).status, 404);
  EXPECT_EQ(post(other, theirs + "/again").status, 404);
  EXPECT_EQ(get(other, in("/exports/1")).status, 404);
}

TEST_F(ExportsOfADistrict, OfOtherSchoolsAreLeftOutWhereOneIsChosen) {
  auto const anna = somebody_of(Level::Enrollment);
  exported(anna, "s1");
  exported(anna, "s2");
  exported(anna);
  auto const list = page(anna, in("/history.csv?school=s1"));
  EXPECT_TRUE(says(list, "E1,"));
  EXPECT_FALSE(says(list, "E2,"));
  EXPECT_TRUE(says(list, "E3,"));
  EXPECT_FALSE(says(page(anna, in("/history.csv?kind=export")), "\n" + std::to_string(first_) + ","));
}

TEST_F(ExportsOfADistrict, OfACommandStandThereToo) {
  auto h = hub();
  auto handed_on = runs::HandedOn::begin(h, district(), {});
  ASSERT_TRUE(handed_on.ok());
  MemorySink loose;
  auto const exported = runs::export_roster(h, district(), {}, loose);
  ASSERT_FALSE(handed_on->end(h, exported));
  auto const html = page(somebody_of(Level::Enrollment), in("/exports/1"));
  EXPECT_TRUE(says(html, "loose files"));
  EXPECT_TRUE(says(html, "Download it again"));
  EXPECT_FALSE(says(html, "SHA-256"));
}

}  // namespace
}  // namespace rollbook::test
