// What somebody sees who is invited: to what, by whom, and how to accept or decline. The same for who has an account and who has none.
#include "access/invitations.h"

#include "store/moment.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/enter.h"
#include "web/organizations.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

Refusal used_up() {
  return {404, "This invitation is not valid any more.", "It works once, for a week, and may have been withdrawn. Ask whoever sent it for a new one."};
}

std::string_view words_of(access::Level level) {
  switch (level) {
    case access::Level::Standard:
      return "Own classes and their students.";
    case access::Level::Reporting:
      return "People, classes and history.";
    case access::Level::Enrollment:
      return "People, classes and history; editing them, uploading and applying deliveries.";
    case access::Level::System:
      return "All of that, and who may do what.";
    case access::Level::None:
      break;
  }
  return "";
}

View page(Visit& visit, access::Invitation const& one, std::string const& wrong) {
  auto& operations = visit.hub.home.operations();
  access::note_opened(operations, one.id, visit.now);
  auto const district = store::find_district(operations, std::to_string(one.what.district));
  auto const by = access::find_account(operations, one.by.account);
  auto const own = visit.session && visit.account->email == one.email;
  View view{"invitation", "You are invited"};
  view.model = {
      {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
      {"email", one.email},
      {"district", district ? district->name : ""},
      {"place", place_of(one.what.org, organizations_of(visit.hub.home, one.what.district))},
      {"level", access::name_of(one.what.level)},
      {"may", words_of(one.what.level)},
      {"demographics", one.what.demographics},
      {"by", by ? by->name : ""},
      {"until", views::local_time(store::moment_text(one.ends), district ? district->time_zone : "UTC").text()},
      {"own", own},
      {"nobody", !visit.account.has_value()},
      {"other", visit.account && !own ? visit.account->email : ""},
      {"sign_in", address("/sign-in", {{"next", "/invitation/" + visit.parts[0]}})},
      {"name",
       part({.name = "name", .label = "Your name", .value = visit.form.has("name") ? std::string(visit.form["name"]) : one.name, .autocomplete = "name"})}};
  set_new_password(view.model);
  if (!wrong.empty()) view.status = 422;
  return view;
}

Redirect to_their_district(access::Invitation const& one) { return {"/districts/" + std::to_string(one.what.district), "Welcome. You are a member now."}; }

Answer accept(Visit& visit, access::Invitation const& one) {
  auto& operations = visit.hub.home.operations();
  if (visit.session) {
    if (auto trouble = access::accept_invitation(operations, visit.parts[0], *visit.account, visit.now, visit.head.peer))
      return page(visit, one, trouble->text);
    return to_their_district(one);
  }
  if (visit.form["password"] != visit.form["again"]) return page(visit, one, "The two passwords are not the same. Type them again.");
  auto const account = access::accept_as_new(operations, visit.parts[0], std::string(visit.form["name"]), visit.form["password"], visit.now, visit.head.peer);
  if (!account) return page(visit, one, account.trouble().text);
  enter(visit, *account);
  return to_their_district(one);
}

}  // namespace

Answer invitation(Visit& visit) {
  auto const one = access::look_at_invitation(visit.hub.home.operations(), visit.parts[0], visit.now);
  if (!one) return used_up();
  return page(visit, *one, "");
}

// A token of a program accepts nothing: its answer would be its person's.
Answer answer_invitation(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const one = access::look_at_invitation(operations, visit.parts[0], visit.now);
  if (!one) return used_up();
  if (visit.account && !visit.session) return Refusal{403, "A token neither accepts nor declines.", "Sign in with a browser."};
  if (visit.form["what"] != "decline") return accept(visit, *one);
  if (auto trouble = access::decline_invitation(operations, visit.parts[0], visit.now, visit.head.peer)) return page(visit, *one, trouble->text);
  return Redirect{visit.account ? "/" : "/sign-in", "The invitation is declined."};
}

}  // namespace rollbook::web
