// Signing in and out.
#include "access/sessions.h"
#include "web/admission.h"
#include "web/cookies.h"
#include "web/enter.h"
#include "web/live.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

// Where to go behind it: a path of ours, or the beginning.
std::string next_of(std::string_view wanted) { return is_own_path(wanted) && !wanted.starts_with("/sign-") ? std::string(wanted) : "/"; }

View form(Visit const& visit, std::string const& email, std::string const& next, std::string const& wrong) {
  View view{"sign_in", "Sign in"};
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"email", part({.name = "email", .label = "E-mail address", .type = "email", .value = email, .autocomplete = "username"})},
                {"password", part({.name = "password", .label = "Password", .type = "password", .autocomplete = "current-password"})},
                {"next", next},
                {"no_one_yet", !access::has_any_operator(visit.hub.home.operations())}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer sign_in(Visit& visit) {
  auto const next = next_of(visit.query["next"]);
  if (visit.account) return Redirect{next};
  return form(visit, "", next, "");
}

Answer do_sign_in(Visit& visit) {
  auto const email = std::string(visit.form["email"]), next = next_of(visit.form["next"]);
  auto const account = access::sign_in(visit.hub.home.operations(), {email, std::string(visit.form["password"]), visit.head.peer, visit.now});
  if (!account) return form(visit, email, next, account.trouble().text);
  enter(visit, *account);
  return Redirect{next};
}

Answer sign_out(Visit& visit) {
  if (visit.session) access::end_session(visit.hub.home.operations(), read_cookie(visit.head, session_cookie), visit.hub.actor);
  visit.live->look_for_strangers();
  for (auto const name : {session_cookie, school_cookie}) visit.set_cookies.push_back(end_cookie(visit.secure, name));
  return Redirect{"/sign-in", "You are signed out."};
}

Answer forgot(Visit&) { return View{"forgot", "Forgot your password?"}; }

}  // namespace rollbook::web
