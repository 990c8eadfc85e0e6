// Pages of letters and webhooks, and letters in their dress.
#include <regex>

#include "letters/mail_settings.h"
#include "letters/tell.h"
#include "letters/webhooks.h"
#include "letters/wishes.h"
#include "letters/words.h"
#include "web/letter_dress.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

using store::EventKind;

class LettersPages : public HistoryOfADistrict {
 protected:
  std::string admin(std::string const& rest = "") const { return in("/administration" + rest); }
  Browser olga() { return browser_of(person("olga", true)); }
  std::int64_t raise(EventKind kind) {
    std::int64_t id = 0;
    EXPECT_FALSE(operations().transaction([&] {
      return id = store::raise(operations(), {.district = oakfield, .kind = kind, .at = "2026-11-22T01:02:03Z", .run = 1, .facts = {{"kind", "delivery"}, {"because", "guard"}, {"rule", "CSV004:2"}}}), true;
    }));
    return id;
  }
  std::vector<std::pair<std::string, std::string>> mail(std::string const& server = "127.0.0.1") {
    return {{"address", "https://rollbook.example.org"}, {"server", server}, {"port", "1"}, {"security", "starttls"}, {"user", ""}, {"from", "rollbook@oakfield.example"}, {"from-name", "Rollbook"}};
  }
};

// In a letter nothing of a name acts, whatever somebody calls a source or a district.
TEST_F(LettersPages, ALetterOfEachKindIsWholeAsTextAndAsHtml) {
  for (auto const kind : store::all_event_kinds) {
    SCOPED_TRACE(store::name_of(kind));
    auto const event = *store::find_event(operations(), raise(kind));
    auto where = letters::Where{district(), "<script>alert(1)</script> {{what}}\r\nBcc: x", "https://rollbook.example.org"};
    where.district.name = "Oak & <b>field\u202e";
    auto const words = letters::words_of(event, where);
    auto const dressed = web::dress_letter(words);
    ASSERT_TRUE(dressed.ok()) << dressed.trouble().text;
    EXPECT_TRUE(dressed->text.starts_with(words.what + " " + words.todo + "\n")) << dressed->text;
    EXPECT_TRUE(says(dressed->text, words.link));
    EXPECT_TRUE(says(dressed->text, "never send rosters by e-mail or in shared sheets"));
    EXPECT_TRUE(says(dressed->html, "never send rosters by e-mail or in shared sheets"));
    EXPECT_TRUE(says(dressed->html, "href=\"https://rollbook.example.org/districts/"));
    for (auto const* const bad : {"<script>", "<b>field", "\u202e"}) EXPECT_FALSE(says(dressed->html, bad)) << bad;
    EXPECT_FALSE(says(dressed->text, "\r"));
    EXPECT_FALSE(says(dressed->text, "&amp;")) << "text is text";
  }
  auto const test = web::dress_letter(letters::words_of_a_test("https://rollbook.example.org", "now"));
  ASSERT_TRUE(test.ok()) << test.trouble().text;
  EXPECT_TRUE(says(test->text, "This is a test"));
}

TEST_F(LettersPages, SomebodyChoosesTheirOwnLettersAndNobodyElses) {
  add_source();
  auto const source = (*store::find_source(operations(), district(), "sis")).id;
  auto const anna = member("anna", oakfield, Level::System), ben = member("ben", oakfield, Level::Reporting);
  auto const annas = browser_of(anna), bens = browser_of(ben);
  auto const before = page(annas, admin("/notifications"));
  EXPECT_TRUE(says(before, "value=\"held\" checked"));
  EXPECT_FALSE(says(before, "value=\"applied\" checked"));
  EXPECT_TRUE(says(before, "sends no letters yet"));
  EXPECT_FALSE(says(page(bens, admin("/notifications")), "checked")) << "who decides nothing is asked nothing";
  EXPECT_EQ(post(annas, admin("/notifications"), {{"want", "applied"}, {"want", "nonsense"}, {"of-" + std::to_string(source) + "-held", "yes"}, {"of-99-held", "yes"}}).status, 303);
  auto const after = page(annas, admin("/notifications"));
  EXPECT_TRUE(says(after, "value=\"applied\" checked"));
  EXPECT_FALSE(says(after, "value=\"held\" checked"));
  EXPECT_TRUE(says(after, "value=\"yes\" selected"));
  EXPECT_EQ(letters::wishes_of(operations(), anna.id, oakfield).size(), store::all_event_kinds.size() + 1);
  EXPECT_TRUE(letters::wishes_of(operations(), ben.id, oakfield).empty());
  EXPECT_EQ(notes("notifications set"), 1u);
  EXPECT_EQ(get(somebody_of(Level::Standard), admin("/notifications")).status, 403);
  EXPECT_EQ(get(browser_of(member("cara", riverside, Level::System)), admin("/notifications")).status, 404);
}

TEST_F(LettersPages, TheOperatorSetsTheMailServerAndNeverSeesThePasswordAgain) {
  auto const olgas = olga();
  EXPECT_TRUE(says(page(olgas, "/operator"), "/operator/letters"));
  EXPECT_TRUE(says(page(olgas, "/operator/letters"), "No mail server is set yet"));
  EXPECT_EQ(post(olgas, "/operator/letters", mail("not a host")).status, 422);
  EXPECT_EQ(post(olgas, "/operator/letters", mail("smtp.example.org\r\nX: y")).status, 422);
  EXPECT_EQ(post(olgas, "/operator/letters", mail()).status, 303);
  EXPECT_FALSE(says(page(olgas, "/operator/letters"), "No mail server is set yet"));
  EXPECT_EQ(post(olgas, "/operator/letters/password", {{"password", "Larkspur-7 of June"}}).status, 303);
  auto const shown = page(olgas, "/operator/letters");
  EXPECT_TRUE(says(shown, "A password is set"));
  EXPECT_FALSE(says(shown, "Larkspur"));
  auto rows = operations().prepare("SELECT detail FROM audit WHERE what = 'letters set'");
  std::size_t noted = 0;
  for (; rows->step(); ++noted) EXPECT_FALSE(says(std::string(rows->text(0)), "Larkspur"));
  EXPECT_GT(noted, 3u);
  EXPECT_EQ(letters::mail_password(operations(), key_), "Larkspur-7 of June");
  auto other = mail("smtp.elsewhere.example");
  EXPECT_EQ(post(olgas, "/operator/letters", other).status, 303);
  EXPECT_EQ(letters::mail_password(operations(), key_), "") << "it was meant for the server before";
  EXPECT_EQ(get(somebody_of(Level::System), "/operator/letters").status, 403);
}

TEST_F(LettersPages, ATestLetterSaysWhatIsWrong) {
  auto const olgas = olga();
  auto response = post(olgas, "/operator/letters/test");
  EXPECT_EQ(response.status, 422);
  EXPECT_TRUE(says(response.body, "No mail server is set yet"));
  EXPECT_EQ(post(olgas, "/operator/letters", mail()).status, 303);
  response = post(olgas, "/operator/letters/test");
  EXPECT_EQ(response.status, 422);
  EXPECT_TRUE(says(response.body, "cannot be reached")) << response.body;
}

TEST_F(LettersPages, WhoGetsLettersAsksForATestLetterWhereTheyAreChosen) {
  auto const anna = browser_of(member("anna", oakfield, Level::System));
  EXPECT_FALSE(says(page(anna, admin("/notifications")), "Send me a test letter")) << "there is no mail server yet";
  ASSERT_FALSE(letters::set_mail(operations(), mail(), somebody));
  EXPECT_TRUE(says(page(anna, admin("/notifications")), "Send me a test letter"));
  auto const response = post(anna, admin("/notifications/test"));
  EXPECT_EQ(response.status, 422);
  EXPECT_TRUE(says(response.body, "cannot be reached")) << response.body;
}

TEST_F(LettersPages, WhatWaitsIsTold) {
  auto const anna = member("anna", oakfield, Level::System);
  ASSERT_FALSE(letters::set_mail(operations(), mail(), somebody));
  raise(EventKind::Refused);
  ASSERT_TRUE(*letters::tell_events(operations(), now));
  auto const item = *letters::claim_item(operations(), 0, "worker", now);
  ASSERT_FALSE(letters::note_result(operations(), item, "worker", {letters::Sent::Never, "There is <nobody> of this name."}, now));
  auto const shown = page(browser_of(anna), admin("/notifications"));
  EXPECT_TRUE(says(shown, "not sent"));
  EXPECT_TRUE(says(shown, "There is &lt;nobody&gt; of this name."));
  auto const operators = page(olga(), "/operator/letters");
  EXPECT_TRUE(says(operators, "1 given up"));
  EXPECT_FALSE(says(operators, anna.email)) << "who reads what is not the operator's";
}

TEST_F(LettersPages, AWebhookShowsItsSecretOnceAndWhatItWasTold) {
  auto const boss = somebody_of(Level::System);
  EXPECT_EQ(post(boss, admin("/webhooks"), {{"url", "http://example.org"}}).status, 422);
  auto const added = post(boss, admin("/webhooks"), {{"url", "https://example.org/<x>"}});
  EXPECT_EQ(added.status, 422);
  auto const good = post(boss, admin("/webhooks"), {{"url", "https://example.org/rollbook?a=1&b=2"}, {"event", "held"}, {"event", "refused"}});
  EXPECT_EQ(good.status, 200);
  std::smatch secret;
  ASSERT_TRUE(std::regex_search(good.body, secret, std::regex("rbwh_[A-Za-z0-9_-]{43}")));
  auto const list = page(boss, admin("/webhooks"));
  EXPECT_FALSE(says(list, secret[0].str()));
  EXPECT_TRUE(says(list, "held,refused"));
  auto const webhook = letters::list_webhooks(operations(), oakfield).at(0);
  auto const address = admin("/webhooks/" + std::to_string(webhook.id));
  EXPECT_TRUE(says(page(boss, address), "Nothing yet"));
  raise(EventKind::Refused);
  ASSERT_TRUE(*letters::tell_events(operations(), now));
  auto const item = *letters::claim_item(operations(), webhook.id, "worker", now);
  ASSERT_FALSE(letters::note_result(operations(), item, "worker", {letters::Sent::Later, "It answers with 500.", 500}, now));
  EXPECT_TRUE(says(page(boss, address), "It answers with 500."));
  EXPECT_EQ(post(boss, address, {{"state", "paused"}}).status, 303);
  EXPECT_EQ(letters::find_webhook(operations(), webhook.id)->state, "paused");
  EXPECT_EQ(post(boss, address, {{"state", "nonsense"}}).status, 422);
  page(browser_of(member("cara", riverside, Level::System)), "/districts/" + std::to_string(riverside) + "/administration/webhooks/" + std::to_string(webhook.id), 404);
  EXPECT_EQ(get(somebody_of(Level::Enrollment), admin("/webhooks")).status, 403);
  EXPECT_EQ(post(boss, address, {{"state", "ended"}}).status, 303);
  page(boss, address, 404);
  EXPECT_EQ(notes("webhook added") + notes("webhook paused") + notes("webhook ended"), 3u);
}

}  // namespace
}  // namespace rollbook::test
