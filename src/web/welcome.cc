// One-time links: the first operator, an invitation, a new password.
#include "access/accounts.h"
#include "web/enter.h"
#include "web/live.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

Refusal used_up() {
  return {404, "This link is not valid any more.",
          "It works once, and for a limited time. Ask whoever gave it to you for a new one; the first operator finds a new one where "
          "the server was started."};
}

View form(Visit const& visit, access::Link const& link, std::string const& wrong) {
  auto const account = link.account ? access::find_account(visit.hub.home.operations(), *link.account) : std::nullopt;
  auto const first = link.purpose == "first-operator";
  View view{"welcome", first ? "Welcome to Rollbook" : link.purpose == "invitation" ? "Welcome" : "Set a new password"};
  view.model = {
      {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
      {"first", first},
      {"email_of", account ? account->email : ""},
      {"email", part({.name = "email", .label = "E-mail address", .type = "email", .value = std::string(visit.form["email"]), .autocomplete = "username"})},
      {"name", part({.name = "name", .label = "Your name", .value = std::string(visit.form["name"]), .autocomplete = "name"})}};
  set_new_password(view.model);
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer welcome(Visit& visit) {
  auto const link = access::look_at_link(visit.hub.home.operations(), visit.parts[0], visit.now);
  if (!link) return used_up();
  return form(visit, *link, "");
}

Answer do_welcome(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const link = access::look_at_link(operations, visit.parts[0], visit.now);
  if (!link) return used_up();
  if (visit.form["password"] != visit.form["again"]) return form(visit, *link, "The two passwords are not the same. Type them again.");
  auto const account = access::use_link(operations, visit.parts[0], std::string(visit.form["email"]), std::string(visit.form["name"]), visit.form["password"],
                                        visit.now, visit.hub.actor);
  if (!account) return form(visit, *link, account.trouble().text);
  visit.live->look_for_strangers();  // the sessions there were have ended
  enter(visit, *account);
  return Redirect{"/", "Your password is set, and you are signed in."};
}

}  // namespace rollbook::web
