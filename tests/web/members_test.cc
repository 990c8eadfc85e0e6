// Members and invitations, and how far whoever manages one school reaches: asked from outside, with whatever a form can be made to say.
#include "access/invitations.h"
#include "letters/mail_settings.h"
#include "letters/outbox.h"
#include "schema/schema.h"
#include "web/visitors.h"

namespace rollbook::test {
namespace {

using access::Level;

class Members : public PortalTest {
 protected:
  // A district with two schools, one of which has an annex.
  static constexpr std::int64_t top = 0, north = 1, south = 2, annex = 3;
  void SetUp() override {
    PortalTest::SetUp();
    auto const roster = home_->roster(oakfield);
    ASSERT_TRUE(roster.ok());
    (*roster)->run_script(
        "CREATE TABLE ids(tbl INTEGER, key INTEGER, id TEXT, since INTEGER, until INTEGER); CREATE TABLE \"orgs\"(row_key INTEGER, row_until INTEGER, name "
        "TEXT, \"type\" TEXT, \"parentSourcedId\" INTEGER);"
        "INSERT INTO \"orgs\"(row_key, row_until, name, \"type\", \"parentSourcedId\") VALUES(0, NULL, 'Oakfield', 'district', NULL), "
        "(1, NULL, 'North', 'school', 0), (2, NULL, 'South', 'school', 0), (3, NULL, 'Annex', 'school', 1);");
    for (auto const& [key, id] : {std::pair(top, "d"), std::pair(north, "n"), std::pair(south, "s"), std::pair(annex, "a")})
      (*roster)->run("INSERT INTO ids(tbl, key, id, since, until) VALUES(?, ?, ?, 1, NULL)", static_cast<int>(TableId::Orgs), key, id);
    ASSERT_FALSE((*roster)->trouble()) << (*roster)->trouble()->text;
    anna = member("anna", oakfield, Level::System);
    nora = member("nora", oakfield, Level::System, north);
    sue = member("sue", oakfield, Level::Reporting, south);
    ada = member("ada", oakfield, Level::Standard, annex);
    boss = browser_of(anna);
    of_north = browser_of(nora);
  }

  std::string in(std::string const& rest = "") const { return "/districts/" + std::to_string(oakfield) + "/members" + rest; }
  std::string page_of(access::Account const& account) const { return in("/" + std::to_string(account.id)); }
  static bool says(http::Response const& response, std::string const& what) { return response.body.find(what) != std::string::npos; }
  using Fields = std::vector<std::pair<std::string, std::string>>;
  http::Response invite(Browser const& who, std::string const& email, std::string const& level = "reporting", std::string const& org = "", Fields more = {}) {
    more.insert(more.end(), {{"email", email}, {"level", level}, {"org", org}});
    return post(who, in(), more);
  }
  static std::string link_in(http::Response const& response) {
    auto const at = response.body.find("/invitation/");
    return at == std::string::npos ? "" : response.body.substr(at, 12 + 43);
  }
  std::string held(access::Account const& account) {
    std::string all;
    for (auto const& grant : access::list_grants(operations(), account.id))
      all += std::to_string(grant.district) + "/" + (grant.org ? std::to_string(*grant.org) : "") + ":" + std::string(access::name_of(grant.level)) +
             (grant.demographics ? "+" : "") + " ";
    return all;
  }
  std::size_t open_invitations() { return open().size(); }
  std::vector<access::Invitation> open() {
    return access::list_invitations(
               operations(), oakfield, now, [](auto const&) { return true; }, {}, 1000)
        .some;
  }

  access::Account anna, nora, sue, ada;
  Browser boss, of_north;
};

TEST_F(Members, AnAddressOfAnotherDistrictLooksLikeOneThatNobodyHas) {
  auto const zed = member("zed", riverside, Level::System);
  auto const normal = [](http::Response const& response, std::string const& email, std::string const& link) {
    auto text = response.body;
    for (auto const& part : {email, link.substr(12)})
      for (auto at = text.find(part); at != std::string::npos && !part.empty(); at = text.find(part)) text.replace(at, part.size(), "*");
    return text;
  };
  std::string const unknown = "unknown0@example.org";
  auto const first = invite(boss, zed.email);
  auto const id = open().front().id;
  ASSERT_FALSE(access::withdraw_invitation(operations(), oakfield, id, somebody));
  auto const second = invite(boss, unknown);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(normal(first, zed.email, link_in(first)), normal(second, unknown, link_in(second)));
  EXPECT_EQ(held(zed), std::to_string(riverside) + "/:system ");
  // What the link shows tells neither.
  auto const again = invite(boss, zed.email);
  EXPECT_EQ(normal(get(stranger(), link_in(again)), zed.email, link_in(again)), normal(get(stranger(), link_in(second)), unknown, link_in(second)));
  EXPECT_FALSE(says(get(boss, in()), "zed</a>"));
}

TEST_F(Members, WhoHasAnAccountSignsInAndAccepts) {
  auto const zed = member("zed", riverside, Level::System);
  auto const link = link_in(invite(boss, zed.email, "enrollment", "1"));
  auto const theirs = browser_of(zed);
  auto const shown = get(theirs, link);
  for (auto const* const what : {"Oakfield", "North (n)", "enrollment", "anna", "Accept"}) EXPECT_TRUE(says(shown, what)) << what;
  EXPECT_EQ(get(theirs, "/districts/" + std::to_string(oakfield)).status, 404);
  EXPECT_TRUE(says(get(boss, in()), zed.email)) << "it is open";
  EXPECT_EQ(post(theirs, link).status, 303);
  EXPECT_EQ(held(zed), std::to_string(oakfield) + "/1:enrollment " + std::to_string(riverside) + "/:system ");
  EXPECT_TRUE(says(get(boss, in()), "zed</a>"));
  EXPECT_EQ(get(theirs, link).status, 404);
  EXPECT_EQ(post(theirs, link).status, 404);
}

TEST_F(Members, WhoIsNewChoosesAPasswordAndIsIn) {
  auto const link = link_in(invite(boss, "new@example.org", "standard", "", {{"name", "Nell"}}));
  EXPECT_TRUE(says(get(stranger(), link), "value=\"Nell\""));
  std::string const sentence = "a sentence that is long enough";
  EXPECT_EQ(post(stranger(), link, {{"name", "Nell"}, {"password", sentence}, {"again", "another"}}).status, 422);
  EXPECT_EQ(post(stranger(), link, {{"name", ""}, {"password", sentence}, {"again", sentence}}).status, 422);
  auto const in = post(stranger(), link, {{"name", "Nelly"}, {"password", sentence}, {"again", sentence}});
  EXPECT_EQ(in.status, 303);
  EXPECT_EQ(header_of(in, "location"), "/districts/" + std::to_string(oakfield));
  EXPECT_EQ(access::find_account_by_email(operations(), "new@example.org")->name, "Nelly");
}

TEST_F(Members, AnInvitationIsForItsPersonAndCanBeDeclinedOrWithdrawn) {
  auto const link = link_in(invite(boss, "new@example.org"));
  EXPECT_EQ(post(browser_of(sue), link).status, 422) << "signed in as somebody else";
  EXPECT_EQ(open_invitations(), 1u);
  EXPECT_EQ(ask(*portal_, stranger(), "POST", link, "what=accept").status, 403) << "without the token of its form";
  EXPECT_EQ(post(stranger(), link, {{"what", "decline"}}).status, 303);
  EXPECT_EQ(open_invitations(), 0u);
  auto const second = link_in(invite(boss, "new@example.org"));
  auto const id = std::to_string(open().front().id);
  EXPECT_EQ(
      post(browser_of(member("zed", riverside, Level::System)), "/districts/" + std::to_string(riverside) + "/members/invitations/" + id + "/withdraw").status,
      404);
  EXPECT_EQ(post(boss, in("/invitations/" + id + "/withdraw")).status, 303);
  EXPECT_EQ(get(stranger(), second).status, 404);
  later_ms = access::invitation_seconds * 1000;
  EXPECT_EQ(open_invitations(), 0u);
}

TEST_F(Members, AProgramDoesNotAcceptForItsPerson) {
  access::Token wanted;
  wanted.account = anna.id;
  wanted.name = "program";
  wanted.scope = {oakfield, std::nullopt, Level::System, false};
  wanted.ends = now + 1000;
  Browser program;
  program.also = {{"authorization", "Bearer " + access::make_token(operations(), wanted, now, somebody)->secret}};
  auto const link = link_in(invite(boss, "new@example.org"));
  EXPECT_EQ(post(program, link, {{"what", "decline"}}).status, 403);
  EXPECT_EQ(open_invitations(), 1u);
}

TEST_F(Members, WhoManagesASchoolSeesItsPeopleAndThoseBelowAndNobodyElse) {
  ASSERT_FALSE(access::grant(operations(), sue.id, {oakfield, annex, Level::Standard, false}, somebody));
  invite(boss, "south@example.org", "standard", "2");
  invite(boss, "whole@example.org", "standard", "");
  invite(boss, "annex@example.org", "standard", "3");
  for (std::string const dress : {"", ".json", ".csv"}) {
    auto const seen = get(of_north, in() + dress);
    EXPECT_EQ(seen.status, 200);
    EXPECT_TRUE(says(seen, nora.email) && says(seen, ada.email) && says(seen, sue.email)) << seen.body;
    for (auto const& hidden : {anna.email, std::string("South"), std::string("reporting</div>"), std::string("south@example.org"),
                               std::string("whole@example.org"), std::string("The whole district")})
      EXPECT_FALSE(says(seen, hidden)) << hidden << " in " << seen.body;
    EXPECT_EQ(says(seen, "annex@example.org"), dress != ".csv");
  }
  EXPECT_EQ(get(of_north, page_of(anna)).status, 404);
  auto const of_sue = get(of_north, page_of(sue));
  EXPECT_EQ(of_sue.status, 200);
  EXPECT_FALSE(says(of_sue, "South"));
  EXPECT_TRUE(says(get(boss, page_of(sue)), "South"));
}

TEST_F(Members, WhoManagesASchoolInvitesWithinItOnly) {
  EXPECT_EQ(invite(of_north, "a@example.org", "system", "1").status, 200);
  EXPECT_EQ(invite(of_north, "b@example.org", "enrollment", "3").status, 200);
  EXPECT_EQ(open_invitations(), 2u);
  for (std::string const org : {"", "0", "2", "-1", "4", "99999999999999999999", "1 ", "01", "n", "+1", "1,2", "%00"})
    EXPECT_EQ(invite(of_north, "c@example.org", "standard", org).status, 422) << org;
  for (std::string const level : {"", "none", "operator", "System", "5"}) EXPECT_EQ(invite(of_north, "c@example.org", level, "1").status, 422) << level;
  EXPECT_EQ(invite(of_north, "c@example.org", "reporting", "1", {{"demographics", "yes"}}).status, 422) << "has none to give";
  EXPECT_EQ(invite(of_north, "c@example.org", "standard", "1", {{"org", "2"}, {"district", std::to_string(riverside)}}).status, 422) << "the first counts";
  EXPECT_EQ(open_invitations(), 2u);
  ASSERT_FALSE(access::grant(operations(), nora.id, {oakfield, north, Level::System, true}, somebody));
  EXPECT_EQ(invite(of_north, "c@example.org", "reporting", "3", {{"demographics", "yes"}}).status, 200);
  // Whether somebody is a member where they do not reach is not told.
  EXPECT_EQ(invite(of_north, anna.email, "standard", "1").status, 200);
  EXPECT_EQ(invite(of_north, ada.email, "standard", "1").status, 422);
}

TEST_F(Members, WhoManagesASchoolNeitherGivesNorTakesBeyondIt) {
  auto const before = held(sue) + held(anna);
  for (auto const& foreign : {sue, anna})
    for (std::string const what : {"/grants", "/remove", "/link"})
      EXPECT_EQ(post(of_north, page_of(foreign) + what, {{"level", "system"}, {"org", "1"}, {"all", "yes"}, {"what", "deactivate"}}).status, 404);
  EXPECT_EQ(held(sue) + held(anna), before);
  // Of themselves and of those below, too.
  for (auto const& account : {nora, ada})
    for (std::string const org : {"", "0", "2", "-1"})
      EXPECT_EQ(post(of_north, page_of(account) + "/grants", {{"level", "system"}, {"org", org}}).status, 422) << org;
  EXPECT_EQ(post(of_north, page_of(nora) + "/grants", {{"level", "system"}, {"org", "1"}, {"demographics", "yes"}}).status, 422);
  EXPECT_EQ(held(nora), std::to_string(oakfield) + "/1:system ");
  EXPECT_EQ(post(of_north, page_of(ada) + "/grants", {{"level", "system"}, {"org", "3"}}).status, 303);
  EXPECT_EQ(held(ada), std::to_string(oakfield) + "/3:system ");
  // What is held elsewhere stays, also when all is taken.
  ASSERT_FALSE(access::grant(operations(), ada.id, {oakfield, south, Level::Reporting, false}, somebody));
  EXPECT_EQ(post(of_north, page_of(ada) + "/remove", {{"org", "2"}}).status, 303);
  EXPECT_EQ(post(of_north, page_of(ada) + "/remove", {{"all", "yes"}}).status, 303);
  EXPECT_EQ(held(ada), std::to_string(oakfield) + "/2:reporting ");
  EXPECT_EQ(get(of_north, page_of(ada)).status, 404);
}

TEST_F(Members, WhoManagesASchoolGetsNobodysPasswordWhoHoldsMoreThanTheyGive) {
  auto const link = [&](access::Account const& account) { return post(of_north, page_of(account) + "/link", {{"what", "link"}}); };
  EXPECT_TRUE(says(link(ada), "/welcome/"));
  for (auto const& more : {access::Grant{oakfield, south, Level::Standard, false}, access::Grant{oakfield, std::nullopt, Level::Standard, false},
                           access::Grant{riverside, std::nullopt, Level::Standard, false}, access::Grant{oakfield, annex, Level::Reporting, true}}) {
    auto const other = member("other", oakfield, Level::Standard, annex);
    ASSERT_FALSE(access::grant(operations(), other.id, more, somebody));
    auto const response = link(other);
    EXPECT_EQ(response.status, 422);
    EXPECT_FALSE(says(response, "/welcome/"));
    EXPECT_EQ(post(of_north, page_of(other) + "/link", {{"what", "deactivate"}}).status, 422);
    EXPECT_TRUE(access::find_account(operations(), other.id)->active);
  }
}

TEST_F(Members, WhoManagesASchoolHasNoAuditLogAndIsNotLedToIt) {
  EXPECT_EQ(get(of_north, "/districts/" + std::to_string(oakfield) + "/administration/audit").status, 403);
  EXPECT_FALSE(says(get(of_north, in()), "/administration"));
  EXPECT_TRUE(says(get(boss, in()), "/administration"));
}

TEST_F(Members, AnInvitationEndsWithTheRightOfWhoMadeIt) {
  auto const link = link_in(invite(of_north, "new@example.org", "system", "1"));
  EXPECT_EQ(get(stranger(), link).status, 200);
  EXPECT_EQ(post(boss, page_of(nora) + "/remove", {{"all", "yes"}}).status, 303);
  EXPECT_EQ(get(stranger(), link).status, 404);
}

TEST_F(Members, TheOperatorInvitesTheFirstPersonAndNobodyAfter) {
  auto const olga = browser_of(person("olga", true));
  auto const zed = member("zed", riverside, Level::System);
  auto const added = post(olga, "/operator/districts", {{"name", "Lakeside"}, {"time_zone", "UTC"}, {"email", zed.email}});
  EXPECT_EQ(added.status, 200);
  EXPECT_FALSE(says(added, "zed</")) << "whose the address is, is not told";
  auto const district = store::find_district(operations(), "Lakeside")->id;
  auto const place = "/operator/districts/" + std::to_string(district);
  EXPECT_TRUE(says(get(olga, place), zed.email));
  auto const lost = link_in(added), found = link_in(post(olga, place + "/invite", {{"email", "first@example.org"}}));
  std::string const sentence = "a sentence that is long enough";
  EXPECT_EQ(post(stranger(), found, {{"name", "First"}, {"password", sentence}, {"again", sentence}}).status, 303);
  EXPECT_EQ(post(browser_of(zed), lost).status, 404) << "somebody is there who lets others in";
  EXPECT_EQ(post(olga, place + "/invite", {{"email", "second@example.org"}}).status, 409);
  EXPECT_EQ(get(olga, "/operator/districts/4711").status, 404);
}

TEST_F(Members, AreShownAPageAtATimeAndFound) {
  for (int i = 100; i < 170; ++i) member("Person-" + std::to_string(i), oakfield, Level::Reporting, i % 2 == 0 ? north : south);
  auto const foreign = member("Person-150", riverside, Level::System);
  auto const older = [](http::Response const& page) {
    auto const at = page.body.find("\">More</a>"), from = page.body.rfind("href=\"", at) + 6;
    return at == std::string::npos ? std::string() : page.body.substr(from, at - from);
  };
  auto const rows = [](http::Response const& page) {
    std::size_t count = 0;
    for (auto at = page.body.find("Person-1"); at != std::string::npos; at = page.body.find("Person-1", at + 1)) ++count;
    return count;
  };
  auto const first = get(boss, in());
  EXPECT_EQ(rows(first), 50u);
  auto const next = get(boss, older(first));
  EXPECT_EQ(rows(next), 20u);
  EXPECT_TRUE(says(next, "Person-150<") && says(next, "anna<") && says(next, "From the beginning")) << next.body;
  EXPECT_EQ(older(next), "");
  EXPECT_EQ(rows(get(of_north, in())), 35u) << "of their school";
  EXPECT_EQ(rows(get(boss, in(".csv"))), 70u) << "a download has them all";
  EXPECT_EQ(rows(get(boss, in("?after=" + std::to_string(foreign.id)))), 50u) << "where somebody of another district would stand is not told";
  EXPECT_EQ(rows(get(boss, in("?text=pERSON-169"))), 1u);
  EXPECT_EQ(rows(get(boss, in(".csv?text=Person-16"))), 10u);
  EXPECT_TRUE(says(get(boss, in("?text=nobody")), "Show all"));
  EXPECT_FALSE(says(get(of_north, in("?text=sue")), sue.email));
  for (auto const* const odd : {"?text=%00", "?text=%ff", "?text=%5C", "?after=x", "?after=-1", "?after=99999999999999999999"})
    EXPECT_LT(get(boss, in(odd)).status, 500) << odd;
}

TEST_F(Members, TheOperatorFindsADistrictAmongMany) {
  auto const olga = browser_of(person("olga", true));
  for (int i = 0; i < 60; ++i)
    operations().run("INSERT INTO districts(id, name, time_zone, created) VALUES(?, ?, 'UTC', '2026-11-22T00:00:00Z')", 100 + i,
                     "District " + std::to_string(100 + i) + (i == 7 ? " 100%" : ""));
  auto const first = get(olga, "/operator");
  EXPECT_TRUE(says(first, "District 149<") && !says(first, "District 150<"));
  auto const next = get(olga, "/operator?after=District%20149");
  EXPECT_TRUE(says(next, "District 150<") && says(next, "Riverside") && !says(next, "District 149<"));
  auto const search = get(olga, "/operator?text=100%25");
  EXPECT_TRUE(says(search, "District 107 100%") && !says(search, "District 100<"));
  EXPECT_TRUE(says(get(olga, "/operator?text=dISTRICT%20159"), "District 159<"));
  EXPECT_TRUE(says(get(olga, "/operator?text=nothing"), "Show all"));
  for (auto const* const odd : {"%00", "%ff", "_", "%25", "%5C", "'%20OR%201=1"}) EXPECT_LT(get(olga, std::string("/operator?text=") + odd).status, 500) << odd;
}

TEST_F(Members, TheLastOfTheLevelSystemStaysAndNobodyDeactivatesThemselves) {
  auto const held_before = held(anna);
  for (Fields const& form : {Fields{{"all", "yes"}}, Fields{{"org", ""}}})
    EXPECT_TRUE(says(post(boss, page_of(anna) + "/remove", form), "the last person with the level System"));
  EXPECT_TRUE(says(post(boss, page_of(anna) + "/grants", {{"level", "reporting"}, {"org", ""}}), "the last person with the level System"));
  EXPECT_TRUE(says(post(boss, page_of(anna) + "/link", {{"what", "deactivate"}}), "You cannot deactivate yourself"));
  EXPECT_EQ(held(anna), held_before);
  auto const bert = member("bert", oakfield, Level::System);
  EXPECT_EQ(post(browser_of(bert), page_of(anna) + "/link", {{"what", "deactivate"}}).status, 303);
  EXPECT_TRUE(says(post(browser_of(bert), page_of(bert) + "/remove", {{"all", "yes"}}), "the last person with the level System"))
      << "who is deactivated is nobody";
}

TEST_F(Members, InvitationsAreListedFiftyAtATime) {
  for (int i = 0; i < 60; ++i) {
    access::Invitation wanted;
    wanted.email = "p" + std::to_string(i) + "@example.org";
    wanted.what = {oakfield, i % 2 == 0 ? std::optional<std::int64_t>(north) : std::optional<std::int64_t>(south), Level::Reporting, false};
    wanted.by = {anna.id, {}, false};
    ASSERT_TRUE(access::invite(operations(), wanted, now, somebody).ok());
  }
  auto const rows = [](std::string const& html) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = html.find("Withdraw the invitation of ", at)) != std::string::npos; ++at) ++n;
    return n;
  };
  auto const first = get(boss, in()).body;
  EXPECT_EQ(rows(first), 50u);
  auto const at = first.find("?invited=");
  ASSERT_NE(at, std::string::npos);
  auto const second = get(boss, in(first.substr(at, first.find('"', at) - at))).body;
  EXPECT_EQ(rows(second), 10u);
  EXPECT_NE(second.find("Newest invitations"), std::string::npos);
  EXPECT_EQ(rows(get(of_north, in()).body), 30u) << "of their school, all on one page";
  for (auto const* const odd : {"x", "-1", "99999999999999999999"}) EXPECT_EQ(get(boss, in(std::string("?invited=") + odd)).status, 200) << odd;
}

TEST_F(Members, ChangeTheirOwnNameAndAddress) {
  std::string const sentence = "a sentence that is long enough";
  ASSERT_FALSE(access::set_password(operations(), sue.id, sentence, somebody));
  auto const theirs = browser_of(sue);
  EXPECT_EQ(post(theirs, "/account/name", {{"own_name", "Susan"}}).status, 303);
  EXPECT_EQ(post(theirs, "/account/name", {{"own_name", ""}}).status, 422);
  EXPECT_EQ(access::find_account(operations(), sue.id)->name, "Susan");
  auto const change = [&](std::string const& email, std::string const& password) {
    return post(theirs, "/account/email", {{"email", email}, {"password_for_email", password}}).status;
  };
  EXPECT_EQ(change("susan@example.org", "wrong"), 422);
  EXPECT_EQ(change("susan@example.org", ""), 422);
  EXPECT_EQ(change(anna.email, sentence), 422) << "another's";
  EXPECT_EQ(change("no e-mail", sentence), 422);
  EXPECT_EQ(access::find_account(operations(), sue.id)->email, sue.email);
  EXPECT_EQ(change("Susan@Example.org", sentence), 303);
  EXPECT_EQ(access::find_account(operations(), sue.id)->email, "susan@example.org");
  int tried = 0;
  while (tried < 20 && change("other" + std::to_string(tried) + "@example.org", sentence) == 303) ++tried;
  EXPECT_EQ(tried, 3) << "not often";
}

TEST_F(Members, EndOneOfTheirSessionsAndNobodyElses) {
  auto const here = browser_of(sue), there = browser_of(sue), others = browser_of(ada);
  auto const id = [&](access::Account const& account, std::size_t at) { return std::to_string(access::list_sessions(operations(), account.id, now)[at].id); };
  EXPECT_EQ(post(here, "/account/sessions/" + id(ada, 0) + "/end").status, 404);
  EXPECT_EQ(get(others, "/account").status, 200);
  EXPECT_EQ(post(here, "/account/sessions/" + id(sue, 0) + "/end").status, 303);
  EXPECT_EQ(get(there, "/account.json").status, 401);
  EXPECT_EQ(get(here, "/account").status, 200);
}

class MembersByLetter : public Members {
 protected:
  void SetUp() override {
    Members::SetUp();
    ASSERT_FALSE(letters::set_mail(operations(),
                                   {{"server", "mail.example.org"}, {"from", "rollbook@example.org"}, {"address", "https://rollbook.example.org"}}, somebody));
  }
  std::int64_t letters_that_wait() { return letters::letters_waiting(operations()).waiting; }
  http::Response invite_all(Browser const& who, std::string const& emails, std::string const& level = "reporting") {
    return post(who, in(), {{"emails", emails}, {"level", level}, {"org", ""}});
  }
};

TEST_F(MembersByLetter, ALinkIsInTheLetterAndNotOnThePage) {
  auto const sent = invite(boss, "new@example.org");
  EXPECT_EQ(sent.status, 303);
  EXPECT_EQ(letters_that_wait(), 1);
  auto const shown = get(boss, in());
  EXPECT_TRUE(says(shown, "Letter is on its way"));
  EXPECT_FALSE(says(shown, "/invitation/"));
}

TEST_F(MembersByLetter, ThirtyAreInvitedAtOnceAndNotOneMore) {
  std::string emails;
  for (int i = 0; i < 30; ++i) emails += "p" + std::to_string(i) + (i % 3 == 0 ? "@example.org, " : "@example.org\r\n");
  auto const too_many = invite_all(boss, emails + "p30@example.org");
  EXPECT_EQ(too_many.status, 422);
  EXPECT_TRUE(says(too_many, "at most 30 people")) << too_many.body;
  EXPECT_TRUE(says(too_many, "p30@example.org")) << "what was entered stays";
  EXPECT_EQ(open_invitations(), 0u);
  EXPECT_EQ(invite_all(boss, emails + " p1@example.org").status, 200) << "who stands there twice is invited once";
  EXPECT_EQ(open_invitations(), 30u);
  EXPECT_EQ(letters_that_wait(), 30);
}

TEST_F(MembersByLetter, WhatIsWrongWithOneKeepsNobodyElseOut) {
  auto const told = invite_all(boss, "new@example.org\nno address\n" + nora.email);
  EXPECT_EQ(told.status, 200);
  EXPECT_TRUE(says(told, "A letter is on its way."));
  EXPECT_TRUE(says(told, "This is no e-mail address."));
  EXPECT_TRUE(says(told, "This person is a member already."));
  EXPECT_EQ(open_invitations(), 1u);
}

TEST_F(MembersByLetter, AnInvitationIsSentAgainByWhoMayGiveIt) {
  invite(boss, "new@example.org");
  auto const again = in("/invitations/" + std::to_string(open().front().id) + "/again");
  EXPECT_EQ(post(of_north, again).status, 404) << "it is for the whole district";
  EXPECT_EQ(post(boss, again).status, 303);
  EXPECT_EQ(letters_that_wait(), 2);
  EXPECT_EQ(post(boss, in("/invitations/999/again")).status, 404);
}

TEST_F(Members, WithoutAMailServerEachOfSeveralHasALinkOfTheirOwn) {
  auto const told = post(boss, in(), {{"emails", "one@example.org two@example.org"}, {"level", "reporting"}, {"org", ""}});
  EXPECT_EQ(told.status, 200);
  auto const first = told.body.find("/invitation/"), second = told.body.find("/invitation/", first + 60);
  ASSERT_NE(second, std::string::npos);
  EXPECT_NE(told.body.substr(first, 55), told.body.substr(second, 55));
  EXPECT_EQ(get(stranger(), told.body.substr(second, 55)).status, 200);
  EXPECT_TRUE(says(get(boss, in()), "Link opened"));
}

}  // namespace
}  // namespace rollbook::test
