// Accounts, what they hold, and their passwords.
#include "people.h"

#include <atomic>
#include <thread>

#include "access/passwords.h"

namespace rollbook::test {
namespace {

using namespace access;

class Accounts : public WithPeople {};
INSTANTIATE_TEST_SUITE_P(Access, Accounts, both_databases(), name_of_database);

TEST_P(Accounts, APersonIsThereOnceHoweverTheEmailIsWritten) {
  auto const anna = add(" Anna.Berg@Lakeside.Example ");
  EXPECT_EQ(anna.email, "anna.berg@lakeside.example");
  EXPECT_EQ(why(add_account(*db, "ANNA.BERG@lakeside.example", "Anna", false, boss)), "There is an account of anna.berg@lakeside.example already.");
  EXPECT_EQ(find_account_by_email(*db, "anna.BERG@lakeside.example")->id, anna.id);
  EXPECT_EQ(find_account(*db, anna.id)->name, "Some Person");
  EXPECT_EQ(list_accounts(*db, 0).size(), 1u);
}

TEST_P(Accounts, WhatIsNoEmailOrNoNameIsRefused) {
  for (std::string const& email :
       std::vector<std::string>{"", "anna", "@x.example", "anna@", "a b@x.example", "a@x..example", ".a@x.example", "a.@x.example", "a@-x.example", "a@x-",
                                "\xff@x.example", std::string("a\0@x.example", 12), "änna@x.example", "a<b>@x.example", std::string(65, 'a') + "@x.example",
                                "a@" + std::string(64, 'x'), "a@" + std::string(253, 'x')})
    EXPECT_EQ(why(add_account(*db, email, "Anna", false, boss)), "This is no e-mail address. They are written like anna@lakeside.example.") << email;
  for (std::string const& name : std::vector<std::string>{"", " Anna", "An\nna", "\xff"})
    EXPECT_EQ(why(add_account(*db, "anna@x.example", name, false, boss)).find("The name of the person "), 0u) << name;
  EXPECT_EQ(count("accounts"), 0);
  for (std::string const& email : std::vector<std::string>{"a@x", "o'brien+x@x.example", "a.b.c@x-y.example", "1@2.example"}) add(email);
  EXPECT_FALSE(find_account_by_email(*db, "\xff\xfe")) << "bytes that are no text find nobody";
  EXPECT_FALSE(db->trouble());
}

TEST_P(Accounts, HoldWhatTheyWereGiven) {
  auto const anna = add("anna@x.example");
  give(anna, lakeside, Level::Standard);
  give(anna, lakeside, Level::System, false, 7);
  give(anna, hillside, Level::Reporting, true);
  give(anna, lakeside, Level::Enrollment);  // instead
  auto const standing = standing_of(*db, anna);
  EXPECT_TRUE(standing.signed_in);
  EXPECT_EQ(standing.grants.size(), 3u);
  EXPECT_TRUE(standing.may(Right::RunDeliveries, lakeside));
  EXPECT_FALSE(standing.may(Right::RunDeliveries, hillside));
  EXPECT_TRUE(standing.may(Right::SeeDemographics, hillside));
  EXPECT_EQ(standing.orgs(Right::ManagePeople, lakeside), (std::vector<std::int64_t>{7}));
  EXPECT_EQ(list_accounts(*db, hillside).size(), 1u);
  give(anna, hillside, Level::None);
  EXPECT_FALSE(standing_of(*db, anna).may(Right::SeePeople, hillside));
  EXPECT_TRUE(list_accounts(*db, hillside).empty());
  EXPECT_EQ(log(lakeside).front(), "boss@lakeside.example: level given: anna@x.example: enrollment at the district");
  EXPECT_EQ(log(hillside).front(), "boss@lakeside.example: level taken: anna@x.example: none at the district");
}

TEST_P(Accounts, AreListedAPageAtATime) {
  std::vector<Account> all;
  for (std::string const& name : std::vector<std::string>{"Ben", "Ann", "Ben", "100% Cy", "Dora"}) {
    auto const one = *add_account(*db, "p" + std::to_string(all.size()) + "@x.example", name, false, boss);
    all.push_back(one);
    give(one, name == "Dora" ? hillside : lakeside, Level::Standard);
  }
  auto const ids = [&](std::string_view text, std::optional<Account> const& behind, std::size_t how_many) {
    std::vector<std::int64_t> found;
    for (auto const& one : list_accounts(*db, lakeside, text, behind, how_many)) found.push_back(one.id - all[0].id);
    return found;
  };
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(ids("", {}, 9), (Ids{3, 1, 0, 2}));
  EXPECT_EQ(ids("", {}, 2), (Ids{3, 1}));
  EXPECT_EQ(ids("", all[1], 9), (Ids{0, 2}));
  EXPECT_EQ(ids("", all[0], 9), (Ids{2})) << "of the same name";
  EXPECT_EQ(ids("bEN", {}, 9), (Ids{0, 2}));
  EXPECT_EQ(ids("P1@", {}, 9), (Ids{1}));
  EXPECT_EQ(ids("0%", {}, 9), (Ids{3}));
  for (auto const text : {std::string_view("_"), std::string_view("\\"), std::string_view("\xff"), std::string_view("\0", 1), std::string_view("'")})
    EXPECT_EQ(ids(text, {}, 9), Ids());
  EXPECT_FALSE(db->trouble());
}

TEST_P(Accounts, GrantsThatMeanNothingAreRefused) {
  auto const anna = add("anna@x.example");
  EXPECT_EQ(why(grant(*db, anna.id, {99, {}, Level::System, false}, boss)), "There is no such district.");
  EXPECT_EQ(why(grant(*db, 99, {lakeside, {}, Level::System, false}, boss)), "There is no such account.");
  EXPECT_EQ(why(grant(*db, anna.id, {lakeside, {}, Level::Standard, true}, boss)),
            "Demographics are seen by whoever sees people: give at least the level reporting with them.");
  EXPECT_EQ(why(grant(*db, anna.id, {lakeside, -1, Level::System, false}, boss)), "There is no such organization.");
  EXPECT_EQ(count("grants"), 0);
}

// Keys begin at 0, and the district itself has none.
TEST_P(Accounts, TheFirstOrganizationIsNotTheDistrict) {
  auto const anna = add("anna@x.example");
  give(anna, lakeside, Level::System, false, 0);
  give(anna, lakeside, Level::Reporting, false, 7);
  auto const standing = standing_of(*db, anna);
  EXPECT_FALSE(standing.may_everywhere(Right::ManagePeople, lakeside));
  EXPECT_FALSE(standing.may(Right::RunDeliveries, lakeside));
  EXPECT_EQ(standing.orgs(Right::ManagePeople, lakeside), std::vector<std::int64_t>{0});
  EXPECT_EQ(standing.orgs(Right::SeePeople, lakeside), (std::vector<std::int64_t>{0, 7}));
  give(anna, lakeside, Level::None, false, 0);
  EXPECT_EQ(standing_of(*db, anna).orgs(Right::SeePeople, lakeside), std::vector<std::int64_t>{7});
}

TEST_P(Accounts, WhoIsDeactivatedIsOutAtOnce) {
  auto const anna = add("anna@x.example", good);
  give(anna, lakeside, Level::System);
  auto const session = begin_session(*db, anna.id, "10.0.0.1", "browser", noon);
  auto const token = make_token(*db, {0, anna.id, "script", {lakeside, {}, Level::Reporting, false}, "", "", noon + 1000}, noon, boss);
  auto const link = make_link(*db, "set-password", anna.id, noon, 1000, boss);
  ASSERT_TRUE(token.ok() && link.ok());
  EXPECT_EQ(why(set_active(*db, anna.id, false, boss)), "");
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(find_session(*db, session.token, noon));
    EXPECT_FALSE(find_token(*db, token->secret, noon));
    EXPECT_FALSE(look_at_link(*db, *link, noon));
    if (round == 0) {
      EXPECT_EQ(sign_in("anna@x.example", good), not_right);
      EXPECT_FALSE(standing_of(*db, *find_account(*db, anna.id)).may(Right::SignedIn, lakeside));
      EXPECT_EQ(list_grants(*db, anna.id).size(), 1u) << "it will be there when they come back";
      EXPECT_EQ(why(set_active(*db, anna.id, true, boss)), "") << "and back: what was ended stays so";
    }
  }
  EXPECT_EQ(sign_in("anna@x.example", good), "");
  EXPECT_EQ(log(lakeside)[1], "boss@lakeside.example: account activated: anna@x.example");
}

TEST_P(Accounts, TheLastOperatorStays) {
  EXPECT_FALSE(has_any_operator(*db));
  auto const first = add("first@x.example", "", true), second = add("second@x.example", "", true);
  EXPECT_EQ(why(set_active(*db, first.id, false, boss)), "");
  EXPECT_EQ(why(set_active(*db, second.id, false, boss)).find("second@x.example is the only operator."), 0u);
  EXPECT_TRUE(has_any_operator(*db));
}

TEST_P(Accounts, TheLastSystemOfADistrictStaysWhereThatIsAskedFor) {
  auto const anna = add("anna@x.example"), bert = add("bert@x.example");
  give(anna, lakeside, Level::System), give(bert, lakeside, Level::System), give(bert, hillside, Level::System);
  auto const last = "This is the last person with the level System at the district. Give it to somebody else first.";
  auto const take = [&](Account const& account, std::int64_t district) {
    return why(grant(*db, account.id, {district, {}, Level::Enrollment, false}, boss, Leaves::ASystem));
  };
  EXPECT_EQ(take(bert, hillside), last);
  EXPECT_EQ(why(set_active(*db, bert.id, false, boss, Leaves::ASystem)), last) << "of the other district";
  EXPECT_EQ(take(bert, lakeside), "");
  EXPECT_EQ(take(anna, lakeside), last);
  EXPECT_EQ(why(set_active(*db, anna.id, false, boss, Leaves::ASystem)), last);
  EXPECT_EQ(why(grant(*db, anna.id, {lakeside, {}, Level::System, true}, boss, Leaves::ASystem)), "") << "what stays System may change";
  EXPECT_EQ(why(grant(*db, anna.id, {lakeside, 3, Level::None, false}, boss, Leaves::ASystem)), "") << "and what is held elsewhere";
  EXPECT_EQ(why(set_active(*db, anna.id, false, boss)), "") << "the operator's command may";
}

TEST_P(Accounts, OfTwoWhoTakeItFromEachOtherAtTheSameInstantOneKeepsIt) {
  auto const anna = add("anna@x.example"), bert = add("bert@x.example");
  auto one = another(), two = another();
  for (int round = 0; round < 25; ++round) {
    give(anna, lakeside, Level::System), give(bert, lakeside, Level::System);
    std::atomic<int> ready = 0;
    std::atomic<int> done = 0;
    auto const take = [&](store::Database& database, Account const& from) {
      for (++ready; ready < 2;) std::this_thread::yield();
      bool const taken = round % 2 == 0 ? !grant(database, from.id, {lakeside, {}, Level::None, false}, boss, Leaves::ASystem)
                                        : !set_active(database, from.id, false, boss, Leaves::ASystem);
      if (taken) ++done;
    };
    std::thread first([&] { take(*one, bert); }), second([&] { take(*two, anna); });
    first.join(), second.join();
    EXPECT_EQ(done, 1);
    EXPECT_TRUE(has_system(*db, lakeside)) << "round " << round;
    for (auto const& account : {anna, bert}) EXPECT_EQ(why(set_active(*db, account.id, true, boss)), "");
  }
}

TEST_P(Accounts, APasswordIsLongAndNotWhatEverybodyTries) {
  auto const anna = add("annaberglund@x.example");
  auto const says = [&](std::string const& password) { return why(set_password(*db, anna.id, password, boss)); };
  EXPECT_EQ(says("elevenchars"), "A password has at least 12 characters. Three or four words that do not belong together are easy to remember.");
  EXPECT_EQ(says("åååååbåäöåå"), says("short")) << "eleven characters, of more bytes";
  EXPECT_EQ(says(std::string(1025, 'x')), "A password has at most 1,024 bytes.");
  for (auto const* const password : {"annaberglund@x.example", "AnnaBerglund", "annaberglund2026!", "Some Person 2026", "someperson12"})
    EXPECT_EQ(says(password), "A password must not be the e-mail or the name: these are tried first. Choose another one.") << password;
  for (auto const* const password :
       {"password1234", "Password2026!", "123456789012", "aaaaaaaaaaaa", "abcabcabcabc", "qwertyuiop12", "Welcome12345", "987654321098"})
    EXPECT_EQ(says(password), "Very many people have this password, so it is tried first. Choose another one.") << password;
  EXPECT_EQ(count("credentials"), 0);
  for (std::string const& password : std::vector<std::string>{good, "27-93-88-41-65", std::string("nul\0nul\0 and more", 17), "tolv tecken åäö"}) {
    EXPECT_EQ(says(password), "") << password;
    EXPECT_EQ(sign_in("annaberglund@x.example", password), "") << password;
  }
  EXPECT_EQ(sign_in("annaberglund@x.example", std::string("nul\0nul\0 and", 12)), not_right) << "what is behind a NUL counts";
}

TEST_P(Accounts, ANewPasswordEndsWhatTheOldOneBegan) {
  auto const anna = add("anna@x.example", good), other = add("other@x.example", good);
  auto const here = begin_session(*db, anna.id, "10.0.0.1", "here", noon), there = begin_session(*db, anna.id, "10.0.0.2", "there", noon);
  auto const others = begin_session(*db, other.id, "10.0.0.2", "there", noon);
  auto const link = make_link(*db, "set-password", anna.id, noon, 1000, boss);
  EXPECT_EQ(why(set_password(*db, anna.id, better, boss, here.session.id)), "");
  EXPECT_TRUE(find_session(*db, here.token, noon));
  EXPECT_FALSE(find_session(*db, there.token, noon));
  EXPECT_TRUE(find_session(*db, others.token, noon));
  EXPECT_FALSE(look_at_link(*db, *link, noon));
  EXPECT_EQ(sign_in("anna@x.example", good), not_right);
  EXPECT_EQ(sign_in("anna@x.example", better), "");
  EXPECT_EQ(why(set_password(*db, anna.id, good, boss)), "");
  EXPECT_FALSE(find_session(*db, here.token, noon)) << "none was to be kept";
  EXPECT_EQ(why(set_password(*db, 99, good, boss)), "There is no such account.");
}

TEST_P(Accounts, NothingThatOpensIsStoredOrNoted) {
  auto const anna = add("anna@x.example", good);
  give(anna, lakeside, Level::System);
  auto const session = begin_session(*db, anna.id, "10.0.0.1", "browser", noon);
  auto const token = make_token(*db, {0, anna.id, "script", {lakeside, {}, Level::System, false}, "", "", noon + 1000}, noon, boss);
  auto const link = make_link(*db, "set-password", anna.id, noon, 1000, boss);
  (void)sign_in("typed-as-email-" + good, good);
  std::string all;
  for (auto const& [table, columns] : std::vector<std::pair<std::string, std::string>>{{"credentials", "secret"},
                                                                                       {"audit", "detail"},
                                                                                       {"audit", "who"},
                                                                                       {"links", "token"},
                                                                                       {"sessions", "token"},
                                                                                       {"sessions", "agent"},
                                                                                       {"tokens", "token"},
                                                                                       {"sign_in_failures", "subject"}}) {
    auto rows = db->prepare("SELECT " + columns + " FROM " + table);
    while (rows->step()) all += std::string(rows->blob(0)) + "\n" + std::string(rows->text(0)) + "\n";
  }
  ASSERT_NE(all.find("$argon2id$"), std::string::npos);
  for (auto const& secret : {good, session.token, session.session.csrf, token->secret, *link}) EXPECT_EQ(all.find(secret), std::string::npos);
}

TEST_P(Accounts, WhicheverStatementFailsNothingIsHalfDone) {
  auto const anna = add("anna@x.example", good);
  auto const before = count("audit");
  for (int n = 0;; ++n) {
    int calls = 0;
    db->fault = [&]() -> std::optional<Trouble> { return calls++ == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    auto const trouble = set_password(*db, anna.id, better, boss);
    db->fault = nullptr;
    if (!trouble) {
      EXPECT_GT(n, 4);
      break;
    }
    ASSERT_TRUE(db->recover());
    EXPECT_EQ(count("audit"), before) << "statement " << n;
    EXPECT_EQ(sign_in("anna@x.example", good, noon + n), "") << "statement " << n;
    db->run("DELETE FROM audit WHERE what = 'signed in'");
    ASSERT_LT(n, 100);
  }
  EXPECT_EQ(sign_in("anna@x.example", better), "");
}

TEST(Secrets, APasswordIsComputedAnewWhenItWasCheap) {
  set_hashing({1, 8192});
  auto const cheap = *hash_password(good);
  EXPECT_FALSE(is_dated(cheap));
  set_hashing({2, 16384});
  EXPECT_TRUE(is_dated(cheap));
  EXPECT_TRUE(*is_password(cheap, good));
  EXPECT_FALSE(*is_password(cheap, better));
  set_hashing({1, 8192});
}

TEST(Secrets, WhatIsUsedInEarnestIsAsDearAsItSays) {
  set_hashing({});
  auto const hash = *hash_password(good);
  set_hashing({1, 8192});
  EXPECT_EQ(hash.find("$argon2id$v=19$m=65536,t=3,p=1$"), 0u) << hash;
}

TEST(Secrets, TokensAreLongAndDifferentAndHashedByPurpose) {
  auto const one = random_token(), other = random_token();
  EXPECT_EQ(one.size(), 43u);
  EXPECT_NE(one, other);
  EXPECT_EQ(one.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos);
  EXPECT_EQ(hash_of("session", one), hash_of("session", one));
  EXPECT_NE(hash_of("session", one), hash_of("token", one));
  EXPECT_NE(hash_of("session", one), hash_of("session", other));
}

}  // namespace
}  // namespace rollbook::test
