// Members: the people of a district and what they may do there, and who is invited. Web/managed.h says whom of them the visitor sees.
#include <algorithm>

#include "access/emails.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "web/grant_fields.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

struct Told {
  std::string wrong = {}, link = {}, whose = {};
};

std::string local(Visit const& visit, std::string const& moment) { return views::local_time(moment, visit.district->time_zone).text(); }

Model people_of(Visit const& visit, Managed const& managed, Sheet& sheet) {
  Model people = Model::List();
  for (auto const& account : managed.people()) {
    auto const held = managed.held_by(account);
    people.add({{"id", account.id},
                {"name", account.name},
                {"email", account.email},
                {"to", visit.in_district("members/" + std::to_string(account.id))},
                {"active", account.active},
                {"last_seen", local(visit, account.last_seen)},
                {"grants", grants_model(held, managed.organizations())}});
    for (auto const& grant : held)
      sheet.rows.push_back({account.name, account.email, place_of(grant.org, managed.organizations()), std::string(access::name_of(grant.level)),
                            grant.demographics ? "yes" : "no", account.active ? "yes" : "no", account.last_seen});
  }
  return people;
}

Model invitations_of(Visit& visit, Managed const& managed) {
  Model all = Model::List();
  for (auto const& one : managed.invitations()) {
    auto const by = access::find_account(visit.hub.home.operations(), one.by.account);
    all.add({{"id", one.id},
             {"email", one.email},
             {"name", one.name},
             {"place", place_of(one.what.org, managed.organizations())},
             {"level", access::name_of(one.what.level)},
             {"demographics", one.what.demographics},
             {"by", one.by.as_operator ? "the operator"
                    : by               ? by->name
                                       : ""},
             {"until", local(visit, store::moment_text(one.ends))},
             {"withdraw", visit.in_district("members/invitations/" + std::to_string(one.id) + "/withdraw")}});
  }
  return all;
}

View page(Visit& visit, Told const& told) {
  auto const managed = Managed::by(visit);
  View view{"members", "Members"};
  Sheet sheet{"members", {"name", "email", "place", "level", "demographics", "active", "last seen"}, {}};
  view.model["members"] = people_of(visit, managed, sheet);
  view.model["invitations"] = invitations_of(visit, managed);
  view.model["has_invitations"] = !view.model["invitations"].get<Model::List>()->empty();
  auto const form = [&](char const* name) { return told.wrong.empty() ? std::string() : std::string(visit.form[name]); };
  view.model["wrong"] = told.wrong.empty() ? Model(false) : alert("danger", told.wrong);
  view.model["link"] = told.link;
  view.model["whose"] = told.whose;
  view.model["whole_district"] = managed.whole_district();
  view.model["to"] = visit.in_district("members");
  view.model["email"] = part({.name = "email", .label = "E-mail address", .type = "email", .value = form("email"), .autocomplete = "off"});
  view.model["name"] = part({.name = "name", .label = "Name", .value = form("name"), .autocomplete = "off", .required = false});
  set_grant_fields(view.model, managed);
  view.sheet = std::move(sheet);
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

bool is_member(Managed const& managed, std::string_view email) {
  auto const all = managed.people();
  auto const normal = access::normal_email(email);
  return std::any_of(all.begin(), all.end(), [&](access::Account const& account) { return account.email == normal; });
}

}  // namespace

Answer members(Visit& visit) { return page(visit, {}); }

// Of accounts that are not members here nothing is asked, so that nothing can be told.
Answer invite_member(Visit& visit) {
  auto const managed = Managed::by(visit);
  auto const what = managed.asked_for();
  if (!what) return page(visit, {.wrong = "Choose a level, and a place at which you may give it."});
  access::Invitation wanted;
  wanted.email = visit.form["email"];
  wanted.name = visit.form["name"];
  wanted.what = *what;
  wanted.by = *managed.by_which(*what);
  if (is_member(managed, wanted.email)) return page(visit, {.wrong = "This person is a member already. Their own page changes what they may do."});
  auto const token = access::invite(visit.hub.home.operations(), wanted, visit.now, visit.hub.actor);
  if (!token) return page(visit, {.wrong = token.trouble().text});
  return page(visit, {.link = "/invitation/" + *token, .whose = access::normal_email(wanted.email)});
}

Answer withdraw_invitation(Visit& visit) {
  auto const open = Managed::by(visit).invitations();
  auto const found = std::find_if(open.begin(), open.end(), [&](access::Invitation const& one) { return one.id == visit.number(1); });
  if (found == open.end()) return Refusal{404};
  if (access::withdraw_invitation(visit.hub.home.operations(), visit.district->id, found->id, visit.hub.actor)) return Refusal{404};
  return Redirect{visit.in_district("members"), "The invitation of " + found->email + " is withdrawn."};
}

}  // namespace rollbook::web
