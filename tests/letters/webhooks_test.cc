// Webhooks: signed, tried again, and never led to where only this machine can go.
#include "letters/letters.h"
#include "store/sealed.h"

namespace rollbook::test {
namespace {

using store::EventKind;

class Webhooks : public Letters {
 protected:
  void SetUp() override {
    Letters::SetUp();
    if (IsSkipped()) return;
    std::filesystem::create_directory(hooks());
  }
  void TearDown() override {
    receiver_.reset();
    Letters::TearDown();
  }
  std::string hooks() const { return folder() + "/hooks"; }
  void begin(bool tls = false) {
    if (tls) Outside::make_certificate(hooks());
    receiver_.emplace("hook_server.py", hooks(), tls ? std::vector<std::string>{"tls"} : std::vector<std::string>{});
    ::setenv("ROLLBOOK_WEBHOOK_PRIVATE", "yes", 1);
    if (tls) ::setenv("ROLLBOOK_CA_FILE", (hooks() + "/cert.pem").c_str(), 1);
    else ::setenv("ROLLBOOK_WEBHOOK_HTTP", "yes", 1);
  }
  std::string place(std::string const& path, std::string const& host = "127.0.0.1", std::string const& scheme = "http") {
    return scheme + "://" + host + ":" + std::to_string(receiver_->port()) + path;
  }
  letters::Added add(std::string const& url, std::string const& kinds = "") {
    auto added = letters::add_webhook(operations(), hub().key, district_, url, kinds, anna_);
    EXPECT_TRUE(added.ok()) << (added ? "" : added.trouble().text);
    return *added;
  }
  std::vector<std::map<std::string, std::string>> requests() { return receiver_->kept(); }
  letters::Item last(letters::Added const& added) { return items(added.webhook.id).front(); }

  std::optional<Outside> receiver_;
};
INSTANTIATE_TEST_SUITE_P(, Webhooks, both_databases(), name_of_database);

TEST_P(Webhooks, AreToldInJsonThatIsSigned) {
  begin(true);
  auto const added = add(place("/200", "localhost", "https"), "held");
  add_source("Größe \"x\"", {{"live", "yes"}, {"apply-by-itself", "no"}});
  ASSERT_EQ(sync(two_schools(3), "Größe \"x\"").outcome, "held");
  round(noon);
  ASSERT_EQ(requests().size(), 1u) << last(added).why;
  auto request = requests()[0];
  EXPECT_EQ(request["method"], "POST");
  EXPECT_EQ(request["content-type"], "application/json");
  EXPECT_EQ(request["rollbook-event"], "held");
  EXPECT_EQ(request["rollbook-timestamp"], std::to_string(noon));
  EXPECT_EQ(request["rollbook-signature"], "v1=" + store::hmac_sha256(added.secret, request["rollbook-timestamp"] + "." + request["body"]));
  auto body = fields_of(request["body"]);
  EXPECT_EQ(body["event"], "held");
  EXPECT_EQ(body["run"], "1");
  EXPECT_NE(body["source"].find("Größe"), std::string::npos);
  EXPECT_NE(body["because"].find("preview"), std::string::npos);
  EXPECT_EQ(std::pair(last(added).state, last(added).status), std::pair(std::string("sent"), std::int64_t{200}));
}

TEST_P(Webhooks, TheSignatureIsThatOfEverybodyElse) {
  // RFC 4231, test case 2.
  EXPECT_EQ(store::hmac_sha256("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(letters::signature_of("Jefe", 7, "x"), "v1=" + store::hmac_sha256("Jefe", "7.x"));
}

TEST_P(Webhooks, AreTriedAgainWithTheSameBodyUntilTheyAnswerWell) {
  begin();
  auto const added = add(place("/500"));
  a_run_fails();
  round(noon);
  EXPECT_EQ(last(added).state, "waiting");
  EXPECT_EQ(last(added).status, 500);
  round(noon + 59);
  EXPECT_EQ(requests().size(), 1u);
  round(noon + 60);
  ASSERT_EQ(requests().size(), 2u);
  EXPECT_EQ(requests()[0]["body"], requests()[1]["body"]);
  EXPECT_EQ(requests()[0]["rollbook-delivery"], requests()[1]["rollbook-delivery"]);
  EXPECT_NE(requests()[0]["rollbook-signature"], requests()[1]["rollbook-signature"]) << "the time is another one";
  auto const gone = add(place("/410"));
  a_run_fails();
  round(noon + 70);
  EXPECT_EQ(last(gone).state, "given up");
}

TEST_P(Webhooks, NoRedirectIsFollowed) {
  begin();
  auto const added = add(place("/redirect"));
  a_run_fails();
  round(noon);
  ASSERT_EQ(requests().size(), 1u);
  EXPECT_EQ(requests()[0]["path"], "/redirect");
  EXPECT_EQ(last(added).state, "waiting");
  EXPECT_NE(last(added).why.find("redirects are not followed"), std::string::npos) << last(added).why;
}

// The address that is connected to counts, however it is written.
TEST_P(Webhooks, NothingOfThisMachineOrItsNeighboursIsReached) {
  begin();
  ::unsetenv("ROLLBOOK_WEBHOOK_PRIVATE");
  for (std::string const host : {"127.0.0.1", "localhost", "2130706433", "127.1", "0", "[::1]", "[::ffff:7f00:1]", "0.0.0.0"}) {
    auto const added = add(place("/200", host));
    a_run_fails();
    round(noon);
    EXPECT_EQ(last(added).state, "waiting") << host << ": " << last(added).why;  // name servers are set right again
    EXPECT_NE(last(added).why.find("private network"), std::string::npos) << host << ": " << last(added).why;
    ASSERT_FALSE(letters::set_webhook_state(operations(), added.webhook, "ended", anna_));
  }
  EXPECT_TRUE(requests().empty());
}

// A proxy that the environment names would be connected to in place of what was looked at.
TEST_P(Webhooks, AProxyOfTheEnvironmentIsNotUsed) {
  begin();
  ::unsetenv("ROLLBOOK_WEBHOOK_PRIVATE");
  for (auto const* const name : {"http_proxy", "https_proxy", "ALL_PROXY"}) ::setenv(name, place("/200").c_str(), 1);
  auto const added = add(place("/200"));
  a_run_fails();
  round(noon);
  for (auto const* const name : {"http_proxy", "https_proxy", "ALL_PROXY"}) ::unsetenv(name);
  EXPECT_NE(last(added).why.find("private network"), std::string::npos) << last(added).why;
  EXPECT_TRUE(requests().empty());
}

TEST_P(Webhooks, AddressesThatCannotBeAreRefused) {
  for (std::string const url :
       {"http://example.org/x", "ftp://example.org", "https://", "https://user:pass@example.org/", "https://example.org/a b", "https://example.org/\r\nX: y",
        "https://example.org:99999/", "file:///etc/passwd", "https://exa\"mple.org/", "gopher://x", "https://[::1/"})
    EXPECT_FALSE(letters::add_webhook(operations(), hub().key, district_, url, "", anna_).ok()) << url;
  EXPECT_FALSE(letters::add_webhook(operations(), hub().key, district_, "https://example.org", "held,nonsense", anna_).ok());
  EXPECT_TRUE(letters::list_webhooks(operations(), district_.id).empty());
  auto const first = add("https://example.org/a?b=c"), second = add("https://example.org:8443");
  EXPECT_NE(first.secret, second.secret);
  EXPECT_EQ(letters::webhook_secret(operations(), hub().key, first.webhook.id), first.secret);
  std::string everything;
  auto rows = operations().prepare("SELECT sealed FROM webhooks");
  while (rows->step()) everything += rows->blob(0);
  EXPECT_EQ(everything.find(first.secret), std::string::npos) << "it is sealed";
}

TEST_P(Webhooks, AreToldWhatTheyChoseAndNothingInAPause) {
  begin();
  auto const some = add(place("/200"), "held,refused"), all = add(place("/201"));
  a_run_fails();
  round(noon);
  EXPECT_TRUE(items(some.webhook.id).empty());
  EXPECT_EQ(items(all.webhook.id).size(), 1u);
  ASSERT_FALSE(letters::set_webhook_state(operations(), all.webhook, "paused", anna_));
  a_run_fails();
  round(noon + 10);
  EXPECT_EQ(items(all.webhook.id).size(), 1u);
  raise({.district = 0, .kind = EventKind::Held, .at = {}});
  round(noon + 20);
  EXPECT_EQ(items(some.webhook.id).size(), 1u) << "what concerns all is told to each";
}

TEST_P(Webhooks, WhoDoesNotAnswerKeepsNobodyElseWaiting) {
  begin();
  auto const bad = add("http://127.0.0.1:1/"), good = add(place("/200"));
  for (int i = 1; i <= 3; ++i) a_run_fails(i);
  round(noon);
  EXPECT_EQ(states(good.webhook.id), (std::map<std::string, int>{{"sent", 3}}));
  EXPECT_EQ(states(bad.webhook.id), (std::map<std::string, int>{{"waiting", 3}}));
  std::int64_t tries = 0;
  for (auto const& item : items(bad.webhook.id)) tries += item.attempts;
  EXPECT_EQ(tries, 1) << "nobody is there: one try is enough for now";
}

}  // namespace
}  // namespace rollbook::test
