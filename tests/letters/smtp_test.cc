// Letters by SMTP to a real mail server: what arrives, and what is done when it does not.
#include "access/invitations.h"
#include "letters/letters.h"

namespace rollbook::test {
namespace {

class Smtp : public Letters {
 protected:
  void SetUp() override {
    Letters::SetUp();
    if (IsSkipped()) return;
    if (!Outside::is_installed()) GTEST_SKIP() << "aiosmtpd is not installed (python3-aiosmtpd)";
    person("anna@larkspur.example", access::Level::System);
  }
  std::string why() { return items().front().why; }
};
INSTANTIATE_TEST_SUITE_P(, Smtp, both_databases(), name_of_database);

TEST_P(Smtp, ARunThatIsHeldIsTold) {
  begin_server("starttls");
  add_source("Größe & Co <b>", {{"live", "yes"}, {"apply-by-itself", "no"}});
  ASSERT_EQ(sync(two_schools(3), "Größe & Co <b>").outcome, "held");
  round(noon);
  ASSERT_EQ(came().size(), 1u);
  auto letter = came()[0];
  EXPECT_EQ(letter["to"], "anna@larkspur.example");
  EXPECT_EQ(letter["from"], "rollbook@larkspur.example");
  EXPECT_EQ(std::pair(letter["tls"], letter["defects"]), std::pair(std::string("yes"), std::string()));
  EXPECT_NE(letter["user"].find("rollbook"), std::string::npos);
  EXPECT_EQ(letter["auto"], "auto-generated");
  EXPECT_NE(letter["subject"].find("Held: Größe & Co <b>"), std::string::npos) << letter["subject"];
  EXPECT_TRUE(letter["text"].starts_with("Delivery 1 of Größe & Co <b> is held; nothing was changed. Look at what would change")) << letter["text"];
  EXPECT_NE(letter["text"].find("https://rollbook.example.org/districts/" + std::to_string(district_.id) + "/history/1"), std::string::npos) << letter["text"];
  EXPECT_NE(letter["text"].find("never send rosters by e-mail"), std::string::npos);
  EXPECT_NE(letter["text"].find("Created: "), std::string::npos);
  EXPECT_EQ(std::tuple(letter["bare"], letter["eight"]), std::tuple("0", "0"));
  EXPECT_LE(std::stoi(letter["longest"]), 78);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"sent", 1}}));
  round(noon + 100'000);
  EXPECT_EQ(came().size(), 1u) << "once";
}

TEST_P(Smtp, TlsFromTheBeginningAndServersThatWantNothing) {
  begin_server("tls");
  a_run_fails();
  round(noon);
  ASSERT_EQ(came().size(), 1u) << why();
  EXPECT_EQ(came()[0]["tls"], "yes");
  begin_server("plain");
  a_run_fails();
  round(noon);
  ASSERT_EQ(came().size(), 2u) << why();
  EXPECT_EQ(came()[1]["tls"], "no");
}

TEST_P(Smtp, WithoutStartTlsNoPasswordAndNoLetterGoesOut) {
  begin_server("plain");
  set_mail(server_->port(), "starttls");
  a_run_fails();
  round(noon);
  EXPECT_EQ(came().size(), 0u);
  EXPECT_NE(why().find("offers no STARTTLS"), std::string::npos) << why();
  EXPECT_EQ(items()[0].state, "waiting");
}

TEST_P(Smtp, ACertificateOfSomebodyElseIsNotBelieved) {
  begin_server("starttls");
  ::unsetenv("ROLLBOOK_CA_FILE");
  a_run_fails();
  round(noon);
  EXPECT_EQ(came().size(), 0u);
  EXPECT_NE(why().find("certificate"), std::string::npos) << why();
}

TEST_P(Smtp, AWrongPasswordIsSaidWithoutIt) {
  begin_server("starttls");
  ASSERT_FALSE(letters::set_mail_password(operations(), hub().key, "not this one", anna_));
  a_run_fails();
  round(noon);
  EXPECT_NE(why().find("does not let Rollbook in"), std::string::npos) << why();
  EXPECT_EQ(why().find("not this one"), std::string::npos);
  ASSERT_FALSE(letters::set_mail_password(operations(), hub().key, password, anna_));
  round(noon + 61);
  EXPECT_EQ(came().size(), 1u) << "what waited goes out when it is mended";
}

TEST_P(Smtp, WhomTheServerDoesNotKnowIsGivenUpAfterTwoDaysAndTheOthersGetTheirs) {
  begin_server("starttls");
  person("nobody@larkspur.example", access::Level::System);
  person("later@larkspur.example", access::Level::System);
  person("zoe@larkspur.example", access::Level::System);
  a_run_fails();
  round(noon);
  EXPECT_EQ(came().size(), 2u);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"sent", 2}, {"waiting", 2}})) << "a server that was set up wrongly is mended within two days";
  for (std::int64_t now = noon; now < noon + 50 * 3600; now += 3600) round(now);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"sent", 2}, {"given up", 1}, {"waiting", 1}}));
}

TEST_P(Smtp, TwoThatAreSentSoonAfterEachOtherHaveNumbersOfTheirOwnAndARepetitionTheSame) {
  begin_server("starttls");
  a_run_fails(1);
  a_run_fails(2);
  // A worker who sends, and dies before it can note that.
  ASSERT_TRUE(*letters::tell_events(operations(), noon));
  auto options = *options_;
  options.dress = [&](letters::Words const& words) -> Result<letters::Dressed> {
    operations().run("UPDATE outbox SET worker = 'taken over' WHERE state = 'waiting'");  // so that its note counts for nothing
    return plainly(words);
  };
  letters::Rounds dies(options, *home_);
  ASSERT_FALSE(dies.send_letters(noon));
  ASSERT_EQ(came().size(), 2u);
  EXPECT_NE(came()[0]["id"], came()[1]["id"]);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"waiting", 2}}));
  round(noon + letters::lease - 1);
  EXPECT_EQ(came().size(), 2u) << "somebody has them in hand";
  round(noon + letters::lease);
  ASSERT_EQ(came().size(), 4u);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"sent", 2}}));
  EXPECT_EQ(came()[2]["id"], came()[0]["id"]);
  EXPECT_EQ(came()[3]["id"], came()[1]["id"]);
  EXPECT_EQ(came()[2]["date"], came()[0]["date"]);
}

class Invited : public Smtp {
 protected:
  // Somebody with the level System invites somebody who has no account, by a letter.
  void SetUp() override {
    Smtp::SetUp();
    if (IsSkipped()) return;
    begin_server("starttls");
    access::Invitation wanted;
    wanted.email = "nell@larkspur.example";
    wanted.what = {district_.id, std::nullopt, access::Level::Reporting, false};
    wanted.by = {access::find_account_by_email(operations(), "anna@larkspur.example")->id, std::nullopt, false};
    ASSERT_TRUE(access::invite(operations(), wanted, noon, anna_, letter(noon)).ok());
  }
  access::WithIt letter(std::int64_t now) {
    return [this, now](std::int64_t id) {
      letters::Item item;
      item.district = district_.id, item.created = now, item.invitation = id_ = id;
      letters::add_item(operations(), item);
    };
  }
  std::string token_of(std::size_t number) {
    auto const text = came().at(number)["text"];
    std::string const before = "https://rollbook.example.org/invitation/";
    auto const at = text.find(before);
    return at == std::string::npos ? "" : text.substr(at + before.size(), 43);
  }
  access::Invitation invitation(std::int64_t now) { return *access::find_invitation(operations(), district_.id, id_, now); }

  std::int64_t id_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, Invited, both_databases(), name_of_database);

TEST_P(Invited, GetALetterWithALinkThatIsNowhereElse) {
  round(noon);
  ASSERT_EQ(came().size(), 1u) << why();
  EXPECT_EQ(came()[0]["to"], "nell@larkspur.example");
  auto const found = access::look_at_invitation(operations(), token_of(0), noon + 1);
  ASSERT_TRUE(found.has_value()) << came()[0]["text"];
  EXPECT_EQ(found->id, id_);
  EXPECT_NE(came()[0]["text"].find("It works once, until "), std::string::npos);
  round(noon + 100'000);
  EXPECT_EQ(came().size(), 1u) << "once";
  EXPECT_EQ(letters::letter_with(operations(), id_)->state, "sent");
}

TEST_P(Invited, ALetterThatIsTriedTwiceHasTheSameLink) {
  auto options = *options_;
  options.dress = [&](letters::Words const& words) -> Result<letters::Dressed> {
    operations().run("UPDATE outbox SET worker = 'taken over' WHERE state = 'waiting'");
    return plainly(words);
  };
  letters::Rounds dies(options, *home_);
  ASSERT_FALSE(dies.send_letters(noon));
  round(noon + letters::lease);
  ASSERT_EQ(came().size(), 2u);
  EXPECT_EQ(token_of(0), token_of(1));
}

TEST_P(Invited, WhoIsInvitedAgainGetsAnotherLinkAndTheOldOneIsVoid) {
  round(noon);
  auto const later = noon + access::invitation_seconds + 3600;
  EXPECT_FALSE(access::look_at_invitation(operations(), token_of(0), later).has_value());
  ASSERT_FALSE(access::invite_again(operations(), invitation(later), later, anna_, letter(later)));
  round(later);
  ASSERT_EQ(came().size(), 2u) << why();
  EXPECT_NE(token_of(0), token_of(1));
  EXPECT_FALSE(access::look_at_invitation(operations(), token_of(0), later).has_value());
  EXPECT_TRUE(access::look_at_invitation(operations(), token_of(1), later).has_value());
}

TEST_P(Invited, WhatWasWithdrawnIsNotSent) {
  ASSERT_FALSE(access::withdraw_invitation(operations(), district_.id, id_, anna_));
  round(noon);
  EXPECT_EQ(came().size(), 0u);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"given up", 1}}));
}

TEST_P(Invited, WhatHasEndedWhileNobodyAnsweredIsNotSent) {
  round(noon + access::invitation_seconds);
  EXPECT_EQ(came().size(), 0u);
}

// A day in which nobody answers, minute by minute where something is due.
TEST_P(Smtp, AServerThatIsDownForADayLosesAndDoublesNothing) {
  begin_server("starttls");
  auto const port = server_->port();
  server_.reset();
  constexpr int all = 5;
  std::int64_t now = noon;
  int raised = 0, tries = 0;
  while (now < noon + 24 * 3600) {
    if (raised < all && now >= noon + raised * 4 * 3600) a_run_fails(++raised);
    round(now);
    ++tries;
    auto next = raised < all ? noon + raised * 4 * 3600 : noon + 24 * 3600;
    for (auto const& item : items())
      if (item.state == "waiting" && item.due > now) next = std::min(next, std::max(item.due, now + 61));
    now = std::max(now + 61, next);
  }
  EXPECT_EQ(states(), (std::map<std::string, int>{{"waiting", all}}));
  EXPECT_LT(tries, 150) << "delays grow";
  for (auto const& item : items()) EXPECT_NE(item.why.find("cannot be reached"), std::string::npos) << item.why;
  begin_server("starttls", port);
  round(now + 4 * 3600);
  EXPECT_EQ(states(), (std::map<std::string, int>{{"sent", all}}));
  auto const letters = came();
  ASSERT_EQ(letters.size(), static_cast<std::size_t>(all));
  std::set<std::string> ids;
  for (auto letter : letters) ids.insert(letter["id"]);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(all)) << "each once";
}

TEST_P(Smtp, AfterFourDaysItIsGivenUpAndThatIsTold) {
  set_mail(1);
  a_run_fails();
  std::int64_t now = noon;
  for (int i = 0; i < 60 && (i == 0 || items()[0].state == "waiting"); ++i) {
    round(now);
    now = std::max(now + 61, items()[0].due);
  }
  ASSERT_EQ(states(), (std::map<std::string, int>{{"given up", 1}}));
  auto const item = items()[0];
  EXPECT_GE(item.ended - item.created, 4 * 24 * 3600);
  EXPECT_LT(item.ended - item.created, 5 * 24 * 3600);
  EXPECT_EQ(letters::letters_waiting(operations()).given_up, 1);
}

// The threads of a server, and a mail server that takes a connection and says nothing.
TEST_P(Smtp, NoRunWaitsForASilentServer) {
  int port = 0;
  int const socket = listening(port);
  set_mail(port);
  add_source();
  auto options = *options_;
  std::atomic<std::int64_t> clock{noon};
  options.now = [&] { return clock.load(); };
  options.look_every = std::chrono::milliseconds(5);
  options.on_trouble = [](std::string const& what) { ADD_FAILURE() << what; };
  a_run_fails();
  {
    letters::PostOffice office(options);
    pollfd wait{socket, POLLIN, 0};
    ASSERT_EQ(::poll(&wait, 1, 60'000), 1) << "it has begun to send";
    EXPECT_EQ(sync(two_schools(3)).outcome, "applied");
    auto const one = items().back();
    EXPECT_EQ(std::pair(one.state, one.attempts), std::pair(std::string("waiting"), std::int64_t{1})) << "and still it is sending";
  }
  ::close(socket);
}

}  // namespace
}  // namespace rollbook::test
