// Administration from outside: organizations, rollover, settings, the audit log.
#include "store/audit.h"
#include "store/ranges.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class Administration : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    ASSERT_TRUE(sync(two_schools(3)).is_applied());
    boss = somebody_of(Level::System);
  }
  std::string admin(std::string const& rest = "") const { return in("/administration" + rest); }
  std::string org_page(std::string const& id, std::string const& rest = "") { return admin("/organizations/" + std::to_string(org(id)) + rest); }
  Browser boss;
};

TEST_F(Administration, EachSeesThePlacesThatTheyMayGoTo) {
  auto const all = page(boss, admin());
  for (auto const* const place : {"organizations", "rollover", "notifications", "audit", "settings"}) EXPECT_TRUE(says(all, admin("/") + place)) << place;
  auto const enrollment = page(somebody_of(Level::Enrollment), admin());
  EXPECT_TRUE(says(enrollment, admin("/rollover")));
  EXPECT_FALSE(says(enrollment, admin("/audit")));
}

TEST_F(Administration, TheTreeHasPeopleAndClassesAndIsSearched) {
  auto const tree = page(boss, admin("/organizations.json"));
  EXPECT_TRUE(says(tree, "\"depth\":1")) << tree;
  EXPECT_TRUE(says(page(boss, admin("/organizations.csv")), "s1,School 1,school,4,1"));
  auto const found = page(boss, admin("/organizations.json?q=school%202"));
  EXPECT_TRUE(says(found, "School 2"));
  EXPECT_TRUE(says(found, "Larkspur")) << "what is above it";
  EXPECT_FALSE(says(found, "School 1"));
  EXPECT_TRUE(says(page(boss, admin("/organizations?q=nowhere")), "No organization is called so"));
  page(boss, admin("/organizations/4711"), 404);
}

TEST_F(Administration, ContactsAreNobodysButRollbooks) {
  EXPECT_EQ(post(boss, org_page("s1", "/contact"), {{"person", "Ms <b>Holm</b>"}, {"email", "office@s1.example"}, {"notes", "=1+1"}}).status, 303);
  auto const shown = page(boss, org_page("s1"));
  EXPECT_TRUE(says(shown, "office@s1.example"));
  EXPECT_FALSE(says(shown, "<b>Holm"));
  EXPECT_TRUE(says(page(boss, admin("/organizations.csv")), "'=1+1"));
  auto next = two_schools(3);
  next.put("orgs", {{"sourcedId", "s1"}, {"name", "School One"}});
  ASSERT_TRUE(sync(next).is_applied());
  EXPECT_TRUE(says(page(boss, org_page("s1")), "office@s1.example"));
  EXPECT_EQ(notes("contact set"), 1u);
  EXPECT_EQ(post(boss, org_page("s1", "/contact"), {{"person", std::string(2000, 'x')}}).status, 422);
  EXPECT_EQ(post(boss, org_page("s1", "/contact")).status, 303);
  EXPECT_FALSE(says(page(boss, org_page("s1")), "office@s1.example"));
}

TEST_F(Administration, DeletingAnOrganizationWantsTheNumberTyped) {
  auto const asked = post(boss, org_page("s1", "/delete"));
  ASSERT_EQ(asked.status, 303);
  EXPECT_EQ(queued, 1);
  auto const number = std::stoll(header_of(asked, "location").substr(in("/history/").size()));
  work_off(number);
  auto const shown = page(boss, run(number));
  EXPECT_TRUE(says(shown, "Deletion of an organization"));
  EXPECT_TRUE(says(shown, "To delete 13 records, type the number")) << shown;
  auto const digest = field(shown, "digest");
  for (auto const* const wrong : {"", "12", "all", "0"})
    EXPECT_EQ(post(boss, run(number, "/apply"), {{"digest", digest}, {"count", wrong}}).status, 422) << wrong;
  EXPECT_GE(org("s1"), 0);
  EXPECT_EQ(post(boss, run(number, "/apply"), {{"digest", digest}, {"count", "13"}}).status, 303);
  work_off(number);
  EXPECT_EQ(org("s1"), -1);
  EXPECT_TRUE(says(page(boss, run(number)), "Undo this run"));
}

TEST_F(Administration, RolloverSaysWhatHappensTonight) {
  EXPECT_TRUE(says(page(boss, admin("/rollover")), "As always"));
  EXPECT_EQ(post(boss, admin("/rollover"), {{"kind", "no-removals"}, {"from", ""}, {"until", "2026-12-24"}}).status, 303);
  EXPECT_TRUE(says(page(boss, admin("/rollover")), "Nobody and nothing is removed"));
  EXPECT_EQ(post(boss, admin("/rollover"), {{"kind", "suspended"}, {"from", "2027-06-10"}, {"until", "2027-08-01"}}).status, 303);
  auto const both = page(boss, admin("/rollover.json"));
  EXPECT_TRUE(says(both, "\"state_name\":\"no-removals\"")) << both;
  EXPECT_TRUE(says(both, "from 2027-06-10 until 2027-08-01"));
  for (auto const& [name, value] : {std::pair("from", "tomorrow"), std::pair("until", "2020-01-01"), std::pair("kind", "paused")})
    EXPECT_EQ(post(boss, admin("/rollover"), {{name, value}, {"kind", "suspended"}}).status, 422) << name;
}

TEST_F(Administration, WhatComesInASuspensionWaitsAndGoesOnWhenItEnds) {
  ASSERT_EQ(post(boss, admin("/rollover"), {{"kind", "suspended"}}).status, 303);
  ASSERT_EQ(sync(two_schools(4)).outcome, "held");
  auto const waits = page(boss, admin("/rollover"));
  EXPECT_TRUE(says(waits, "Nothing changes"));
  EXPECT_TRUE(says(waits, "What waits"));
  auto const ranges = *store::list_ranges(operations(), district());
  EXPECT_EQ(post(boss, admin("/rollover/" + std::to_string(ranges.at(0).id) + "/end")).status, 303);
  EXPECT_EQ(post(boss, admin("/rollover/" + std::to_string(ranges.at(0).id) + "/end")).status, 404);
  work_off(2);
  EXPECT_EQ(store::find_run(operations(), oakfield, 2)->outcome, "applied");
}

TEST_F(Administration, ARangeOfOneSourceIsNotEndedHere) {
  store::Range range;
  range.kind = store::RangeKind::NoRemovals;
  range.source = store::find_source(operations(), district(), "sis")->id;
  auto const added = store::add_range(operations(), district(), range, somebody);
  EXPECT_EQ(post(boss, admin("/rollover/" + std::to_string(added->id) + "/end")).status, 404);
}

TEST_F(Administration, TheTimeZoneIsOneThatThereIs) {
  EXPECT_EQ(post(boss, admin("/settings/zone"), {{"zone", "Mars/Olympus"}}).status, 422);
  EXPECT_EQ(post(boss, admin("/settings/zone"), {{"zone", "Europe/Berlin"}}).status, 303);
  EXPECT_EQ(district().time_zone, "Europe/Berlin");
  EXPECT_EQ(notes("time zone set"), 1u);
}

TEST_F(Administration, HowLongItIsKeptIsPreviewedAndThenSet) {
  operations().run("UPDATE runs SET created = '2025-01-01T00:00:00Z'");
  for (auto const& entry : std::filesystem::recursive_directory_iterator(folder_ + "/data"))
    if (entry.is_regular_file()) std::filesystem::last_write_time(entry.path(), std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
  EXPECT_FALSE(says(page(boss, admin("/settings")), "What would go"));
  auto const preview = page(boss, admin("/settings?preview=yes&deliveries=90&findings="));
  EXPECT_TRUE(says(preview, "What would go"));
  EXPECT_TRUE(says(preview, "of 1 run<")) << preview;
  EXPECT_FALSE(store::find_run(operations(), oakfield, 1)->delivery.empty());
  page(boss, admin("/settings?preview=yes&deliveries=3&findings="), 422);
  EXPECT_EQ(post(boss, admin("/settings/retention"), {{"deliveries", "ninety"}, {"findings", ""}}).status, 422);
  EXPECT_EQ(post(boss, admin("/settings/retention"), {{"deliveries", "90"}, {"findings", ""}}).status, 303);
  EXPECT_EQ(notes("retention set"), 1u);
  auto h = hub();
  h.clock = [] { return std::string("2026-11-23T02:00:00Z"); };
  ASSERT_TRUE(runs::work_one(h, district()).ok());
  EXPECT_TRUE(store::find_run(operations(), oakfield, 1)->delivery.empty());
  EXPECT_TRUE(says(page(boss, admin("/settings.csv")), "deliveries,2026-08-24,1,"));
  EXPECT_TRUE(says(page(boss, run(1)), "Its files were let go"));
}

TEST_F(Administration, PeopleWhoLeftAreCountedBeforeTheyGoAndRunsSayThatTheyCanNoLongerBeUndone) {
  auto night = two_schools(3);
  ASSERT_TRUE(sync(night.drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1")).is_applied());
  EXPECT_TRUE(says(page(boss, run(2)), "Undo this run"));
  operations().run("UPDATE runs SET created = '2025-01-01T00:00:00Z'");
  (*home_->roster(oakfield))->run("UPDATE revisions SET at = '2025-01-01T00:00:00Z'");
  auto const preview = page(boss, admin("/settings?preview=yes&deliveries=&findings=&leavers=365"));
  EXPECT_TRUE(says(preview, "1 person, with 2 records about them; 2 runs can then no longer be undone")) << preview;
  EXPECT_TRUE(says(preview, "Findings and lists of rows</strong> from before")) << "they stand in them";
  EXPECT_EQ(post(boss, admin("/settings/retention"), {{"deliveries", ""}, {"findings", ""}, {"leavers", "365"}}).status, 303);
  EXPECT_TRUE(says(page(boss, admin("/settings")), "Kept for 365 days, as long as people who left."));
  auto h = hub();
  h.clock = [] { return std::string("2026-11-23T02:00:00Z"); };
  ASSERT_TRUE(runs::work_one(h, district()).ok());
  EXPECT_TRUE(says(page(boss, admin("/settings.csv")), "leavers,2025-11-22,2,1,2,0")) << page(boss, admin("/settings.csv"));
  for (auto const number : {1, 2}) {
    auto const shown = page(boss, run(number));
    EXPECT_TRUE(says(shown, "It can no longer be undone: it changed something about people who have left")) << number;
    EXPECT_FALSE(says(shown, "Undo this run"));
    EXPECT_TRUE(says(page(boss, run(number, "/undo"), 409), "can no longer be undone"));
    EXPECT_NE(post(boss, run(number, "/undo"), {{"revision", "2"}}).status, 303);
  }
}

TEST_F(Administration, TheAuditLogIsFilteredAndDownloadedWhole) {
  ASSERT_FALSE(operations().transaction([&] {
    for (int i = 0; i < 2500; ++i)
      store::note(operations(),
                  {i % 2 == 0 ? "=anna" : "bert", "2026-10-" + std::string(i < 1250 ? "01" : "02") + "T12:00:00Z", i % 5 == 0 ? "192.0.2.7" : "the server"},
                  oakfield, "tested", std::to_string(i));
    return true;
  }));
  auto const rows = [&](std::string const& query) {
    auto response = get(boss, admin("/audit.csv?" + query));
    EXPECT_EQ(response.status, 200);
    auto all = response.body;
    while (response.more) {
      auto const piece = response.more();
      if (!piece || piece->empty()) break;
      all += *piece;
    }
    EXPECT_EQ(all.find("\n=anna"), std::string::npos);
    return times(all, "\r\n") - 1;
  };
  EXPECT_EQ(rows("what=tested"), 2500u);
  EXPECT_EQ(rows("what=tested&who=bert"), 1250u);
  EXPECT_EQ(rows("what=tested&who=%3Danna&from=2026-10-02&to=2026-10-02"), 625u);
  EXPECT_EQ(rows("to=2026-09-30"), 0u);
  EXPECT_EQ(rows("what=tested&where=192.0.2.7"), 500u);
  EXPECT_EQ(notes("audit log downloaded"), 5u) << "and that stands in it";
  EXPECT_EQ(times(page(boss, admin("/audit?what=tested")), "<td>tested</td>"), 100u);
  page(boss, admin("/audit?from=yesterday"), 422);
  EXPECT_EQ(store::verify_audit(operations(), oakfield)->broken, "");
}

}  // namespace
}  // namespace rollbook::test
