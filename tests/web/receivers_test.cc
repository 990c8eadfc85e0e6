// Export apps in the portal: activated, set up, run, looked at, paused and ended; and the disclosure ledger.
#include "runs/hand_on.h"
#include "runs/retention.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class Receivers : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    sync(two_schools(40));
  }
  void work() {
    auto h = hub();
    while (true) {
      auto const made = runs::make_next(h, district());
      ASSERT_TRUE(made.ok());
      if (!*made) return;
    }
  }
  std::string whole(http::Response const& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    std::string bytes;
    if (!response.more) return bytes;
    for (;;) {
      auto const piece = response.more();
      EXPECT_TRUE(piece.ok()) << "it broke off";
      if (!piece.ok() || piece->empty()) return bytes;
      bytes += *piece;
    }
  }
};

TEST_F(Receivers, OneIsActivatedSetUpAndRun) {
  auto const anna = somebody_of(Level::Enrollment);
  EXPECT_TRUE(says(page(anna, in("/gallery")), in("/gallery/share/oneroster-1.1")));
  auto const activated = post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}, {"until", "2027-06-30"}});
  EXPECT_EQ(header_of(activated, "location"), in("/receivers/1/settings"));
  EXPECT_EQ(post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}}).status, 422) << "the name is taken";
  auto const form = page(anna, in("/receivers/1/settings"));
  EXPECT_TRUE(says(form, "name=\"as.users.email\""));
  EXPECT_GE(times(form, "<details class=\"more\">"), 5u) << "columns are folded away, table by table";
  EXPECT_EQ(times(form, "<details class=\"more\" open>"), 0u);
  EXPECT_EQ(post(anna, in("/receivers/1/settings"), {{"as.users.email", "pseudonym"}, {"as.users.sourcedId", "pseudonym"}, {"until", "2027-06-30"}}).status,
            303);
  EXPECT_EQ(post(anna, in("/receivers/1/settings"), {{"as.users.givenName", "leave-out"}}).status, 422) << "OneRoster requires it";
  auto const changed = page(anna, in("/receivers/1/settings"));
  for (std::string const differs : {"People", "Enrollments"})
    EXPECT_TRUE(says(changed, "<legend>" + differs + "</legend><details class=\"more\" open>"))
        << differs << ": what is not as usual is seen, with what follows from it";
  EXPECT_TRUE(says(changed, "<legend>Classes</legend><details class=\"more\">"));
  EXPECT_EQ(times(post(anna, in("/receivers/1/settings"), {{"until", "no day"}}).body, "<details class=\"more\">"), 0u) << "what is wrong is not folded away";
  auto const html = page(anna, in("/receivers/1"));
  EXPECT_TRUE(says(html, "pseudonym of this receiver"));
  EXPECT_TRUE(says(html, "2027-06-30, the last day"));
  auto const before = queued.load();
  EXPECT_EQ(header_of(post(anna, in("/receivers/1/run")), "location"), in("/exports/1"));
  EXPECT_GT(queued.load(), before) << "workers are told";
  EXPECT_TRUE(says(page(anna, in("/exports/1")), "In the queue"));
  EXPECT_EQ(post(anna, in("/receivers/1/run")).status, 422) << "one waits there already";
  work();
  auto const made = page(anna, in("/exports/1"));
  EXPECT_TRUE(says(made, "Reading app"));
  EXPECT_TRUE(says(made, "It is the first export for this receiver."));
  EXPECT_TRUE(says(page(anna, in("")), "Reading app")) << "a tile on Home";
  EXPECT_TRUE(says(page(anna, in("/history")), in("/exports/1")));
}

TEST_F(Receivers, TheFileIsTheOneThatWasMadeAndWhoFetchedItIsNoted) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}});
  post(anna, in("/receivers/1/run"));
  work();
  store::Sha256 digest;
  digest.take(whole(post(anna, in("/exports/1/again"))));
  EXPECT_EQ(digest.hex(), store::find_export(operations(), oakfield, 1)->digest);
  EXPECT_EQ(notes("export fetched"), 1u);
  EXPECT_TRUE(says(page(anna, in("/exports/1")), ", by anna"));
  EXPECT_FALSE(store::find_export(operations(), oakfield, 2)) << "fetching it makes no other export";
  EXPECT_EQ(post(somebody_of(Level::Reporting), in("/exports/1/again")).status, 403);
}

TEST_F(Receivers, AFileWithDemographicsIsFetchedOnlyByWhoMaySeeThem) {
  ASSERT_TRUE(
      store::add_receiver(operations(), district(), "Clinic", "oneroster-1.1",
                          {{"tables", "orgs,academicSessions,courses,classes,users,demographics,enrollments"}, {"attributes", "demographics.birthDate=as-is"}},
                          somebody)
          .ok());
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/receivers/1/run"));
  work();
  ASSERT_TRUE(says(page(anna, in("/exports/1.csv")), "demographics.csv"));
  auto const refused = post(anna, in("/exports/1/again"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(says(refused.body, "no grant to see them"));
  auto const account = person("dora");
  ASSERT_FALSE(access::grant(operations(), account.id, {oakfield, {}, Level::Enrollment, true}, somebody));
  EXPECT_EQ(whole(post(browser_of(account), in("/exports/1/again"))).size(), store::find_export(operations(), oakfield, 1)->bytes);
  EXPECT_TRUE(says(page(anna, in("/history")), ", for Clinic"));
  EXPECT_TRUE(says(page(anna, in("/history.csv")), ", for Clinic"));
}

TEST_F(Receivers, AFileWithPeopleWhoWereLetGoCanNoLongerBeMade) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}, {"until", "2027-06-30"}});
  post(anna, in("/receivers/1/settings"), {{"until", "2027-06-30"}});
  post(anna, in("/receivers/1/run"));
  work();
  auto night = two_schools(40);
  ASSERT_TRUE(sync(night.drop("users", "u1_1").drop("enrollments", "e1_1").drop("demographics", "u1_1")).is_applied());
  post(anna, in("/receivers/1/run"));
  work();
  (*home_->roster(oakfield))->run("UPDATE revisions SET at = '2025-01-01T00:00:00Z'");
  ASSERT_FALSE(store::set_days_kept(operations(), district(), store::Kept::Leavers, 365, somebody));
  auto h = hub();
  ASSERT_EQ(runs::let_go_what_is_old(h, district(), true)->back().entries, 1u);
  auto const refused = post(anna, in("/exports/1/again"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(says(refused.body, "This file can no longer be made"));
  store::Sha256 digest;
  digest.take(whole(post(anna, in("/exports/2/again"))));
  EXPECT_EQ(digest.hex(), store::find_export(operations(), oakfield, 2)->digest) << "she was not in it";
}

TEST_F(Receivers, TheyArePausedGoOnAndEndByTheirName) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/users-file"), {{"name", "List"}});
  EXPECT_EQ(post(anna, in("/receivers/1/pause")).status, 303);
  EXPECT_TRUE(says(page(anna, in("/receivers/1")), "Paused"));
  EXPECT_EQ(post(anna, in("/receivers/1/run")).status, 422);
  EXPECT_EQ(post(anna, in("/receivers/1/resume")).status, 303);
  EXPECT_EQ(post(anna, in("/receivers/1/end"), {{"confirm", "list"}}).status, 422);
  EXPECT_EQ(post(anna, in("/receivers/1/end"), {{"confirm", "List"}}).status, 303);
  EXPECT_EQ(post(anna, in("/receivers/1/run")).status, 422);
  EXPECT_EQ(get(anna, in("/receivers/1/settings")).status, 404);
  EXPECT_EQ(post(anna, in("/receivers/1/resume")).status, 422);
  EXPECT_TRUE(says(page(anna, in("/receivers/1")), "Ended"));
}

TEST_F(Receivers, AScheduleIsChosenAndTheNextTimeIsShown) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}});
  EXPECT_EQ(post(anna, in("/receivers/1/settings"), {{"when", "weekdays"}, {"when-time", "06:30"}, {"when-hours", "6"}}).status, 303);
  EXPECT_EQ(store::find_receiver(operations(), oakfield, 1)->value("when"), "weekdays@06:30");
  auto const html = page(anna, in("/receivers/1"));
  EXPECT_TRUE(says(html, "from Monday to Friday at 06:30; next "));
  EXPECT_TRUE(says(html, " 06:30 "));
  EXPECT_TRUE(says(page(anna, in("/receivers/1/settings")), "value=\"06:30\""));
  EXPECT_EQ(post(anna, in("/receivers/1/settings"), {{"when", "daily"}, {"when-time", "25:00"}}).status, 422);
  EXPECT_EQ(post(anna, in("/receivers/1/settings"), {{"when", "every"}, {"when-hours", "5"}}).status, 422);
  EXPECT_EQ(post(anna, in("/receivers/1/settings"), {{"when", "every"}, {"when-hours", "8"}}).status, 303);
  EXPECT_TRUE(says(page(anna, in("/receivers/1")), "every 8 hours, from midnight; next "));
}

TEST_F(Receivers, APreviewTellsWhatTheExportWouldHold) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}});
  post(anna, in("/receivers/1/settings"), {{"roles", "student"}, {"require", "users.email"}});
  EXPECT_TRUE(says(page(anna, in("/receivers/1/preview")), "Nothing has been counted yet"));
  EXPECT_EQ(header_of(post(anna, in("/receivers/1/preview")), "location"), in("/receivers/1/preview"));
  EXPECT_TRUE(says(page(anna, in("/receivers/1/preview")), "It is being counted"));
  EXPECT_EQ(post(anna, in("/receivers/1/preview")).status, 422) << "it is being counted already";
  work();
  auto const html = page(anna, in("/receivers/1/preview"));
  EXPECT_TRUE(says(html, "It would be the first export for this receiver."));
  EXPECT_TRUE(says(html, "users.email is blank."));
  EXPECT_TRUE(says(get(anna, in("/receivers/1/preview.csv")).body, "users,"));
  EXPECT_EQ(get(anna, in("/exports/1")).status, 404) << "it is no export";
  EXPECT_FALSE(says(page(anna, in("/history")), in("/exports/1")));
  EXPECT_TRUE(says(page(anna, in("/receivers/1")), "Nothing yet."));
  post(anna, in("/receivers/1/settings"), {{"require", ""}});
  EXPECT_TRUE(says(page(anna, in("/receivers/1/preview")), "has been changed since: count again"));
  post(anna, in("/receivers/1/preview"));
  work();
  EXPECT_FALSE(says(page(anna, in("/receivers/1/preview")), "count again")) << "it is of now";
  post(anna, in("/receivers/1/run"));
  work();
  auto const after = page(anna, in("/receivers/1/preview"));
  EXPECT_TRUE(says(after, "An export has been made since: count again.")) << after;
  EXPECT_FALSE(says(after, "are compared with")) << "it was the first when it was counted";
}

TEST_F(Receivers, WhatIsSetIsToldInWordsOfTheForm) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}});
  EXPECT_EQ(post(anna, in("/receivers/1/settings"), {{"roles", "student"}, {"unique", "users.email"}, {"active-only", "yes"}, {"until", "2099-06-30"}}).status,
            303);
  auto const html = page(anna, in("/receivers/1"));
  EXPECT_TRUE(says(html, "Only people in these roles"));
  EXPECT_TRUE(says(html, "App Rules: must be unique"));
  EXPECT_TRUE(says(html, "Disabled accounts and what is over"));
  for (std::string const name : {"active-only", "YYYY-MM-DD", "by-hand"}) EXPECT_FALSE(says(html, name)) << name << " is a word of commands";
  EXPECT_FALSE(says(page(anna, in("/gallery")), "SFTP delivery")) << "it does not come later, it is there";
}

TEST_F(Receivers, AnSftpServerIsSetUpStepByStepAndItsPasswordIsNeverShown) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}});
  post(anna, in("/receivers/1/settings"), {{"delivery", "sftp"}});
  EXPECT_TRUE(says(page(anna, in("/receivers/1")), "Until then exports fail."));
  EXPECT_FALSE(says(page(anna, in("/receivers/1/sftp")), "2. Its key"));
  EXPECT_EQ(post(anna, in("/receivers/1/sftp"), {{"sftp-host", "me@127.0.0.1"}, {"sftp-port", "22"}}).status, 422);
  EXPECT_EQ(post(anna, in("/receivers/1/sftp"), {{"sftp-host", "127.0.0.1"}, {"sftp-port", "22"}, {"sftp-user", "oak"}}).status, 303);
  EXPECT_EQ(post(anna, in("/receivers/1/sftp/secret"), {{"password", "Larkspur-7"}}).status, 422) << "to whom would it go?";
  auto const asked = post(anna, in("/receivers/1/sftp/key"));
  EXPECT_EQ(asked.status, 422);
  EXPECT_TRUE(says(asked.body, "ROLLBOOK_SFTP_PRIVATE"));
  EXPECT_EQ(post(anna, in("/receivers/1/sftp/pin"), {{"key", "nonsense"}}).status, 422);
  std::string const key = "ssh-ed25519 SHA256:0123456789012345678901234567890123456789abc";
  EXPECT_EQ(post(anna, in("/receivers/1/sftp/pin"), {{"key", key}}).status, 303);
  EXPECT_EQ(post(anna, in("/receivers/1/sftp/secret"), {{"password", "Larkspur-7"}}).status, 303);
  auto const html = page(anna, in("/receivers/1/sftp"));
  EXPECT_TRUE(says(html, "All is set."));
  EXPECT_TRUE(says(html, key));
  for (auto const& text : {html, page(anna, in("/receivers/1")), page(anna, in("/receivers/1/settings")), get(anna, in("/receivers/1/sftp.json")).body})
    EXPECT_FALSE(says(text, "Larkspur"));
  EXPECT_EQ(post(anna, in("/receivers/1/sftp"), {{"sftp-host", "127.0.0.2"}, {"sftp-port", "22"}, {"sftp-user", "oak"}}).status, 303);
  EXPECT_FALSE(says(page(anna, in("/receivers/1/sftp")), key)) << "that was the key of another server";
  EXPECT_EQ(get(somebody_of(Level::Reporting), in("/receivers/1/sftp")).status, 403);
}

TEST_F(Receivers, TheLedgerTellsWhoGotARecordAndIsItselfNoted) {
  auto const anna = somebody_of(Level::Enrollment);
  post(anna, in("/gallery/share/oneroster-1.1"), {{"name", "Reading app"}});
  post(anna, in("/receivers/1/settings"), {{"roles", "student"}});
  post(anna, in("/receivers/1/run"));
  work();
  auto const html = page(anna, in("/disclosures?table=users&id=u1_1"));
  EXPECT_TRUE(says(html, "Reading app"));
  EXPECT_TRUE(says(html, "users.familyName"));
  EXPECT_TRUE(says(page(anna, in("/disclosures?table=users&id=p1")), "Nobody got it."));
  EXPECT_TRUE(says(page(anna, in("/disclosures?table=users&id=nobody")), "ever had this id"));
  EXPECT_EQ(get(anna, in("/disclosures?table=nothing&id=x")).status, 404);
  EXPECT_TRUE(says(get(anna, in("/disclosures.csv?table=users&id=u1_1")).body, "users.familyName=as-is"));
  EXPECT_EQ(notes("disclosures seen"), 4u);
}

TEST_F(Receivers, OfAnotherDistrictAreNotThere) {
  auto const theirs = *store::find_district(operations(), std::to_string(riverside));
  auto const foreign = store::add_receiver(operations(), theirs, "Theirs", "oneroster-1.1", {}, somebody)->id;
  auto const anna = somebody_of(Level::System);
  for (auto const* const rest : {"", "/settings", "/end", "/preview", "/sftp"})
    EXPECT_EQ(get(anna, in("/receivers/" + std::to_string(foreign) + rest)).status, 404) << rest;
  for (auto const* const rest : {"/run", "/pause", "/end", "/settings", "/preview", "/sftp", "/sftp/key", "/sftp/pin", "/sftp/secret"})
    EXPECT_EQ(post(anna, in("/receivers/" + std::to_string(foreign) + rest), {{"confirm", "Theirs"}}).status, 404) << rest;
}

}  // namespace
}  // namespace rollbook::test
