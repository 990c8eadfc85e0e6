// Invitations: nothing is held or told before somebody has accepted.
#include "access/invitations.h"

#include <algorithm>

#include "people.h"

namespace rollbook::test {
namespace {

using namespace access;

class Invitations : public WithPeople {
 protected:
  void SetUp() override {
    WithPeople::SetUp();
    if (IsSkipped()) return;
    anna = add("anna@x.example", good);
    give(anna, lakeside, Level::System);
  }
  Invitation to(std::string const& email, Level level = Level::Reporting, std::optional<std::int64_t> org = {}) const {
    Invitation wanted;
    wanted.email = email;
    wanted.what = {lakeside, org, level, false};
    wanted.by.account = anna.id;
    return wanted;
  }
  std::string invited(Invitation const& wanted, std::int64_t now = noon) {
    auto const token = invite(*db, wanted, now, actor_of(anna, now));
    EXPECT_TRUE(token.ok()) << why(token);
    return token.ok() ? *token : "";
  }
  std::string held(Account const& account) {
    std::string all;
    for (auto const& grant : list_grants(*db, account.id))
      all += std::to_string(grant.district) + "/" + (grant.org ? std::to_string(*grant.org) : "") + ":" + std::string(name_of(grant.level)) +
             (grant.demographics ? "+" : "") + " ";
    return all;
  }
  std::vector<Invitation> open(std::int64_t now = noon) {
    return list_invitations(
               *db, lakeside, now, [](auto const&) { return true; }, {}, 1000)
        .some;
  }
  bool logged(std::string const& line) {
    auto const all = log(lakeside);
    return std::find(all.begin(), all.end(), line) != all.end();
  }

  Account anna;
};
INSTANTIATE_TEST_SUITE_P(Access, Invitations, both_databases(), name_of_database);

std::string const used_up = "This invitation is not good any more: it was used, it has ended, or it was withdrawn. Ask whoever sent it for a new one.";

TEST_P(Invitations, NothingIsHeldBeforeSomebodyAccepts) {
  auto const ben = add("ben@x.example", good);
  auto const token = invited(to(" BEN@x.example "));
  EXPECT_EQ(held(ben), "");
  ASSERT_TRUE(look_at_invitation(*db, token, noon));
  EXPECT_EQ(look_at_invitation(*db, token, noon)->email, "ben@x.example");
  EXPECT_TRUE(logged("anna@x.example: person invited: ben@x.example: reporting at the district"));
  EXPECT_EQ(why(accept_invitation(*db, token, ben, noon)), "");
  EXPECT_EQ(held(ben), std::to_string(lakeside) + "/:reporting ");
  EXPECT_TRUE(logged("ben@x.example: invitation accepted: ben@x.example"));
  EXPECT_TRUE(logged("ben@x.example: level given: ben@x.example: reporting at the district"));
  EXPECT_EQ(why(accept_invitation(*db, token, ben, noon)), used_up);
}

TEST_P(Invitations, WhoIsNewChoosesNameAndPassword) {
  auto const token = invited(to("carla@x.example", Level::Standard, 0));
  EXPECT_FALSE(find_account_by_email(*db, "carla@x.example"));
  EXPECT_NE(why(accept_as_new(*db, token, "", good, noon)), "");
  EXPECT_NE(why(accept_as_new(*db, token, "Carla", "short", noon)), "");
  auto const carla = accept_as_new(*db, token, "Carla Chen", good, noon);
  ASSERT_TRUE(carla.ok()) << why(carla);
  EXPECT_EQ(held(*carla), std::to_string(lakeside) + "/0:standard ");
  EXPECT_EQ(sign_in("carla@x.example", good), "");
  EXPECT_EQ(why(accept_as_new(*db, token, "Carla Chen", good, noon)), used_up);
}

TEST_P(Invitations, AnAccountThatIsThereIsNotMadeAgainNorTakenOver) {
  auto const ben = add("ben@x.example", good);
  auto const token = invited(to("ben@x.example"));
  EXPECT_NE(why(accept_as_new(*db, token, "Eve", better, noon)), "");
  EXPECT_EQ(sign_in("ben@x.example", good), "");
  EXPECT_EQ(find_account(*db, ben.id)->name, "Some Person");
  EXPECT_TRUE(logged("somebody: invitation not accepted: ben@x.example"));
  EXPECT_EQ(held(ben), "");
  EXPECT_EQ(why(accept_invitation(*db, token, ben, noon)), "");
}

TEST_P(Invitations, IsForOneAddress) {
  auto const eve = add("eve@x.example", good);
  auto const token = invited(to("ben@x.example"));
  EXPECT_EQ(why(accept_invitation(*db, token, eve, noon)), "This invitation is for ben@x.example. Sign in with that address.");
  EXPECT_EQ(held(eve), "");
  auto ben = add("ben@x.example", good);
  EXPECT_EQ(why(set_active(*db, ben.id, false, boss)), "");
  EXPECT_EQ(why(accept_invitation(*db, token, ben, noon)), used_up);
}

TEST_P(Invitations, Ends) {
  auto const ben = add("ben@x.example", good);
  auto const late = invited(to("ben@x.example"));
  EXPECT_TRUE(look_at_invitation(*db, late, noon + invitation_seconds - 1));
  EXPECT_EQ(why(accept_invitation(*db, late, ben, noon + invitation_seconds)), used_up);
  EXPECT_TRUE(open(noon + invitation_seconds + listed_after).empty());

  auto const withdrawn = invited(to("ben@x.example"));
  auto const id = open().front().id;
  EXPECT_NE(why(withdraw_invitation(*db, hillside, id, boss)), "") << "of another district";
  EXPECT_EQ(why(withdraw_invitation(*db, lakeside, id, boss)), "");
  EXPECT_EQ(why(withdraw_invitation(*db, lakeside, id, boss)), "There is no such invitation.");
  EXPECT_EQ(why(accept_invitation(*db, withdrawn, ben, noon)), used_up);
  EXPECT_TRUE(logged("boss@lakeside.example: invitation withdrawn: ben@x.example"));

  auto const declined = invited(to("ben@x.example"));
  EXPECT_EQ(why(decline_invitation(*db, declined, noon)), "");
  EXPECT_EQ(why(accept_invitation(*db, declined, ben, noon)), used_up);
  EXPECT_TRUE(logged("somebody: invitation declined: ben@x.example"));

  auto const older = invited(to("ben@x.example")), newer = invited(to("ben@x.example", Level::Standard));
  EXPECT_EQ(why(accept_invitation(*db, older, ben, noon)), used_up);
  EXPECT_EQ(why(accept_invitation(*db, newer, ben, noon)), "");
  EXPECT_EQ(count("invitations"), 0);
}

TEST_P(Invitations, GiveNoMoreThanWhoInvitedMayGiveThen) {
  auto const ben = add("ben@x.example", good), olga = add("olga@x.example", good, true);
  auto at_school = to("ben@x.example", Level::Standard, 5);
  auto const token = invited(at_school);
  give(anna, lakeside, Level::Enrollment);
  EXPECT_EQ(why(accept_invitation(*db, token, ben, noon)), used_up) << "no longer System";
  EXPECT_TRUE(open().empty());
  give(anna, lakeside, Level::System, false, 4);
  EXPECT_EQ(why(accept_invitation(*db, token, ben, noon)), used_up) << "System of another school";
  at_school.by.org = 4;
  at_school.what.demographics = true;
  at_school.what.level = Level::Reporting;
  auto const with_demographics = invited(at_school);
  EXPECT_EQ(why(accept_invitation(*db, with_demographics, ben, noon)), used_up) << "has no demographics to give";
  give(anna, lakeside, Level::System, true, 4);
  EXPECT_EQ(why(set_active(*db, anna.id, false, boss)), "");
  EXPECT_EQ(why(accept_invitation(*db, with_demographics, ben, noon)), used_up) << "deactivated";
  EXPECT_EQ(why(set_active(*db, anna.id, true, boss)), "");
  EXPECT_EQ(why(accept_invitation(*db, with_demographics, ben, noon)), used_up) << "what somebody invited to does not come back with them";
  EXPECT_TRUE(logged("boss@lakeside.example: invitation withdrawn: ben@x.example"));
  EXPECT_EQ(why(accept_invitation(*db, invited(at_school), ben, noon)), "");
  auto const lost = invited(at_school);
  give(anna, lakeside, Level::Enrollment, false, 4);
  give(anna, lakeside, Level::System, true, 4);
  EXPECT_EQ(why(accept_invitation(*db, lost, ben, noon)), used_up) << "nor with the level";

  auto first = to("ben@x.example", Level::System);
  first.by = {anna.id, {}, true};
  auto const not_an_operator = invited(first);
  EXPECT_EQ(why(accept_invitation(*db, not_an_operator, ben, noon)), used_up);
  first.by.account = olga.id;
  auto const by_operator = invited(first);
  give(anna, lakeside, Level::System);
  EXPECT_EQ(why(accept_invitation(*db, by_operator, ben, noon)), used_up) << "somebody is there who lets others in";
  give(anna, lakeside, Level::None);
  EXPECT_EQ(why(accept_invitation(*db, by_operator, ben, noon)), "");
  EXPECT_EQ(held(ben), std::to_string(lakeside) + "/:system " + std::to_string(lakeside) + "/5:reporting+ ");
}

TEST_P(Invitations, AreReadPageByPageAndOnlyThoseThatAreWanted) {
  for (int i = 1; i <= 7; ++i) invited(to("p" + std::to_string(i) + "@x.example", Level::Standard, i % 2));
  auto const even = [](Invitation const& one) { return one.what.org == 0; };
  std::string seen;
  std::optional<std::int64_t> below;
  for (int pages = 0; pages < 9; ++pages) {
    auto const page = list_invitations(*db, lakeside, noon, even, below, 2);
    for (auto const& one : page.some) seen += one.email.substr(0, 2) + " ";
    if (!page.more) break;
    seen += "| ";
    below = page.some.back().id;
  }
  EXPECT_EQ(seen, "p6 p4 | p2 ");
  auto const one = open().front();
  EXPECT_TRUE(find_invitation(*db, lakeside, one.id, noon));
  EXPECT_FALSE(find_invitation(*db, hillside, one.id, noon));
  EXPECT_FALSE(find_invitation(*db, lakeside, one.id, noon + invitation_seconds + listed_after));
}

TEST_P(Invitations, TakeNothingAway) {
  auto const ben = add("ben@x.example", good);
  give(ben, lakeside, Level::System, true);
  EXPECT_EQ(why(accept_invitation(*db, invited(to("ben@x.example", Level::Standard)), ben, noon)), "");
  EXPECT_EQ(held(ben), std::to_string(lakeside) + "/:system+ ");
}

TEST_P(Invitations, AreRefusedWhenTheyMakeNoSense) {
  EXPECT_NE(why(invite(*db, to("no e-mail"), noon, boss)), "");
  EXPECT_NE(why(invite(*db, to("ben@x.example", Level::None), noon, boss)), "");
  EXPECT_NE(why(invite(*db, to("ben@x.example", Level::Standard, -1), noon, boss)), "");
  auto wanted = to("ben@x.example", Level::Standard);
  wanted.what.demographics = true;
  EXPECT_NE(why(invite(*db, wanted, noon, boss)), "");
  EXPECT_FALSE(look_at_invitation(*db, "", noon));
  EXPECT_FALSE(look_at_invitation(*db, std::string("\0\xff'", 3), noon));
}

TEST_P(Invitations, AreSlowedDown) {
  int sent = 0;
  for (; sent < 200 && invite(*db, to("p" + std::to_string(sent) + "@x.example"), noon, boss).ok();) ++sent;
  EXPECT_EQ(sent, 60);
  EXPECT_EQ(why(invite(*db, to("more@x.example"), noon, boss)), "This was done very often in a short time. Try again in 5 seconds.");
  EXPECT_TRUE(invite(*db, to("more@x.example"), noon + 3600, boss).ok());
  // Nobody makes accounts to find out who has one, either.
  int tried = 0;
  add("there@x.example");
  auto const token = invited(to("there@x.example"), noon + 3600);
  while (tried < 100 && why(accept_as_new(*db, token, "Eve", better, noon + 3600)).starts_with("No new account")) ++tried;
  EXPECT_EQ(tried, 20);
}

}  // namespace
}  // namespace rollbook::test
