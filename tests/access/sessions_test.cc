// Sessions of browsers, tokens of programs, one-time links, and the log of it all.
#include "access/sessions.h"

#include "people.h"

namespace rollbook::test {
namespace {

using namespace access;

class Sessions : public WithPeople {};
class Tokens : public WithPeople {
 protected:
  Token wanted(Account const& account, Level level = Level::Reporting, std::optional<std::int64_t> org = {}, bool demographics = false) {
    return {0, account.id, "night script", {lakeside, org, level, demographics}, "", "", noon + 1000};
  }
};
class Links : public WithPeople {};
class Audit : public WithPeople {};
INSTANTIATE_TEST_SUITE_P(Access, Sessions, both_databases(), name_of_database);
INSTANTIATE_TEST_SUITE_P(Access, Tokens, both_databases(), name_of_database);
INSTANTIATE_TEST_SUITE_P(Access, Links, both_databases(), name_of_database);
INSTANTIATE_TEST_SUITE_P(Access, Audit, both_databases(), name_of_database);

TEST_P(Sessions, AreFoundByTheirTokenAlone) {
  auto const anna = add("anna@x.example"), bert = add("bert@x.example");
  auto const one = begin_session(*db, anna.id, "10.0.0.1", "browser", noon), other = begin_session(*db, bert.id, "10.0.0.1", "browser", noon);
  auto const found = find_session(*db, one.token, noon);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->account, anna.id);
  EXPECT_EQ(found->csrf, one.session.csrf);
  EXPECT_EQ(found->begun, "2026-11-22T12:00:00Z");
  EXPECT_NE(one.session.csrf, other.session.csrf);
  EXPECT_NE(one.session.csrf, one.token);
  for (auto const& token : {std::string(), std::string("x"), one.session.csrf, one.token + "x", std::string("\xff\0", 2)})
    EXPECT_FALSE(find_session(*db, token, noon));
}

TEST_P(Sessions, EndWhenTheyAreIdleAndWhenTheyAreOld) {
  auto const anna = add("anna@x.example");
  auto const idle = begin_session(*db, anna.id, "10.0.0.1", "browser", noon);
  EXPECT_TRUE(find_session(*db, idle.token, noon + 59)) << "not noted: it was seen a minute ago";
  EXPECT_EQ(list_sessions(*db, anna.id, noon)[0].last_seen, "2026-11-22T12:00:00Z");
  EXPECT_TRUE(find_session(*db, idle.token, noon + idle_seconds - 1));
  EXPECT_EQ(list_sessions(*db, anna.id, noon + idle_seconds)[0].last_seen, "2026-11-22T13:59:59Z");
  EXPECT_EQ(find_account(*db, anna.id)->last_seen, "2026-11-22T13:59:59Z");
  EXPECT_FALSE(find_session(*db, idle.token, noon + 2 * idle_seconds - 1));
  EXPECT_TRUE(list_sessions(*db, anna.id, noon + 2 * idle_seconds - 1).empty());
  auto const busy = begin_session(*db, anna.id, "10.0.0.1", "browser", noon);
  for (std::int64_t at = 0; at < absolute_seconds; at += 3600) EXPECT_TRUE(find_session(*db, busy.token, noon + at)) << at;
  EXPECT_TRUE(find_session(*db, busy.token, noon + absolute_seconds - 1));
  EXPECT_FALSE(find_session(*db, busy.token, noon + absolute_seconds));
  (void)begin_session(*db, anna.id, "10.0.0.1", "browser", noon + 10 * absolute_seconds);
  EXPECT_EQ(count("sessions"), 1) << "those that have ended are gone";
}

TEST_P(Sessions, ThatAClockFarAheadHasBegunDoNotLast) {
  auto const anna = add("anna@x.example");
  auto const early = begin_session(*db, anna.id, "10.0.0.1", "browser", noon + 86'400), skewed = begin_session(*db, anna.id, "10.0.0.1", "browser", noon + 5);
  EXPECT_FALSE(find_session(*db, early.token, noon));
  EXPECT_TRUE(find_session(*db, skewed.token, noon)) << "nodes differ by seconds";
}

TEST_P(Sessions, ThatBeginAtTheMomentOfDeactivationLeadNowhere) {
  auto const anna = add("anna@x.example");
  add("op@x.example", "", true);
  EXPECT_EQ(why(set_active(*db, anna.id, false, boss)), "");
  auto const late = begin_session(*db, anna.id, "10.0.0.1", "browser", noon);
  EXPECT_FALSE(find_session(*db, late.token, noon));
  EXPECT_TRUE(list_sessions(*db, anna.id, noon).empty());
}

TEST_P(Sessions, AreEndedOneByOneAndAllAtOnce) {
  auto const anna = add("anna@x.example"), bert = add("bert@x.example");
  auto const one = begin_session(*db, anna.id, "10.0.0.1", "one", noon), two = begin_session(*db, anna.id, "10.0.0.2", "two", noon),
             berts = begin_session(*db, bert.id, "10.0.0.1", "", noon);
  auto const listed = list_sessions(*db, anna.id, noon);
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].agent, "two");
  EXPECT_EQ(listed[0].csrf, "") << "that of a session is its own";
  end_session(*db, one.token, actor_of(anna, noon));
  end_session(*db, "nothing", actor_of(anna, noon));
  EXPECT_FALSE(find_session(*db, one.token, noon));
  EXPECT_TRUE(find_session(*db, two.token, noon));
  end_all_sessions(*db, anna.id, actor_of(anna, noon));
  EXPECT_FALSE(find_session(*db, two.token, noon));
  EXPECT_TRUE(find_session(*db, berts.token, noon));
  EXPECT_EQ(log(0)[0], "anna@x.example: signed out everywhere: anna@x.example");
  EXPECT_EQ(log(0)[1], "anna@x.example: signed out: anna@x.example");
}

TEST_P(Sessions, OfOneAccountAreNotMoreThanTwenty) {
  auto const anna = add("anna@x.example"), bert = add("bert@x.example");
  auto const berts = begin_session(*db, bert.id, "10.0.0.1", "", noon), first = begin_session(*db, anna.id, "10.0.0.1", "", noon);
  std::string last;
  for (int n = 1; n <= 20; ++n) last = begin_session(*db, anna.id, "10.0.0.1", "", noon + n).token;
  EXPECT_EQ(count("sessions"), 21);
  EXPECT_FALSE(find_session(*db, first.token, noon + 20));
  EXPECT_TRUE(find_session(*db, last, noon + 20));
  EXPECT_TRUE(find_session(*db, berts.token, noon + 20));
}

TEST_P(Sessions, WhatABrowserSaysOfItselfIsKeptReadable) {
  auto const anna = add("anna@x.example");
  auto const one = begin_session(*db, anna.id, "10.0.0.1", std::string("a\xff\0\n<b>", 7) + std::string(1000, 'x'), noon);
  ASSERT_FALSE(db->trouble());
  EXPECT_EQ(find_session(*db, one.token, noon)->agent,
            "a???"
            "<b>" +
                std::string(193, 'x'));
}

TEST_P(Tokens, MayWhatTheyWereMadeForAndNoMoreThanTheirAccount) {
  auto const anna = add("anna@x.example");
  give(anna, lakeside, Level::Enrollment, true);
  give(anna, hillside, Level::System);
  auto const made = make_token(*db, wanted(anna), noon, boss);
  ASSERT_TRUE(made.ok()) << why(made);
  auto const found = find_token(*db, made->secret, noon);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "night script");
  auto const may = [&] { return standing_of(standing_of(*db, *find_account(*db, anna.id)), *find_token(*db, made->secret, noon)); };
  EXPECT_TRUE(may().may_everywhere(Right::SeePeople, lakeside));
  EXPECT_FALSE(may().may(Right::RunDeliveries, lakeside)) << "more than it was made for";
  EXPECT_FALSE(may().may(Right::SeeDemographics, lakeside));
  EXPECT_FALSE(may().may(Right::SeePeople, hillside)) << "another district";
  give(anna, lakeside, Level::Standard);
  EXPECT_FALSE(may().may(Right::SeePeople, lakeside)) << "its account has lost it";
  EXPECT_TRUE(may().may(Right::SeeOwnClasses, lakeside));
  give(anna, lakeside, Level::None);
  EXPECT_TRUE(may().districts().empty());
}

TEST_P(Tokens, KeepToTheirPlace) {
  auto const anna = add("anna@x.example");
  give(anna, lakeside, Level::System);
  auto const made = make_token(*db, wanted(anna, Level::System, 7), noon, boss);
  ASSERT_TRUE(made.ok());
  auto const of = [&] { return standing_of(standing_of(*db, anna), made->token); };
  EXPECT_EQ(of().orgs(Right::SeePeople, lakeside), (std::vector<std::int64_t>{7}));
  EXPECT_FALSE(of().may(Right::RunDeliveries, lakeside));
  give(anna, lakeside, Level::None);
  give(anna, lakeside, Level::System, false, 9);
  EXPECT_FALSE(of().may(Right::SeePeople, lakeside)) << "held at another school";
  give(anna, lakeside, Level::Reporting, false, 7);
  EXPECT_EQ(of().orgs(Right::SeePeople, lakeside), (std::vector<std::int64_t>{7}));
  EXPECT_FALSE(of().may(Right::EditPeople, lakeside));
}

TEST_P(Tokens, OfAnOperatorDoNotOperate) {
  auto const both = add("both@x.example", "", true);
  give(both, lakeside, Level::System);
  auto const made = make_token(*db, wanted(both, Level::System), noon, boss);
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(standing_of(*db, both).may(Right::Operate, 0));
  EXPECT_FALSE(standing_of(standing_of(*db, both), made->token).may(Right::Operate, 0));
  EXPECT_FALSE(standing_of(standing_of(*db, both), made->token).may(Right::SeeStates, lakeside));
}

TEST_P(Tokens, ThatHoldTooMuchOrForTooLongAreNotMade) {
  auto const anna = add("anna@x.example");
  give(anna, lakeside, Level::Reporting);
  give(anna, lakeside, Level::System, false, 7);
  auto const says = [&](Token const& token) { return why(make_token(*db, token, noon, boss)); };
  auto const too_much = "A token cannot hold more than its account does, and at the same place.";
  EXPECT_EQ(says(wanted(anna, Level::Enrollment)), too_much);
  EXPECT_EQ(says(wanted(anna, Level::Reporting, {}, true)), too_much);
  EXPECT_EQ(says(wanted(anna, Level::System, 9)), too_much);
  EXPECT_EQ(says(wanted(anna, Level::None)), too_much);
  auto token = wanted(anna);
  token.scope.district = hillside;
  EXPECT_EQ(says(token), too_much);
  EXPECT_EQ(says(wanted(anna, Level::Reporting, -1)), "There is no such organization.");
  EXPECT_EQ(says(wanted(anna, Level::System, 0)), too_much);  // the first organization is not the district
  token = wanted(anna), token.ends = noon;
  EXPECT_EQ(says(token), "A token has to end some day that is still to come.");
  token.ends = noon + 367 * 86'400;
  EXPECT_EQ(says(token), "A token is good for a year at most. Make it anew then.");
  token = wanted(anna), token.name = "a\nb";
  EXPECT_EQ(says(token), "The name of the token has control characters in it.");
  token = wanted(anna), token.account = 99;
  EXPECT_EQ(says(token), "There is no such account.");
  for (int n = 0; n < 50; ++n)
    EXPECT_EQ(says(wanted(anna, n % 2 == 0 ? Level::Reporting : Level::System, n % 2 == 0 ? std::nullopt : std::optional<std::int64_t>(7))), "");
  EXPECT_EQ(says(wanted(anna)), "An account has at most 50 tokens. End one that is not used any more.");
}

TEST_P(Tokens, EndByThemselvesAndByHand) {
  auto const anna = add("anna@x.example"), bert = add("bert@x.example");
  give(anna, lakeside, Level::System);
  auto const made = make_token(*db, wanted(anna), noon, boss);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(list_tokens(*db, anna.id)[0].last_used, "");
  EXPECT_TRUE(find_token(*db, made->secret, noon + 999));
  EXPECT_EQ(list_tokens(*db, anna.id)[0].last_used, "2026-11-22T12:16:39Z");
  EXPECT_FALSE(find_token(*db, made->secret, noon + 1000));
  EXPECT_FALSE(find_token(*db, made->secret.substr(9), noon));
  EXPECT_FALSE(find_session(*db, made->secret, noon)) << "a token is no cookie";
  EXPECT_EQ(why(end_token(*db, bert.id, made->token.id, boss)), "There is no such token.") << "it is Anna's";
  EXPECT_TRUE(find_token(*db, made->secret, noon));
  EXPECT_EQ(why(end_token(*db, anna.id, made->token.id, boss)), "");
  EXPECT_FALSE(find_token(*db, made->secret, noon));
  EXPECT_EQ(log(lakeside)[0], "boss@lakeside.example: token ended: anna@x.example: night script");
  EXPECT_EQ(log(lakeside)[1], "boss@lakeside.example: token made: anna@x.example: night script, reporting, until 2026-11-22T12:16:40Z");
}

TEST_P(Links, SetAPasswordOnce) {
  auto const anna = add("anna@x.example");
  give(anna, lakeside, Level::Reporting);
  auto const link = make_link(*db, "invitation", anna.id, noon, 1000, boss);
  ASSERT_TRUE(link.ok());
  EXPECT_EQ(look_at_link(*db, *link, noon)->account, anna.id);
  EXPECT_EQ(why(use_link(*db, *link, "", "", "short", noon, boss)).find("A password has at least"), 0u);
  EXPECT_TRUE(look_at_link(*db, *link, noon)) << "a password that was refused uses nothing up";
  auto const used = use_link(*db, *link, "mallory@x.example", "Mallory", good, noon, boss);
  ASSERT_TRUE(used.ok()) << why(used);
  EXPECT_EQ(used->email, "anna@x.example") << "whose it is stands in the link alone";
  EXPECT_EQ(sign_in("anna@x.example", good), "");
  auto const passwords = passwords_computed();
  EXPECT_EQ(why(use_link(*db, *link, "", "", better, noon, boss)).find("This link is not good any more"), 0u);
  EXPECT_EQ(passwords_computed(), passwords) << "and it costs nothing";
  auto const lines = log(lakeside);
  EXPECT_EQ(lines[1], "boss@lakeside.example: password set: anna@x.example");
  EXPECT_EQ(lines[2], "boss@lakeside.example: link used: anna@x.example: invitation");
  EXPECT_EQ(lines[3], "boss@lakeside.example: link made: anna@x.example: invitation");
}

TEST_P(Links, EndAndAreReplacedByNewerOnes) {
  auto const anna = add("anna@x.example"), bert = add("bert@x.example");
  auto const first = make_link(*db, "invitation", anna.id, noon, 1000, boss), berts = make_link(*db, "invitation", bert.id, noon, 1000, boss);
  auto const second = make_link(*db, "set-password", anna.id, noon, 1000, boss);
  EXPECT_FALSE(look_at_link(*db, *first, noon));
  EXPECT_TRUE(look_at_link(*db, *second, noon + 999));
  EXPECT_FALSE(look_at_link(*db, *second, noon + 1000));
  EXPECT_FALSE(use_link(*db, *second, "", "", good, noon + 1000, boss).ok());
  EXPECT_TRUE(look_at_link(*db, *berts, noon));
  for (auto const* const token : {"", "x", "\xff"}) EXPECT_FALSE(look_at_link(*db, token, noon));
  EXPECT_EQ(why(make_link(*db, "set-password", 99, noon, 1000, boss)), "There is no such account.");
  EXPECT_EQ(why(set_active(*db, bert.id, false, boss)), "");
  EXPECT_EQ(why(make_link(*db, "set-password", bert.id, noon, 1000, boss)), "bert@x.example is deactivated, and its links would lead nowhere.");
}

TEST_P(Links, TheFirstOperatorIsMadeOnce) {
  add("anna@x.example", good);
  auto const one = make_link(*db, "first-operator", {}, noon, 1000, boss), two = make_link(*db, "first-operator", {}, noon, 1000, boss);
  ASSERT_TRUE(look_at_link(*db, *one, noon) && look_at_link(*db, *two, noon)) << "two nodes that start print one each";
  EXPECT_EQ(why(use_link(*db, *one, "no e-mail", "Operator", good, noon, boss)).find("This is no e-mail address"), 0u);
  EXPECT_EQ(why(use_link(*db, *one, "anna@x.example", "Operator", good, noon, boss)), "There is an account of anna@x.example already.");
  EXPECT_EQ(sign_in("anna@x.example", good), "") << "whose password is as it was";
  auto const made = use_link(*db, *one, "Op@x.example", "Operator", good, noon, boss);
  ASSERT_TRUE(made.ok()) << why(made);
  EXPECT_TRUE(made->is_operator);
  EXPECT_TRUE(has_any_operator(*db));
  EXPECT_EQ(sign_in("op@x.example", good), "");
  EXPECT_FALSE(look_at_link(*db, *two, noon));
  EXPECT_FALSE(use_link(*db, *two, "second@x.example", "Operator", good, noon, boss).ok());
}

TEST_P(Links, WhicheverStatementFailsALinkIsUsedWholeOrNotAtAll) {
  auto const link = make_link(*db, "first-operator", {}, noon, 1000, boss);
  for (int n = 0;; ++n) {
    int calls = 0;
    db->fault = [&]() -> std::optional<Trouble> { return calls++ == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    auto const used = use_link(*db, *link, "op@x.example", "Operator", good, noon, boss);
    db->fault = nullptr;
    if (used.ok()) {
      EXPECT_GT(n, 8);
      break;
    }
    ASSERT_TRUE(db->recover());
    EXPECT_EQ(count("accounts") + count("credentials"), 0) << "statement " << n;
    ASSERT_TRUE(look_at_link(*db, *link, noon)) << "statement " << n;
    ASSERT_LT(n, 100);
  }
  EXPECT_EQ(sign_in("op@x.example", good), "");
}

TEST_P(Audit, IsReadPageByPageNewestFirst) {
  for (int n = 1; n <= 7; ++n) {
    store::note(*db, {"anna@x.example", "2026-11-22T12:00:0" + std::to_string(n) + "Z"}, lakeside, n % 2 == 0 ? "even" : "odd", std::to_string(n));
    store::note(*db, {"bert@x.example", ""}, hillside, "odd", "of the other");
  }
  std::string seen;
  AuditFilter filter;
  for (int pages = 0; pages < 10; ++pages) {
    auto const page = read_audit(*db, lakeside, filter, 4);
    ASSERT_TRUE(page.ok());
    EXPECT_LE(page->entries.size(), 4u);
    for (auto const& entry : page->entries) seen += entry.detail + " ";
    filter.before = page->next;
    if (!filter.before) break;
    seen += "| ";
  }
  EXPECT_EQ(seen, "7 6 5 4 | 3 2 1 Lakeside ");
  auto const of = [&](AuditFilter const& wanted) {
    std::string all;
    auto const page = read_audit(*db, lakeside, wanted, 100);
    for (auto const& entry : page->entries) all += entry.detail + " ";
    return all;
  };
  EXPECT_EQ(of({"", "even", {}}), "6 4 2 ");
  EXPECT_EQ(of({"anna@x.example", "odd", {}}), "7 5 3 1 ");
  EXPECT_EQ(of({"bert@x.example", "", {}}), "") << "of another district";
  EXPECT_EQ(of({std::string("\0", 1), "", {}}), "");
  EXPECT_EQ(of({"\xff", "\xff", {}}), "");
  store::note(*db, {"anna@x.example", "2026-11-22T12:00:08Z", "192.0.2.7"}, lakeside, "odd", "from outside");
  store::note(*db, {"anna@x.example", "2026-11-22T12:00:09Z", "command line"}, lakeside, "odd", "from inside");
  EXPECT_EQ(of({.who = "", .what = "", .before = {}, .from_where = "192.0.2.7"}), "from outside ");
  EXPECT_EQ(of({.who = "", .what = "", .before = {}, .from_where = "192.0.2"}), "") << "an address, not the beginning of one";
  EXPECT_EQ(audit_places(*db, lakeside, 10), (std::vector<std::string>{"192.0.2.7", "command line"}));
  EXPECT_FALSE(db->trouble());
}

TEST_P(Audit, WhatHappensToAPersonStandsInAllTheirDistricts) {
  auto const anna = add("anna@x.example", good), op = add("op@x.example", good, true);
  give(anna, lakeside, Level::System);
  give(anna, hillside, Level::Standard);
  give(anna, hillside, Level::Reporting, false, 3);
  give(op, hillside, Level::Standard);
  auto const before = log(lakeside).size();
  ASSERT_EQ(sign_in("anna@x.example", good), "");
  EXPECT_EQ(log(lakeside).size(), before + 1);
  EXPECT_EQ(log(hillside)[0], "anna@x.example: signed in: anna@x.example");
  EXPECT_NE(log(hillside)[1], log(hillside)[0]) << "once, though two places are held";
  EXPECT_NE(log(0)[0], log(hillside)[0]);
  ASSERT_EQ(sign_in("op@x.example", good), "");
  EXPECT_EQ(log(0)[0], "op@x.example: signed in: op@x.example");
  EXPECT_EQ(log(hillside)[0], log(0)[0]);
}

}  // namespace
}  // namespace rollbook::test
