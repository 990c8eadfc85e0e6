// A district with people in it, a clock that tests turn, and a post office without threads.
#pragma once

#include <optional>

#include "access/accounts.h"
#include "letters/outside.h"
#include "letters/post_office.h"
#include "letters/tell.h"
#include "letters/webhooks.h"
#include "letters/wishes.h"
#include "runs/many_schools.h"
#include "store/moment.h"

namespace rollbook::test {

inline constexpr std::int64_t noon = 1'788'264'000;  // 1 September 2026, 12:00 UTC

// All that a letter says, a line each; the templates of the portal have tests of their own.
inline letters::Dressed plainly(letters::Words const& words) {
  auto text = words.what + " " + words.todo + "\n" + words.when + "\n";
  for (auto const& [label, value] : words.facts) text += label + ": " + value + "\n";
  for (auto const& cause : words.causes) text += "- " + cause + "\n";
  text += words.link_title + ": " + words.link + "\n" + words.reminder + "\n" + words.wishes + "\n";
  return {text, "<p>" + words.what + "</p>"};
}

class Letters : public Runs {
 protected:
  static constexpr auto password = "Larkspur-7 of June";

  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    options_.emplace(letters::PostOptions{.place = place_, .key = hub().key, .dress = plainly, .now = {}});
    rounds_.emplace(*options_, *home_);
  }
  void TearDown() override {
    ::unsetenv("ROLLBOOK_CA_FILE");
    ::unsetenv("ROLLBOOK_WEBHOOK_HTTP");
    ::unsetenv("ROLLBOOK_WEBHOOK_PRIVATE");
    rounds_.reset();
    server_.reset();
    Runs::TearDown();
  }

  store::Database& operations() { return home_->operations(); }
  access::Account person(std::string const& email, access::Level level, std::optional<std::int64_t> org = {}, bool is_operator = false) {
    auto const added = access::add_account(operations(), email, "Some Body", is_operator, anna_);
    EXPECT_TRUE(added.ok());
    if (level != access::Level::None) {
      EXPECT_FALSE(access::grant(operations(), added->id, {district_.id, org, level, false}, anna_));
    }
    return *added;
  }
  void wish(access::Account const& account, std::vector<letters::Wish> const& wishes) {
    ASSERT_FALSE(letters::set_wishes(operations(), account, district_.id, wishes, anna_));
  }

  std::string mail_folder() const { return folder() + "/mail"; }
  // A mail server, and the settings that lead to it. `port`: that of one that ended.
  void begin_server(std::string const& mode = "starttls", int port = 0) {
    if (!std::filesystem::exists(mail_folder())) {
      std::filesystem::create_directory(mail_folder());
      Outside::make_certificate(mail_folder());
    }
    server_.reset();
    server_.emplace("mail_server.py", mail_folder(), std::vector<std::string>{std::to_string(port), mode});
    ::setenv("ROLLBOOK_CA_FILE", (mail_folder() + "/cert.pem").c_str(), 1);
    set_mail(server_->port(), mode == "plain" ? "none" : mode);
  }
  void set_mail(int port, std::string const& security = "starttls", bool with_user = true) {
    auto const user = with_user && security != "none";
    auto const trouble = letters::set_mail(operations(),
                                           {{"address", "https://rollbook.example.org/"},
                                            {"server", "127.0.0.1"},
                                            {"port", std::to_string(port)},
                                            {"security", security},
                                            {"from", "rollbook@larkspur.example"},
                                            {"user", user ? "rollbook" : ""}},
                                           anna_);
    ASSERT_FALSE(trouble) << trouble->text;
    if (user) {
      ASSERT_FALSE(letters::set_mail_password(operations(), hub().key, password, anna_));
    }
  }
  std::vector<std::map<std::string, std::string>> came() { return Outside::kept(mail_folder()); }

  std::int64_t raise(store::Event event) {
    if (event.district < 0) event.district = district_.id;
    if (event.at.empty()) event.at = store::moment_text(noon);
    std::int64_t id = 0;
    EXPECT_FALSE(operations().transaction([&] { return id = store::raise(operations(), event), true; }));
    return id;
  }
  void a_run_fails(std::int64_t number = 7) { raise({.district = district_.id, .kind = store::EventKind::Failed, .at = {}, .run = number, .facts = {{"kind", "delivery"}}}); }
  void round(std::int64_t now) {
    auto trouble = rounds_->tell(now);
    EXPECT_FALSE(trouble) << trouble->text;
    trouble = rounds_->send_letters(now);
    EXPECT_FALSE(trouble) << trouble->text;
    trouble = rounds_->send_to_webhooks(now);
    EXPECT_FALSE(trouble) << trouble->text;
  }
  std::vector<letters::Item> items(std::int64_t webhook = 0) { return letters::list_items(operations(), {.webhook = webhook}, {}, 10'000); }
  std::map<std::string, int> states(std::int64_t webhook = 0) {
    std::map<std::string, int> all;
    for (auto const& item : items(webhook)) ++all[item.state];
    return all;
  }

  store::Actor anna_{"anna", "2026-09-01T00:00:00Z"};
  std::optional<letters::PostOptions> options_;
  std::optional<letters::Rounds> rounds_;
  std::optional<Outside> server_;
};

}  // namespace rollbook::test
