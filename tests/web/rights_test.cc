// Every route, asked by everybody: the table of docs/semantics.md, section 8, from outside.
#include <map>

#include "letters/webhooks.h"
#include "store/ranges.h"
#include "store/receivers.h"
#include "web/routes.h"
#include "web/visitors.h"

namespace rollbook::test {
namespace {

using access::Level;
using access::Right;

// Written anew from the document, not taken from the program: which levels hold a right.
std::map<Right, Level> const least_level{
    {Right::SeeOwnClasses, Level::Standard}, {Right::SeePeople, Level::Reporting},     {Right::SeeHistory, Level::Reporting},
    {Right::EditPeople, Level::Enrollment},  {Right::EnrollByHand, Level::Enrollment}, {Right::RunDeliveries, Level::Enrollment},
    {Right::ManagePeople, Level::System},    {Right::SeeReceived, Level::System},
};

enum class Who { Nobody, OfAnotherDistrict, WithNothing, Standard, Reporting, Enrollment, System, SystemOfASchool, Operator };
constexpr Who everybody[] = {Who::Nobody, Who::OfAnotherDistrict, Who::WithNothing, Who::Standard, Who::Reporting, Who::Enrollment,
                             Who::System, Who::SystemOfASchool,   Who::Operator};
char const* name_of(Who who) {
  constexpr char const* names[] = {
      "nobody", "System of another district", "an account with nothing", "Standard", "Reporting", "Enrollment", "System", "System of a school", "operator"};
  return names[static_cast<int>(who)];
}

Level level_of(Who who) {
  switch (who) {
    case Who::Standard:
      return Level::Standard;
    case Who::Reporting:
      return Level::Reporting;
    case Who::Enrollment:
      return Level::Enrollment;
    case Who::System:
    case Who::SystemOfASchool:
      return Level::System;
    default:
      return Level::None;
  }
}

enum class Expected { Allowed, SignInFirst, NotThere, NotAllowed };

Expected expected(web::Route const& route, Who who) {
  if (!route.right) return Expected::Allowed;
  if (who == Who::Nobody) return Expected::SignInFirst;
  if (*route.right == Right::SignedIn) return Expected::Allowed;
  auto const of_district = std::string_view(route.pattern).find("{district}") != std::string_view::npos;
  if (*route.right == Right::Operate || *route.right == Right::SeeStates) return who == Who::Operator ? Expected::Allowed : Expected::NotAllowed;
  EXPECT_TRUE(of_district) << route.pattern << " wants a right of a district and names none";
  if (level_of(who) == Level::None) return Expected::NotThere;
  if (level_of(who) < least_level.at(*route.right)) return Expected::NotAllowed;
  return who == Who::SystemOfASchool && route.everywhere ? Expected::NotAllowed : Expected::Allowed;
}

// The status of an answer that lets nobody in; `unknown`: to whom nobody knows.
int refusal(Expected why, int unknown) { return why == Expected::SignInFirst ? unknown : why == Expected::NotThere ? 404 : 403; }

class Rights : public PortalTest {
 protected:
  Browser browser(Who who) {
    switch (who) {
      case Who::Nobody:
        return stranger();
      case Who::OfAnotherDistrict:
        return browser_of(member("other", riverside, Level::System));
      case Who::WithNothing:
        return browser_of(person("nothing"));
      case Who::SystemOfASchool:
        return browser_of(member("school", oakfield, Level::System, 17));
      case Who::Operator:
        return browser_of(person("operator", true));
      default:
        return browser_of(member("member", oakfield, level_of(who)));
    }
  }
  std::string address(std::string_view pattern, std::string const& bystander) {
    auto const district = *store::find_district(operations(), std::to_string(oakfield));
    auto const source = store::add_source(operations(), district, "source " + std::to_string(++sources_), {}, somebody)->id;
    std::map<std::string, std::string> const values{{"{district}", std::to_string(oakfield)},
                                                    {"{account}", bystander},
                                                    {"{token}", "no-such-token"},
                                                    {"{session}", "4711"},
                                                    {"{invitation}", "4711"},
                                                    {"{number}", std::to_string(nobodys())},
                                                    {"{code}", "REF001"},
                                                    {"{table}", "users"},
                                                    {"{source}", std::to_string(source)},
                                                    {"{kind}", "oneroster-csv"},
                                                    {"{step}", "identifiers"},
                                                    {"{group}", "filters"},
                                                    {"{run}", "4711"},
                                                    {"{finding}", "4711"},
                                                    {"{accepted}", "4711"},
                                                    {"{deletion}", "4711"},
                                                    {"{export}", "4711"},
                                                    {"{receiver}", std::to_string(receiver(district))},
                                                    {"{receiver_kind}", "oneroster-1.1"},
                                                    {"{org}", "4711"},
                                                    {"{webhook}", std::to_string(webhook(district))},
                                                    {"{range}", std::to_string(store::add_range(operations(), district, store::Range(), somebody)->id)}};
    std::string out(pattern);
    for (auto const& [name, value] : values)
      for (auto at = out.find(name); at != std::string::npos; at = out.find(name)) out.replace(at, name.size(), value);
    EXPECT_EQ(out.find('{'), std::string::npos) << pattern << ": say what stands there in tests/web/rights_test.cc";
    return out;
  }
  // One for all: a district has only so many.
  std::int64_t webhook(store::District const& district) {
    if (webhook_ == 0) webhook_ = letters::add_webhook(operations(), key_, district, "https://example.invalid/", "", somebody)->webhook.id;
    return webhook_;
  }
  std::int64_t receiver(store::District const& district) {
    return store::add_receiver(operations(), district, "receiver " + std::to_string(++receivers_), "oneroster-1.1", {}, somebody)->id;
  }
  // One in which nobody has the level System.
  std::int64_t nobodys() { return nobodys_ ? nobodys_ : nobodys_ = store::add_district(operations(), "Nobodys", "UTC", somebody)->id; }

 private:
  std::int64_t webhook_ = 0;
  int sources_ = 0, receivers_ = 0;
  std::int64_t nobodys_ = 0;
};

// Addresses at which there is nothing but a file: there is no page of that name.
bool is_csv_only(std::string_view pattern) {
  return pattern.find("/enrollment/") != std::string_view::npos &&
         (pattern.ends_with("users") || pattern.ends_with("/demographics") || pattern.ends_with("-demographics"));
}

// Where what the route itself asks for is not there, whoever may ask is told so.
bool names_what_is_not_there(std::string_view pattern, Who who) {
  // Nobody but the district's own people manages somebody who holds something at the district itself.
  if (who == Who::SystemOfASchool && pattern.find("{account}") != std::string_view::npos) return true;
  auto const names = [&](std::string_view part) { return pattern.find(part) != std::string_view::npos; };
  return names("{token}") || names("{run}") || names("{export}") || names("{org}") || names("{session}") || names("{invitation}") || names("{accepted}") ||
         names("{deletion}") || is_csv_only(pattern);
}

TEST_F(Rights, EveryRouteLetsInWhomTheTableNamesAndNobodyElse) {
  for (auto const& route : web::routes())
    for (auto const who : everybody) {
      if (route.upload != nullptr) continue;
      SCOPED_TRACE(std::string(route.method) + " " + std::string(route.pattern) + " by " + name_of(who));
      auto const bystander = std::to_string(member("bystander", oakfield, Level::Standard).id);
      auto const to = address(route.pattern, bystander);
      auto const asked = browser(who);
      auto const response = route.method == "GET" ? get(asked, to) : post(asked, to);
      auto const where = header_of(response, "location");
      auto const may = expected(route, who);
      if (may != Expected::Allowed) EXPECT_EQ(response.status, refusal(may, 303));
      else if (names_what_is_not_there(route.pattern, who)) EXPECT_EQ(response.status, 404);
      else EXPECT_TRUE(response.status == 200 || response.status == 303 || response.status == 422) << response.status << " " << response.body;
      if (may == Expected::SignInFirst) {
        EXPECT_TRUE(where.starts_with("/sign-in")) << where;
      }
    }
}

TEST_F(Rights, TheSameHoldsForJsonAndCsv) {
  for (auto const& route : web::routes())
    for (auto const who : everybody)
      for (auto const* const dress : {".json", ".csv"}) {
        if (route.method != "GET" || route.pattern == "/") continue;
        SCOPED_TRACE(std::string(route.pattern) + dress + " by " + name_of(who));
        auto const to = address(route.pattern, std::to_string(member("bystander", oakfield, Level::Standard).id)) + dress;
        auto const response = get(browser(who), to);
        auto const may = expected(route, who);
        if (may != Expected::Allowed) {
          EXPECT_EQ(response.status, refusal(may, 401));
          continue;
        }
        // Nobody is ticked; demographics want a grant besides the level.
        bool const wants_more =
            (route.pattern.ends_with("/users") && response.status == 422) || (route.pattern.ends_with("/demographics") && response.status == 403);
        EXPECT_TRUE(response.status == 200 || response.status == 303 || response.status == 404 || wants_more) << response.status;
        EXPECT_EQ(header_of(response, "content-type").find("text/html"), std::string::npos);
      }
}

TEST_F(Rights, ADistrictOfOthersLooksLikeOneThatDoesNotExist) {
  auto const theirs = browser_of(member("anna", oakfield, Level::System));
  auto const other = get(theirs, "/districts/" + std::to_string(riverside) + "/members"), none = get(theirs, "/districts/99/members");
  EXPECT_EQ(other.status, 404);
  EXPECT_EQ(none.status, 404);
  for (auto const* const odd : {"/districts/0/members", "/districts/-1/members", "/districts/1e0/members", "/districts/Riverside/members",
                                "/districts/%31%00/members", "/districts/99999999999999999999/members"})
    EXPECT_EQ(get(theirs, odd).status, 404) << odd;
}

TEST_F(Rights, WhatAFormNamesOfAnotherDistrictIsNotTouched) {
  auto const theirs = browser_of(member("anna", oakfield, Level::System));
  auto const foreign = member("ben", riverside, Level::Standard);
  auto const place = "/districts/" + std::to_string(oakfield) + "/members/" + std::to_string(foreign.id);
  EXPECT_EQ(get(theirs, place).status, 404);
  for (auto const* const what : {"/grants", "/remove", "/link"})
    EXPECT_EQ(post(theirs, place + what, {{"level", "system"}, {"all", "yes"}, {"what", "link"}}).status, 404);
  EXPECT_EQ(access::standing_of(operations(), foreign).grants.size(), 1u);
}

TEST_F(Rights, ThePasswordOfSomebodyWhoAlsoBelongsElsewhereIsNotOneDistrictsToChange) {
  auto const theirs = browser_of(member("anna", oakfield, Level::System));
  auto const shared = member("carla", oakfield, Level::Standard);
  ASSERT_FALSE(access::grant(operations(), shared.id, {riverside, std::nullopt, Level::System, false}, somebody));
  auto const operating = person("olga", true);
  ASSERT_FALSE(access::grant(operations(), operating.id, {oakfield, std::nullopt, Level::Standard, false}, somebody));
  for (auto const& account : {shared, operating})
    for (auto const* const what : {"link", "deactivate"}) {
      auto const response = post(theirs, "/districts/" + std::to_string(oakfield) + "/members/" + std::to_string(account.id) + "/link", {{"what", what}});
      EXPECT_EQ(response.status, 422);
      EXPECT_EQ(response.body.find("/welcome/"), std::string::npos);
      EXPECT_TRUE(access::find_account(operations(), account.id)->active);
    }
}

TEST_F(Rights, TheLastPersonWithTheLevelSystemStays) {
  auto const anna = member("anna", oakfield, Level::System);
  auto const theirs = browser_of(anna);
  auto const place = "/districts/" + std::to_string(oakfield) + "/members/" + std::to_string(anna.id);
  EXPECT_EQ(post(theirs, place + "/remove", {{"all", "yes"}}).status, 422);
  EXPECT_EQ(post(theirs, place + "/remove", {{"org", ""}}).status, 422);
  EXPECT_EQ(post(theirs, place + "/grants", {{"org", ""}, {"level", "standard"}}).status, 422);
  member("berta", oakfield, Level::System);
  EXPECT_EQ(post(theirs, place + "/grants", {{"org", ""}, {"level", "standard"}}).status, 303);
}

TEST_F(Rights, ATokenOpensWhatItsScopeSaysAndNotItsAccount) {
  auto const anna = member("anna", oakfield, Level::System);
  access::Token wanted;
  wanted.account = anna.id;
  wanted.name = "export";
  wanted.scope = {oakfield, std::nullopt, Level::Reporting, false};
  wanted.ends = now + 1000;
  auto const made = access::make_token(operations(), wanted, now, somebody);
  ASSERT_TRUE(made.ok());
  Browser program;
  program.also = {{"authorization", "Bearer " + made->secret}};
  auto const in = [&](std::string const& rest) { return "/districts/" + std::to_string(oakfield) + rest; };
  EXPECT_EQ(get(program, in("/history.json")).status, 200);
  EXPECT_EQ(get(program, in("/members.json")).status, 403);
  EXPECT_EQ(get(program, "/districts/" + std::to_string(riverside) + "/history.json").status, 404);
  EXPECT_EQ(get(program, "/account.json").status, 403);  // sessions and other tokens are not in its scope
  EXPECT_EQ(post(program, "/account/tokens", {{"name", "more"}}).status, 403);
  EXPECT_EQ(post(program, "/account/password", {{"password", "x"}}).status, 403);
  later_ms = 2'000'000;
  EXPECT_EQ(get(program, in("/history.json")).status, 401);
  program.also = {{"authorization", "Basic YTpi"}};
  EXPECT_EQ(get(program, in("/history.json")).status, 401);
}

}  // namespace
}  // namespace rollbook::test
