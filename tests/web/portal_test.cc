// What the portal does around every page: forms, cookies, redirects, headers, limits.
#include "web/portal.h"

#include "http/server.h"
#include "web/routes.h"
#include "web/visitors.h"

namespace rollbook::test {
namespace {

using access::Level;

class AroundThePages : public PortalTest {
 protected:
  Browser anna() { return browser_of(member("anna", oakfield, Level::System)); }
  std::string members() const { return "/districts/" + std::to_string(oakfield) + "/members"; }
};

TEST_F(AroundThePages, AFormWithoutItsTokenChangesNothing) {
  auto const browser = anna();
  EXPECT_EQ(ask(*portal_, browser, "POST", members(), "name=X&email=x@example.org&level=system").status, 403);
  EXPECT_EQ(ask(*portal_, browser, "POST", members(), "csrf=&name=X&email=x@example.org&level=system").status, 403);
  EXPECT_EQ(access::list_accounts(operations(), oakfield).size(), 1u);
}

TEST_F(AroundThePages, TheTokenOfAnotherSessionIsNone) {
  auto browser = anna();
  browser.csrf = anna().csrf;
  EXPECT_EQ(post(browser, members(), {{"name", "X"}, {"email", "x@example.org"}, {"level", "system"}}).status, 403);
}

TEST_F(AroundThePages, ARequestFromAnotherSiteIsRefusedWhateverItCarries) {
  for (auto const& header : {http::Header{"sec-fetch-site", "cross-site"},
                             {"sec-fetch-site", "same-site"},
                             {"origin", "https://evil.test"},
                             {"origin", "https://portal.test.evil.test"}}) {
    auto browser = anna();
    browser.also = {header};
    EXPECT_EQ(post(browser, "/account/sign-out-everywhere").status, 403) << header.value;
  }
  for (auto const& header : {http::Header{"sec-fetch-site", "same-origin"}, {"origin", "https://portal.test"}, {"origin", "null"}}) {
    auto browser = anna();
    browser.also = {header};
    EXPECT_EQ(post(browser, "/account/sign-out-everywhere").status, 303) << header.value;
  }
}

TEST_F(AroundThePages, WhoWaitsForAPasswordLeavesThreadsToOthers) {
  EXPECT_LT(static_cast<unsigned>(access::Hashing::at_once + access::Hashing::in_the_queue), http::ServerOptions().page_threads);
}

TEST_F(AroundThePages, TheTokenMayStandInTheHead) {
  auto browser = anna();
  browser.also = {{"x-csrf-token", browser.csrf}};
  EXPECT_EQ(ask(*portal_, browser, "POST", "/account/sign-out-everywhere").status, 303);
  browser = anna();
  browser.also = {{"x-csrf-token", "wrong"}};
  EXPECT_EQ(post(browser, "/account/sign-out-everywhere").status, 403);
}

TEST_F(AroundThePages, SigningInNeedsTheVisitorsToken) {
  auto const account = person("anna");
  ASSERT_FALSE(access::set_password(operations(), account.id, "a sentence that is long enough", somebody));
  auto const fields = std::vector<std::pair<std::string, std::string>>{{"email", account.email}, {"password", "a sentence that is long enough"}};
  Browser without;
  EXPECT_EQ(post(without, "/sign-in", fields).status, 403);
  auto const response = post(stranger(), "/sign-in", fields);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header_of(response, "location"), "/");
}

TEST_F(AroundThePages, NobodyIsSentToAnotherHost) {
  auto const account = person("anna");
  ASSERT_FALSE(access::set_password(operations(), account.id, "a sentence that is long enough", somebody));
  for (auto const* const evil :
       {"https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "/%5cevil\\", "javascript:alert(1)", "/a\r\nset-cookie: x=y", " /x", ""}) {
    auto const in = post(stranger(), "/sign-in", {{"email", account.email}, {"password", "a sentence that is long enough"}, {"next", evil}});
    EXPECT_EQ(in.status, 303);
    EXPECT_EQ(header_of(in, "location"), "/") << evil;
    auto const look = post(stranger(), "/appearance", {{"theme", "dark"}, {"back", evil}});
    EXPECT_EQ(header_of(look, "location"), "/") << evil;
  }
  auto const own = post(stranger(), "/appearance", {{"theme", "dark"}, {"back", "/help/rules"}});
  EXPECT_EQ(header_of(own, "location"), "/help/rules");
}

TEST_F(AroundThePages, TheSessionCookieIsForTheServerAlone) {
  auto const account = person("anna");
  ASSERT_FALSE(access::set_password(operations(), account.id, "a sentence that is long enough", somebody));
  auto browser = stranger();
  for (auto const secure : {false, true}) {
    browser.secure = secure;
    auto const response = post(browser, "/sign-in", {{"email", account.email}, {"password", "a sentence that is long enough"}});
    std::string cookie;
    for (auto const& header : response.headers)
      if (header.name == "set-cookie" && header.value.find("rollbook_session=") != std::string::npos) cookie = header.value;
    EXPECT_TRUE(cookie.starts_with(secure ? "__Host-rollbook_session=" : "rollbook_session=")) << cookie;
    EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
    EXPECT_NE(cookie.find("; SameSite=Lax"), std::string::npos);
    EXPECT_NE(cookie.find("; Path=/"), std::string::npos);
    EXPECT_EQ(cookie.find("; Secure") != std::string::npos, secure);
    EXPECT_EQ(header_of(response, "strict-transport-security").empty(), !secure);
  }
}

TEST_F(AroundThePages, WhateverIsAnsweredCarriesTheHeadersThatProtectIt) {
  auto const browser = anna();
  for (auto const& response :
       {get(browser, "/help"), get(browser, "/nowhere"), get(stranger(), members()), get(browser, "/assets/portal.css"), get(browser, "/assets/none.css"),
        get(browser, members() + ".json"), get(browser, members() + ".csv"), post(browser, "/help"), get(browser, "/help?%zz")}) {
    EXPECT_NE(header_of(response, "content-security-policy").find("default-src 'none'; script-src 'self'; style-src 'self'"), std::string::npos);
    EXPECT_EQ(header_of(response, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header_of(response, "referrer-policy"), "no-referrer");
    EXPECT_FALSE(header_of(response, "permissions-policy").empty());
    EXPECT_EQ(header_of(response, "cross-origin-opener-policy"), "same-origin");
    EXPECT_FALSE(header_of(response, "cache-control").empty());
  }
  EXPECT_EQ(header_of(get(browser, members()), "cache-control"), "no-store");
}

TEST_F(AroundThePages, AMethodThatAnAddressDoesNotTakeIsTold) {
  auto const response = post(anna(), "/help");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header_of(response, "allow"), "GET, HEAD");
  EXPECT_EQ(header_of(ask(*portal_, anna(), "DELETE", members()), "allow"), "GET, HEAD, POST");
  EXPECT_EQ(ask(*portal_, anna(), "HEAD", "/help").status, 200);
}

TEST_F(AroundThePages, WhatCannotBeReadIsRefused) {
  EXPECT_EQ(get(anna(), "/help?%zz").status, 400);
  EXPECT_EQ(get(anna(), "/help/rules/%ff").status, 404);
  EXPECT_EQ(ask(*portal_, anna(), "POST", "/account/sign-out-everywhere", std::string(2 << 20, 'x')).status, 413);
  // Of those whom nobody knows, thousands may come at once.
  auto const long_form = "x=" + std::string(100'000, 'x');
  EXPECT_EQ(ask(*portal_, stranger(), "POST", "/sign-in", long_form).status, 413);
  EXPECT_EQ(ask(*portal_, {.session = "made up", .csrf = ""}, "POST", "/sign-in", long_form).status, 413);
  EXPECT_EQ(ask(*portal_, anna(), "POST", "/account/sign-out-everywhere", long_form).status, 403);  // it has no token
}

TEST_F(AroundThePages, AFormInChunksMayBeAsLongAsOneThatSaysItsLength) {
  auto const long_form = "x=" + std::string(100'000, 'x'), too_long = "x=" + std::string(1 << 20, 'x');
  auto known = anna(), unknown = stranger();
  known.in_chunks = unknown.in_chunks = true;
  EXPECT_EQ(ask(*portal_, known, "POST", "/account/sign-out-everywhere", long_form).status, 403);  // it has no token
  EXPECT_NE(ask(*portal_, known, "POST", "/account/sign-out-everywhere", too_long).body.find("1 MiB"), std::string::npos);
  EXPECT_NE(ask(*portal_, unknown, "POST", "/sign-in", long_form).body.find("16 KiB"), std::string::npos);
}

TEST_F(AroundThePages, TextOfPeopleIsShownAndNeverRun) {
  std::string const script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
  auto const operating = browser_of(person("olga", true));
  ASSERT_EQ(post(operating, "/operator/districts", {{"name", "D " + script}, {"time_zone", "UTC"}, {"person", script}, {"email", "s@example.org"}}).status,
            200);
  auto const browser = anna();
  ASSERT_EQ(post(browser, members(), {{"name", script}, {"email", "t@example.org"}, {"level", "reporting"}, {"org", ""}}).status, 200);
  post(browser, "/account/tokens", {{"name", script}, {"district", std::to_string(oakfield)}, {"level", "reporting"}, {"days", "30"}});
  std::string_view const raw[] = {"<script>alert", "<img src=x", "\"'>"};
  auto const entered = post(browser, members(), {{"name", script}, {"email", script}, {"level", script}});
  auto const district_entered = post(operating, "/operator/districts", {{"name", script}, {"time_zone", script}, {"person", script}, {"email", script}});
  auto const sign_in_entered = post(stranger(), "/sign-in", {{"email", script}, {"password", script}, {"next", script}});
  for (auto const& response : {get(browser, members()), get(browser, "/account"), get(operating, "/operator"), entered, district_entered, sign_in_entered,
                               get(browser, "/districts/" + std::to_string(oakfield) + "/administration/audit?who=" + http::percent_encoded(script)),
                               get(browser, "/sign-in?next=" + http::percent_encoded("/x" + script)), get(browser, "/" + http::percent_encoded(script))})
    for (auto const text : raw) EXPECT_EQ(response.body.find(text), std::string::npos) << text << " in a page with status " << response.status;
  EXPECT_NE(get(browser, members()).body.find("&lt;script&gt;alert(1)"), std::string::npos);
}

TEST_F(AroundThePages, AReportsTextIsNoFormulaInASpreadsheet) {
  auto const browser = anna();
  ASSERT_FALSE(access::change_name(operations(), member("t", oakfield, Level::Reporting).id, "=HYPERLINK(1)", somebody));
  auto const csv = get(browser, members() + ".csv");
  EXPECT_EQ(header_of(csv, "content-type"), "text/csv; charset=utf-8");
  EXPECT_NE(csv.body.find("'=HYPERLINK(1)"), std::string::npos) << csv.body;
}

TEST_F(AroundThePages, WhoAsksTooOftenIsToldSoInTheirOwnDress) {
  auto const narrow = open_portal({1, 0.1});
  auto who = stranger();
  who.peer = "2001:db8::1";
  EXPECT_EQ(ask(*narrow, who, "GET", "/help").status, 200);
  who.peer = "2001:db8::2:2";  // of the same household
  auto const told = [&](std::string const& accept, std::string const& path = "/help") {
    who.also = {{"accept", accept}};
    auto response = ask(*narrow, who, "GET", path);
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(header_of(response, "retry-after"), "10");
    return response;
  };
  auto const page = told("text/html,*/*;q=0.8");
  EXPECT_NE(page.body.find("<h1>Too many requests</h1>"), std::string::npos);
  EXPECT_NE(page.body.find("Wait 10 seconds, then try again."), std::string::npos);
  EXPECT_EQ(header_of(page, "x-frame-options"), "DENY");
  EXPECT_EQ(page.body, told("text/html", "/help?another=<script>").body) << "nothing of what was asked is in it";
  EXPECT_NE(told("application/json").body.find("\"status\":429,"), std::string::npos);
  EXPECT_NE(told("text/html", "/districts/1.json").body.find("\"retry_after\":10"), std::string::npos);
  EXPECT_EQ(told("*/*").body.find('<'), std::string::npos);
}

TEST_F(AroundThePages, WhoAsksTooOftenIsToldWhenToComeAgain) {
  auto const narrow = open_portal({3, 1});
  for (int i = 0; i < 3; ++i) EXPECT_NE(ask(*narrow, stranger(), "GET", "/help").status, 429);
  auto const response = ask(*narrow, stranger(), "GET", "/help");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(header_of(response, "retry-after"), "1");
  auto elsewhere = stranger();
  elsewhere.peer = "127.0.0.2";
  EXPECT_EQ(ask(*narrow, elsewhere, "GET", "/help").status, 200);
  later_ms = 1000;
  EXPECT_EQ(ask(*narrow, stranger(), "GET", "/help").status, 200);
}

TEST_F(AroundThePages, ASessionHasALimitOfItsOwn) {
  auto const narrow = open_portal({1000, 1000}, {2, 1});
  auto const browser = anna();
  ask(*narrow, browser, "GET", "/help"), ask(*narrow, browser, "GET", "/help");
  EXPECT_EQ(ask(*narrow, browser, "GET", "/help").status, 429);
  EXPECT_EQ(ask(*narrow, stranger(), "GET", "/help").status, 200);
}

TEST_F(AroundThePages, WhatIsToldOnceCannotBeWrittenByOthers) {
  auto browser = anna();
  auto const redirect = post(browser, "/account/tokens/9/end");
  EXPECT_EQ(redirect.status, 404);
  browser.also = {{"cookie", "rollbook_session=" + browser.session + "; rollbook_said=abc.Call+this+number"}};
  browser.session.clear();
  EXPECT_EQ(get(browser, "/account").body.find("Call this number"), std::string::npos);
}

TEST_F(AroundThePages, HtmxGetsTheContentAndNotTheFrame) {
  auto browser = anna();
  browser.also = {{"hx-request", "true"}};
  auto const part = get(browser, members());
  EXPECT_EQ(part.status, 200);
  EXPECT_EQ(part.body.find("<html"), std::string::npos);
  EXPECT_NE(part.body.find("<h1>Members</h1>"), std::string::npos);
  auto const sent_on = post(browser, "/account/sign-out-everywhere");
  EXPECT_EQ(header_of(sent_on, "hx-redirect"), "/sign-in");
}

TEST_F(AroundThePages, AssetsAreKeptForEverUnderNamesThatChange) {
  auto const page = get(stranger(), "/sign-in").body;
  auto const at = page.find("/assets/portal.");
  ASSERT_NE(at, std::string::npos);
  auto const name = page.substr(at, page.find('"', at) - at);
  auto browser = stranger();
  browser.also = {{"accept-encoding", "gzip"}};
  auto const packed = get(browser, name);
  EXPECT_EQ(packed.status, 200);
  EXPECT_EQ(header_of(packed, "content-encoding"), "gzip");
  EXPECT_NE(header_of(packed, "cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(header_of(packed, "content-type"), "text/css; charset=utf-8");
  browser.also = {{"if-none-match", header_of(packed, "etag")}};
  EXPECT_EQ(get(browser, "/assets/portal.css").status, 304);
  EXPECT_EQ(get(browser, "/assets/../pages/account.html").status, 404);
  EXPECT_EQ(get(browser, "/assets/pages/account.html").status, 404);
}

TEST_F(AroundThePages, ASessionThatHasEndedLeadsToTheSignInAndBack) {
  auto const browser = anna();
  later_ms = 13 * 3600 * 1000;
  auto const response = get(browser, members() + "?who=x");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header_of(response, "location"), "/sign-in?next=" + http::percent_encoded(members() + "?who=x"));
}

TEST_F(AroundThePages, AOneTimeLinkWorksOnce) {
  auto const link = access::make_link(operations(), "first-operator", std::nullopt, now, 86400, somebody);
  ASSERT_TRUE(link.ok());
  auto const place = "/welcome/" + *link;
  EXPECT_EQ(get(stranger(), place).status, 200);
  auto const fields = std::vector<std::pair<std::string, std::string>>{
      {"name", "Olga"}, {"email", "olga@example.org"}, {"password", "a sentence that is long enough"}, {"again", "a sentence that is long enough"}};
  auto mistyped = fields;
  mistyped[3].second = "another";
  EXPECT_EQ(post(stranger(), place, mistyped).status, 422);
  EXPECT_EQ(post(stranger(), place, fields).status, 303);
  EXPECT_EQ(post(stranger(), place, fields).status, 404);
  EXPECT_EQ(get(stranger(), place).status, 404);
  EXPECT_TRUE(access::has_any_operator(operations()));
}

}  // namespace
}  // namespace rollbook::test
