// Members: the people of a district and what they may do there, and who is invited. Web/managed.h says whom of them the visitor sees.
#include <algorithm>
#include <charconv>
#include <limits>

#include "access/emails.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/grant_fields.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t people_of_a_page = 50, invitations_of_a_page = 50;

struct Told {
  std::string wrong = {}, link = {}, whose = {};
};

std::string local(Visit const& visit, std::string const& moment) { return views::local_time(moment, visit.district->time_zone).text(); }

// A page of them; a download has them all.
void set_people(Visit const& visit, Managed const& managed, Model& model, Sheet& sheet) {
  auto const text = std::string(visit.query["text"]);
  std::int64_t behind = -1;
  auto const after = visit.query["after"];
  std::from_chars(after.data(), after.data() + after.size(), behind);
  auto const page = managed.people(text, behind, visit.format == "csv" ? std::numeric_limits<std::size_t>::max() : people_of_a_page);
  Model people = Model::List();
  for (auto const& [account, held] : page.some) {
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
  auto const here = visit.in_district("members");
  model["members"] = std::move(people);
  model["none_found"] = page.some.empty();
  model["text"] = text;
  model["newer"] = after.empty() ? "" : address(here, {{"text", text}});
  model["older"] = page.more ? address(here, {{"text", text}, {"after", std::to_string(page.some.back().account.id)}}) : "";
  model["csv"] = address(here + ".csv", {{"text", text}});
}

void set_invitations(Visit& visit, Managed const& managed, Model& model) {
  Model all = Model::List();
  std::optional<std::int64_t> below;
  std::int64_t number = 0;
  auto const asked = visit.query["invited"];
  if (auto const [end, error] = std::from_chars(asked.data(), asked.data() + asked.size(), number); error == std::errc() && !asked.empty()) below = number;
  auto const page = managed.invitations(below, invitations_of_a_page);
  for (auto const& one : page.some) {
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
  auto const here = visit.in_district("members");
  model["has_invitations"] = !page.some.empty() || below;
  model["invitations"] = std::move(all);
  model["first_invited"] = below ? here : "";
  model["more_invited"] = page.more ? address(here, {{"invited", std::to_string(page.some.back().id)}}) : "";
}

View page(Visit& visit, Told const& told) {
  auto const managed = Managed::by(visit);
  View view{"members", "Members"};
  Sheet sheet{"members", {"name", "email", "place", "level", "demographics", "active", "last seen"}, {}};
  set_people(visit, managed, view.model, sheet);
  set_invitations(visit, managed, view.model);
  auto const form = [&](char const* name) {
    return told.wrong.empty() ? std::string(visit.query[name]) : std::string(visit.form[name]);
  };  // the staff page names whom to invite
  view.model["wrong"] = told.wrong.empty() ? Model(false) : alert("danger", told.wrong);
  view.model["link"] = told.link;
  view.model["link_told"] = told.whose + " is invited. Give them this link";
  view.model["whole_district"] = managed.whole_district();
  view.model["to"] = visit.in_district("members");
  view.model["staff"] = visit.in_district("members/staff");
  view.model["email"] = part({.name = "email", .label = "E-mail address", .type = "email", .value = form("email"), .autocomplete = "off"});
  view.model["name"] = part({.name = "name", .label = "Name", .value = form("name"), .autocomplete = "off", .required = false});
  set_grant_fields(view.model, managed);
  view.sheet = std::move(sheet);
  if (!told.wrong.empty()) view.status = 422;
  return view;
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
  if (managed.is_member(wanted.email)) return page(visit, {.wrong = "This person is a member already. Their own page changes what they may do."});
  auto const token = access::invite(visit.hub.home.operations(), wanted, visit.now, visit.hub.actor);
  if (!token) return page(visit, {.wrong = token.trouble().text});
  return page(visit, {.link = "/invitation/" + *token, .whose = access::normal_email(wanted.email)});
}

Answer withdraw_invitation(Visit& visit) {
  auto const found = Managed::by(visit).invitation(visit.number(1));
  if (!found) return Refusal{404};
  if (access::withdraw_invitation(visit.hub.home.operations(), visit.district->id, found->id, visit.hub.actor)) return Refusal{404};
  return Redirect{visit.in_district("members"), "The invitation of " + found->email + " is withdrawn."};
}

}  // namespace rollbook::web
