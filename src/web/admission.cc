#include "web/admission.h"

#include <algorithm>
#include <charconv>

#include "access/secrets.h"
#include "store/district_life.h"
#include "views/local_time.h"
#include "web/cookies.h"

namespace rollbook::web {
namespace {

using access::Right;

std::optional<Answer> identify_program(Visit& visit, std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  auto& operations = visit.hub.home.operations();
  auto const token = authorization.starts_with(scheme) ? access::find_token(operations, authorization.substr(scheme.size()), visit.now) : std::nullopt;
  auto const account = token ? access::find_account(operations, token->account) : std::nullopt;
  if (!account || !account->active) return Refusal{401, "This token is not valid.", "It may have ended; make a new one on the page of your account."};
  visit.account = account;
  visit.standing = access::standing_of(access::standing_of(operations, *account), *token);
  visit.csrf_checked = true;  // a browser never sends this header by itself
  return std::nullopt;
}

std::optional<Answer> sign_in_first(Visit const& visit) {
  if (visit.format != "html") return Refusal{401, "This needs a person who is signed in, or a token.", "Send the header Authorization: Bearer and the token."};
  auto const wanted = visit.head.method == "GET" ? visit.head.path + (visit.head.query.empty() ? "" : "?" + visit.head.query) : "/";
  return Redirect{"/sign-in" + (wanted == "/" ? "" : "?next=" + http::percent_encoded(wanted))};
}

Refusal not_there() { return Refusal{404}; }

Refusal not_allowed(Right right) {
  return {403, "Your account may not do this.", "It takes " + std::string(who_can_help(right)) + ". Ask a person who has it, or to be given it."};
}

}  // namespace

std::string_view who_can_help(Right right) {
  switch (right) {
    case Right::SignedIn:
      return "any account";
    case Right::SeeOwnClasses:
      return "the level Standard";
    case Right::SeePeople:
    case Right::SeeHistory:
      return "the level Reporting";
    case Right::EditPeople:
    case Right::EnrollByHand:
      return "the level Enrollment";
    case Right::RunDeliveries:
      return "the level Enrollment, held at the district itself";
    case Right::SeeDemographics:
      return "the grant for demographics";
    case Right::ManagePeople:
    case Right::SeeReceived:
      return "the level System";
    case Right::Operate:
    case Right::SeeStates:
      return "the operator of this server";
  }
  return "";
}

std::optional<Answer> identify(Visit& visit) {
  if (auto const authorization = visit.head.header("authorization"); !authorization.empty()) return identify_program(visit, authorization);
  auto& operations = visit.hub.home.operations();
  auto const token = read_cookie(visit.head, session_cookie);
  visit.session = token.empty() ? std::nullopt : access::find_session(operations, token, visit.now);
  auto const account = visit.session ? access::find_account(operations, visit.session->account) : std::nullopt;
  if (account && account->active) {
    visit.account = account;
    visit.standing = access::standing_of(operations, *account);
    visit.csrf = visit.session->csrf;
    return std::nullopt;
  }
  visit.session.reset();
  // Forms before there is a session: what they carry has to be what the browser holds.
  visit.csrf = read_cookie(visit.head, visitor_cookie);
  if (visit.csrf.size() < 32) {
    visit.csrf = access::random_token();
    visit.set_cookies.push_back(write_cookie(visit.secure, visitor_cookie, visit.csrf));
  }
  return std::nullopt;
}

std::optional<Answer> admit(Visit& visit, Route const& route) {
  if (!route.right) return std::nullopt;
  auto const right = *route.right;
  auto const& standing = visit.standing;
  if (!standing.signed_in) return sign_in_first(visit);
  auto const at = district_part(route.pattern);
  if (!at) {
    if (right == Right::SignedIn || standing.may(right, 0)) return std::nullopt;
    return not_allowed(right);
  }
  auto const id = visit.number(*at);
  auto const known = standing.districts();
  auto const of_operator = standing.is_operator && (right == Right::Operate || right == Right::SeeStates);
  if (!of_operator && std::find(known.begin(), known.end(), id) == known.end()) return not_there();
  auto const district = store::find_district(visit.hub.home.operations(), std::to_string(id));
  if (!district) return not_there();
  if (!(route.everywhere ? standing.may_everywhere(right, id) : right == Right::SignedIn || standing.may(right, id))) return not_allowed(right);
  if (auto const why = store::why_no_service(visit.hub.home.operations(), *district); !why.empty())
    return Refusal{403, why, "Ask the operator of this server."};
  visit.district = *district;
  visit.hub.today = views::day_in(district->time_zone, visit.now);
  return std::nullopt;
}

bool comes_from_us(http::Head const& head) {
  auto const site = head.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  auto const origin = head.header("origin");
  // Our own pages send no referrer, and with that browsers say "null" here: then Sec-Fetch-Site, and the token in any case, have to tell.
  if (origin.empty() || origin == "null") return true;
  auto const host = origin.find("://");
  return host != std::string_view::npos && origin.substr(host + 3) == head.header("host");
}

// Hashes are compared, not tokens: how long it takes says nothing of how much was right.
bool right_token(Visit const& visit, std::string_view given) {
  return !visit.csrf.empty() && access::text_hash_of("compare", visit.csrf) == access::text_hash_of("compare", given);
}

bool is_own_path(std::string_view path) {
  if (!path.starts_with('/') || path.starts_with("//") || path.size() > 2000) return false;
  return std::none_of(path.begin(), path.end(), [](unsigned char c) { return c == '\\' || c <= 0x20 || c >= 0x7f; });
}

}  // namespace rollbook::web
