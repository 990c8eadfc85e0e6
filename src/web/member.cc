// One member: what they may do at the visitor's places, their sign-in, and their end as a member.
#include <algorithm>

#include "views/local_time.h"
#include "web/grant_fields.h"
#include "web/live.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

using access::Leaves, access::Level;

constexpr std::int64_t a_week = 7 * 86400;

std::optional<access::Account> member_of_route(Visit const& visit, Managed const& managed) {
  auto const member = managed.member(visit.number(1));
  return member ? std::optional(member->account) : std::nullopt;
}

struct Told {
  std::string wrong = {}, link = {};
};

View page(Visit& visit, Managed const& managed, access::Account const& account, Told const& told) {
  View view{"member", account.name};
  view.model["name"] = account.name;
  view.model["email"] = account.email;
  view.model["active"] = account.active;
  view.model["last_seen"] = views::local_time(account.last_seen, visit.district->time_zone).text();
  view.model["ours"] = managed.is_theirs_alone(account);
  view.model["themselves"] = visit.account->id == account.id;
  view.model["whole_district"] = managed.whole_district();
  view.model["to"] = visit.in_district("members/" + std::to_string(account.id));
  view.model["grants"] = grants_model(managed.held_by(account), managed.organizations());
  view.model["wrong"] = told.wrong.empty() ? Model(false) : alert("danger", told.wrong);
  view.model["link"] = told.link;
  view.model["link_told"] = "Give this link to " + account.name;
  set_grant_fields(view.model, managed);
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer member(Visit& visit) {
  auto const managed = Managed::by(visit);
  auto const account = member_of_route(visit, managed);
  if (!account) return Refusal{404};
  return page(visit, managed, *account, {});
}

Answer set_grant(Visit& visit) {
  auto const managed = Managed::by(visit);
  auto const account = member_of_route(visit, managed);
  if (!account) return Refusal{404};
  auto const grant = managed.asked_for();
  if (!grant) return page(visit, managed, *account, {.wrong = "Choose a level, and a place at which you may give it."});
  if (auto trouble = access::grant(visit.hub.home.operations(), account->id, *grant, visit.hub.actor, Leaves::ASystem))
    return page(visit, managed, *account, {.wrong = trouble->text});
  visit.live->look_for_strangers();
  return Redirect{visit.in_district("members/" + visit.parts[1]), "What " + account->name + " may do is changed."};
}

// Takes away what somebody holds here: at one place, or at all that are the visitor's. Who then holds nothing anywhere can still sign in, and sees nothing.
Answer remove_member(Visit& visit) {
  auto const managed = Managed::by(visit);
  auto const account = member_of_route(visit, managed);
  if (!account) return Refusal{404};
  auto going = managed.held_by(*account);
  if (visit.form["all"] != "yes")
    std::erase_if(going, [&](access::Grant const& grant) { return (grant.org ? std::to_string(*grant.org) : "") != visit.form["org"]; });
  // What is held at the district stands first: when that has to stay, so does the rest.
  for (auto grant : going) {
    grant.level = Level::None;
    grant.demographics = false;
    if (auto trouble = access::grant(visit.hub.home.operations(), account->id, grant, visit.hub.actor, Leaves::ASystem))
      return page(visit, managed, *account, {.wrong = trouble->text});
  }
  visit.live->look_for_strangers();
  auto const gone = managed.held_by(*account).empty();
  return Redirect{visit.in_district(gone ? "members" : "members/" + visit.parts[1]),
                  gone ? account->name + " is not a member any more." : "What " + account->name + " may do is changed."};
}

// A new password by a link, a deactivation, or the end of one: only of people who are the visitor's alone.
Answer link_for_member(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const managed = Managed::by(visit);
  auto const account = member_of_route(visit, managed);
  if (!account) return Refusal{404};
  if (!managed.is_theirs_alone(*account))
    return page(visit, managed, *account, {.wrong = "This person also belongs elsewhere. Ask who manages the whole district, or the operator of the server."});
  auto const what = visit.form["what"];
  if (what == "deactivate" && account->id == visit.account->id)
    return page(visit, managed, *account, {.wrong = "You cannot deactivate yourself. Somebody else who manages the whole district can."});
  if (what == "deactivate" || what == "activate") {
    if (auto trouble = access::set_active(operations, account->id, what == "activate", visit.hub.actor, Leaves::ASystem))
      return page(visit, managed, *account, {.wrong = trouble->text});
    visit.live->look_for_strangers();
    return Redirect{visit.in_district("members/" + visit.parts[1]), account->name + (what == "activate" ? " may sign in again." : " cannot sign in any more.")};
  }
  auto const link = access::make_link(operations, account->last_seen.empty() ? "invitation" : "set-password", account->id, visit.now, a_week, visit.hub.actor);
  if (!link) return page(visit, managed, *account, {.wrong = link.trouble().text});
  return page(visit, managed, *account, {.link = "/welcome/" + *link});
}

}  // namespace rollbook::web
