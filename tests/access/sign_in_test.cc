// Signing in, and being slowed down.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "access/throttle.h"
#include "people.h"

namespace rollbook::test {
namespace {

using namespace access;

class SigningIn : public WithPeople {
 protected:
  std::uint64_t computed(auto const& work) {
    auto const before = passwords_computed();
    work();
    return passwords_computed() - before;
  }
};
INSTANTIATE_TEST_SUITE_P(Access, SigningIn, both_databases(), name_of_database);

std::string again_in(std::string const& when) { return "There were too many attempts to sign in. Try again in " + when + "."; }

TEST_P(SigningIn, TheRightPasswordGetsIn) {
  auto const anna = add("anna@x.example", good);
  auto const in = try_sign_in(" ANNA@x.example", good);
  ASSERT_TRUE(in.ok()) << why(in);
  EXPECT_EQ(in->id, anna.id);
  EXPECT_EQ(find_account(*db, anna.id)->last_seen, "2026-11-22T12:00:00Z");
  EXPECT_EQ(count("sign_in_failures"), 0) << "what was right is no failure";
}

TEST_P(SigningIn, WhoIsNotThereIsToldTheSameForTheSameWork) {
  add("anna@x.example", good);
  add("invited@x.example");
  EXPECT_EQ(why(set_active(*db, add("gone@x.example", good).id, false, boss)), "");
  for (auto const* const email : {"anna@x.example", "nobody@x.example", "invited@x.example", "gone@x.example", "no e-mail", ""}) {
    EXPECT_EQ(computed([&] { EXPECT_EQ(sign_in(email, better), not_right) << email; }), 1u) << email;
    for (int n = 1; n < 5; ++n) EXPECT_EQ(sign_in(email, better), not_right) << email << n;
    EXPECT_EQ(sign_in(email, better), again_in("5 seconds")) << email;
  }
  EXPECT_EQ(computed([&] { EXPECT_EQ(sign_in("anna@x.example", std::string(1025, 'x'), noon, "10.0.0.2"), not_right); }), 0u);
  EXPECT_EQ(sign_in(std::string("\xff\0@'; DROP TABLE accounts", 26), std::string("\xff\0", 2), noon, "10.0.0.3"), not_right);
  EXPECT_EQ(count("accounts"), 3);
}

TEST_P(SigningIn, WaitsGrowAndTheRightPasswordWaitsToo) {
  add("anna@x.example", good);
  std::int64_t now = noon;
  for (int n = 0; n < 5; ++n) EXPECT_EQ(sign_in("anna@x.example", better, now), not_right) << n;
  for (auto const& [seconds, said] : std::vector<std::pair<std::int64_t, std::string>>{{5, "5 seconds"},
                                                                                       {10, "10 seconds"},
                                                                                       {20, "20 seconds"},
                                                                                       {40, "40 seconds"},
                                                                                       {80, "2 minutes"},
                                                                                       {160, "3 minutes"},
                                                                                       {320, "6 minutes"},
                                                                                       {640, "11 minutes"}}) {
    EXPECT_EQ(sign_in("anna@x.example", good, now), again_in(said));
    EXPECT_EQ(sign_in("anna@x.example", good, now + seconds - 1), again_in("a second"));
    now += seconds;
    EXPECT_EQ(sign_in("anna@x.example", better, now), not_right) << seconds;
  }
  EXPECT_EQ(sign_in("anna@x.example", good, now), again_in("15 minutes"));
  EXPECT_EQ(sign_in("anna@x.example", good, now + 899), again_in("a second"));
  EXPECT_EQ(sign_in("anna@x.example", good, now + 900), "");
  EXPECT_EQ(sign_in("anna@x.example", better, now + 900), not_right) << "and all is forgotten: no wait";
  EXPECT_EQ(sign_in("anna@x.example", good, now + 900), "");
}

TEST_P(SigningIn, AClockThatWasWrongLocksNobodyOut) {
  add("anna@x.example", good);
  for (int n = 0; n < 5; ++n) (void)sign_in("anna@x.example", better, noon + 1'000'000'000);
  EXPECT_EQ(sign_in("anna@x.example", better, noon), not_right);
  EXPECT_EQ(sign_in("anna@x.example", good, noon), "");
}

TEST_P(SigningIn, FailuresAreForgottenOneByOne) {
  add("anna@x.example", good);
  for (int n = 0; n < 4; ++n) EXPECT_EQ(sign_in("anna@x.example", better, noon), not_right);
  for (int hour = 1; hour < 30; ++hour) EXPECT_EQ(sign_in("anna@x.example", better, noon + hour * 3600), not_right) << hour;
  EXPECT_EQ(sign_in("anna@x.example", better, noon + 29 * 3600 + 450), not_right) << "the fifth that is remembered";
  EXPECT_EQ(sign_in("anna@x.example", good, noon + 29 * 3600 + 451), again_in("4 seconds"));
  EXPECT_EQ(sign_in("anna@x.example", good, noon + 30 * 3600 + 1), "");
}

TEST_P(SigningIn, TenThousandFromOneAddressCostFewPasswords) {
  add("anna@x.example", good);
  auto const cost = computed([&] {
    for (int n = 0; n < 10'000; ++n) (void)sign_in("person" + std::to_string(n) + "@x.example", better, noon + n / 1000);
  });
  EXPECT_GE(cost, 50u);
  EXPECT_LE(cost, 53u);
  EXPECT_NE(sign_in("anna@x.example", good, noon + 10), "") << "the whole address is slowed";
  EXPECT_EQ(sign_in("anna@x.example", good, noon + 10, "10.0.0.2"), "") << "no other one";
}

TEST_P(SigningIn, ManyAtTheSameMomentAreCountedBeforeTheyAreComputed) {
  add("anna@x.example", good);
  auto const cost = computed([&] {
    std::vector<std::thread> all;
    for (int n = 0; n < 8; ++n)
      all.emplace_back([own = another().release()] {
        std::unique_ptr<store::Database> const mine(own);
        for (int m = 0; m < 10; ++m) (void)access::sign_in(*mine, {"anna@x.example", better, "10.0.0.1", noon});
      });
    for (auto& one : all) one.join();
  });
  EXPECT_EQ(cost, 5u);
}

TEST_P(SigningIn, AttemptsThatOverlapAreTakenBackOneByOneInAnyOrder) {
  auto const failures = [&] {
    auto row = db->prepare("SELECT CAST(coalesce(sum(failures), 0) AS BIGINT) FROM sign_in_failures");
    return row->step() ? row->integer(0) : -1;
  };
  auto const begin = [&] { return *begin_attempt(*db, "anna@x.example", "10.0.0.1", {}, noon); };
  auto const back = [&](Attempt const& attempt) { EXPECT_EQ(why(db->transaction([&] { return take_back(*db, attempt), true; })), ""); };
  auto const one = begin(), two = begin(), three = begin();
  EXPECT_EQ(failures(), 9) << "each counts for the e-mail there, for the address, and for the e-mail";
  back(one);
  EXPECT_EQ(failures(), 6);
  back(three);
  EXPECT_EQ(failures(), 3);
  back(two);
  EXPECT_EQ(failures(), 0);
  EXPECT_EQ(count("sign_in_failures"), 0);
}

TEST_P(SigningIn, APasswordThatIsChangedMeanwhileLetsNobodyInAnyMore) {
  auto const anna = add("anna@x.example", good);
  auto const other = another();
  auto const before = passwords_computed();
  bool changed = false;
  db->fault = [&]() -> std::optional<Trouble> {
    if (!changed && passwords_computed() > before) {  // the old one was just found to be right
      changed = true;
      EXPECT_EQ(why(set_password(*other, anna.id, better, boss)), "");
    }
    return std::nullopt;
  };
  EXPECT_EQ(sign_in("anna@x.example", good), not_right);
  db->fault = nullptr;
  EXPECT_TRUE(changed);
  EXPECT_EQ(sign_in("anna@x.example", better), "");
}

TEST_P(SigningIn, StrangersKeepNobodyOutOfTheirUsualPlace) {
  auto const anna = add("anna@x.example", good);
  EXPECT_EQ(sign_in("anna@x.example", good, noon, "10.0.0.1"), "");
  (void)begin_session(*db, anna.id, "10.0.0.1", "browser", noon);
  for (int n = 0; n < 200; ++n) (void)sign_in("anna@x.example", better, noon + 1, "172.16.0." + std::to_string(n));
  EXPECT_EQ(sign_in("anna@x.example", good, noon + 2, "192.168.0.1").find("There were too many"), 0u) << "somewhere new it is slowed, whoever comes";
  for (int n = 0; n < 60; ++n) (void)sign_in("x" + std::to_string(n) + "@x.example", better, noon + 1, "10.0.0.1");
  EXPECT_NE(sign_in("new@x.example", good, noon + 2, "10.0.0.1"), not_right) << "the address is full";
  EXPECT_EQ(sign_in("anna@x.example", good, noon + 2, "10.0.0.1"), "") << "where Anna is known, only what she mistypes counts";
  for (int n = 0; n < 5; ++n) EXPECT_EQ(sign_in("anna@x.example", better, noon + 3, "10.0.0.1"), not_right);
  EXPECT_EQ(sign_in("anna@x.example", good, noon + 3, "10.0.0.1"), again_in("5 seconds")) << "but that counts";
  auto const half_a_year_later = noon + 180 * 86'400;
  for (int n = 0; n < 60; ++n) (void)sign_in("x" + std::to_string(n) + "@x.example", better, half_a_year_later, "10.0.0.1");
  EXPECT_NE(sign_in("anna@x.example", good, half_a_year_later, "10.0.0.1"), "") << "she was long away";
}

TEST_P(SigningIn, ALinkIsTheWayInForWhoIsLockedOut) {
  auto const anna = add("anna@x.example", good);
  for (int n = 0; n < 6; ++n) (void)sign_in("anna@x.example", better);
  ASSERT_NE(sign_in("anna@x.example", good), "");
  auto const link = make_link(*db, "set-password", anna.id, noon, 1000, boss);
  EXPECT_EQ(why(use_link(*db, *link, "", "", better, noon, boss)), "");
}

TEST_P(SigningIn, OtherPeopleWhoComeInDoNotHelpWhoGuesses) {
  add("anna@x.example", good);
  add("mallory@x.example", good);
  for (int n = 0; n < 49; ++n) EXPECT_EQ(sign_in("p" + std::to_string(n) + "@x.example", better), not_right) << n;
  EXPECT_EQ(sign_in("mallory@x.example", good), "") << "taken back: it leaves the address as it was";
  EXPECT_EQ(sign_in("mallory@x.example", good), "");
  EXPECT_EQ(sign_in("q@x.example", better), not_right) << "the fiftieth";
  EXPECT_EQ(sign_in("mallory@x.example", good), again_in("5 seconds"));
}

TEST_P(SigningIn, FailuresAreNotedWithoutWhatWasTyped) {
  auto const anna = add("anna@x.example", good);
  give(anna, lakeside, Level::System);
  for (int n = 0; n < 20; ++n) (void)sign_in("anna@x.example", "a wrong password");
  (void)sign_in("my password in the wrong field", "");
  (void)sign_in("anna@x.example", good, noon + 10);
  auto const lines = log(lakeside);
  EXPECT_EQ(lines[0], "anna@x.example: signed in: anna@x.example");
  EXPECT_EQ(lines[1], "somebody: sign-in failed: anna@x.example: no other attempt from there for 5 seconds");
  for (int n = 2; n < 6; ++n) EXPECT_EQ(lines[n], "somebody: sign-in failed: anna@x.example");
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](auto const& line) { return line.find("failed") != std::string::npos; }), 5)
      << "refused ones were no attempts";
  for (auto const district : {lakeside, std::int64_t{0}})
    for (auto const& line : log(district)) EXPECT_EQ(line.find("wrong"), std::string::npos) << line;
}

TEST_P(SigningIn, WhatIsForgottenIsNotKept) {
  for (int n = 0; n < 40; ++n) (void)sign_in("p" + std::to_string(n) + "@x.example", better);
  EXPECT_EQ(count("sign_in_failures"), 40 + 40 + 1);
  (void)sign_in("p@x.example", better, noon + 86'400);
  EXPECT_EQ(count("sign_in_failures"), 3);
}

TEST_P(SigningIn, APasswordThatWasMadeCheaplyIsMadeAnew) {
  auto const anna = add("anna@x.example", good);
  auto const kept = [&] {
    auto row = db->prepare("SELECT secret FROM credentials");
    return row->step() ? std::string(row->text(0)) : "";
  };
  auto const before = kept();
  set_hashing({2, 16384});
  EXPECT_EQ(sign_in("anna@x.example", better), not_right);
  EXPECT_EQ(kept(), before);
  EXPECT_EQ(sign_in("anna@x.example", good), "");
  EXPECT_NE(kept(), before);
  EXPECT_FALSE(is_dated(kept()));
  EXPECT_EQ(sign_in("anna@x.example", good), "");
  set_hashing({1, 8192});
}

TEST_P(SigningIn, WhoComesWhenTooManyDoIsToldSoAndNotCounted) {
  add("anna@x.example", good);
  std::atomic<bool> enough = false;
  std::vector<std::thread> crowd;
  for (int n = 0; n < 60; ++n)
    crowd.emplace_back([&] {
      while (!enough)
        if (!hash_password(better)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
  std::string said;
  for (int n = 0; n < 500 && said.empty(); ++n) said = sign_in("anna@x.example", good);
  enough = true;
  for (auto& one : crowd) one.join();
  EXPECT_EQ(said, "Very many people sign in at this moment. Try again in a minute.");
  EXPECT_EQ(count("sign_in_failures"), 0);
  EXPECT_EQ(sign_in("anna@x.example", good), "");
}

TEST_P(SigningIn, ADatabaseThatFailsLetsNobodyIn) {
  auto const anna = add("anna@x.example", good);
  for (int n = 0;; ++n) {
    int calls = 0;
    db->fault = [&]() -> std::optional<Trouble> { return calls++ == n ? std::optional(Trouble{"made to fail"}) : std::nullopt; };
    auto const in = try_sign_in("anna@x.example", good, noon + n * 3600);
    db->fault = nullptr;
    if (in.ok()) {
      EXPECT_GT(n, 8);
      return;
    }
    ASSERT_TRUE(db->trouble()) << why(in);
    ASSERT_TRUE(db->recover());
    ASSERT_LT(n, 100);
  }
}

TEST(Addresses, OfIPv6AreTheirFirstHalf) {
  EXPECT_EQ(network_of("10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(network_of("2001:db8:1:2::9"), network_of("2001:db8:1:2:3:4:5:6"));
  EXPECT_NE(network_of("2001:db8:1:3::9"), network_of("2001:db8:1:2::9"));
  EXPECT_EQ(network_of("::ffff:10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(network_of("fe80::1%eth0"), "fe80::");
  EXPECT_EQ(network_of("unix"), "unix");
}

}  // namespace
}  // namespace rollbook::test
