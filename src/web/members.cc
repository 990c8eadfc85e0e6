// Members: the people of a district and what they may do there, and who is invited. Web/managed.h says whom of them the visitor sees.
#include <algorithm>
#include <charconv>
#include <limits>

#include "access/emails.h"
#include "base/text.h"
#include "letters/mail_settings.h"
#include "letters/outbox.h"
#include "store/moment.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/grant_fields.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t people_of_a_page = 50, invitations_of_a_page = 50;

constexpr std::size_t most_at_once = 30;

// What came of one who was to be invited.
struct OfOne {
  std::string email, link, wrong;
};
struct Told {
  std::string wrong = {}, link = {}, whose = {};
  std::vector<OfOne> many = {};
};

bool sends_letters(Visit& visit) { return letters::missing_for_mail(letters::mail_settings(visit.hub.home.operations())).empty(); }

std::string local(Visit const& visit, std::string const& moment) { return views::local_time(moment, visit.district->time_zone).text(); }

// How far it is on its way.
Model state_of(Visit& visit, access::Invitation const& one) {
  if (!one.holds(visit.now)) return tag("warning", "warning", "Ended, not accepted");
  if (one.opened > 0) return tag("info", "info", "Link opened");
  auto const letter = letters::letter_with(visit.hub.home.operations(), one.id);
  if (!letter || letter->created < one.made) return tag("", "info", "Link given by hand");
  if (letter->state == "sent") return tag("ok", "ok", "Letter sent");
  if (letter->state == "given up") return tag("error", "error", "Letter not delivered");
  return tag("held", "held", letter->attempts > 0 ? "Letter is tried again" : "Letter is on its way");
}

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
             {"state", state_of(visit, one)},
             {"again", visit.in_district("members/invitations/" + std::to_string(one.id) + "/again")},
             {"withdraw", visit.in_district("members/invitations/" + std::to_string(one.id) + "/withdraw")}});
  }
  auto const here = visit.in_district("members");
  model["has_invitations"] = !page.some.empty() || below;
  model["invitations"] = std::move(all);
  model["first_invited"] = below ? here : "";
  model["more_invited"] = page.more ? address(here, {{"invited", std::to_string(page.some.back().id)}}) : "";
}

// Those who are to be tried once more.
std::string failed_of(std::vector<OfOne> const& many) {
  std::string all;
  for (auto const& one : many)
    if (!one.wrong.empty()) all += one.email + "\n";
  return all;
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
  Model many = Model::List();
  for (auto const& one : told.many) many.add({{"email", one.email}, {"link", one.link}, {"wrong", one.wrong}});
  view.model["has_many"] = !told.many.empty();
  view.model["many"] = std::move(many);
  view.model["sends_letters"] = sends_letters(visit);
  view.model["emails"] = told.many.empty() ? std::string(visit.form["emails"]) : failed_of(told.many);
  view.model["whole_district"] = managed.whole_district();
  view.model["to"] = visit.in_district("members");
  view.model["staff"] = visit.in_district("members/staff");
  view.model["email"] = part({.name = "email", .label = "E-mail address", .type = "email", .value = form("email"), .autocomplete = "off", .required = false});
  view.model["name"] = part({.name = "name", .label = "Name", .value = form("name"), .autocomplete = "off", .required = false});
  set_grant_fields(view.model, managed);
  view.sheet = std::move(sheet);
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer members(Visit& visit) { return page(visit, {}); }

namespace {

letters::Item letter_of(Visit const& visit, std::int64_t invitation) {
  letters::Item item;
  item.district = visit.district->id;
  item.created = visit.now;
  item.invitation = invitation;
  return item;
}

// Of accounts that are not members here nothing is asked, so that nothing can be told.
OfOne invite_one(Visit& visit, Managed const& managed, access::Grant const& what, std::string_view email, std::string_view name, bool by_letter) {
  access::Invitation wanted;
  wanted.email = email;
  wanted.name = name;
  wanted.what = what;
  wanted.by = *managed.by_which(what);
  OfOne one{access::normal_email(wanted.email), "", ""};
  auto& operations = visit.hub.home.operations();
  if (managed.is_member(wanted.email)) one.wrong = "This person is a member already. Their own page changes what they may do.";
  if (!one.wrong.empty()) return one;
  auto const write = [&](std::int64_t id) { letters::add_item(operations, letter_of(visit, id)); };
  auto const token = access::invite(operations, wanted, visit.now, visit.hub.actor, by_letter ? access::WithIt(write) : access::WithIt());
  if (!token) one.wrong = token.trouble().text;
  else if (!by_letter) one.link = "/invitation/" + *token;
  return one;
}

std::vector<std::string> addresses_in(std::string_view text) {
  std::string with_spaces(text);
  for (auto& c : with_spaces)
    if (c == ',' || c == ';' || c == '\r' || c == '\n' || c == '\t') c = ' ';
  std::vector<std::string> all;
  for (auto& one : split(with_spaces, ' '))
    if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
  return all;
}

Answer invite_many(Visit& visit, Managed const& managed, access::Grant const& what) {
  auto const all = addresses_in(visit.form["emails"]);
  if (all.size() > most_at_once)
    return page(visit, {.wrong = "These are " + std::to_string(all.size()) + " addresses; at most 30 people are invited at once. Nobody was invited."});
  bool const by_letter = sends_letters(visit);
  Told told;
  for (auto const& email : all) told.many.push_back(invite_one(visit, managed, what, email, "", by_letter));
  if (std::none_of(told.many.begin(), told.many.end(), [](OfOne const& one) { return one.wrong.empty(); })) told.wrong = "Nobody was invited.";
  return page(visit, told);
}

}  // namespace

Answer invite_member(Visit& visit) {
  auto const managed = Managed::by(visit);
  auto const what = managed.asked_for();
  if (!what) return page(visit, {.wrong = "Choose a level, and a place at which you may give it."});
  if (!trimmed(visit.form["emails"]).empty()) return invite_many(visit, managed, *what);
  bool const by_letter = sends_letters(visit);
  auto const one = invite_one(visit, managed, *what, visit.form["email"], visit.form["name"], by_letter);
  if (!one.wrong.empty()) return page(visit, {.wrong = one.wrong});
  if (by_letter) return Redirect{visit.in_district("members"), one.email + " is invited: a letter with a link is on its way."};
  return page(visit, {.link = one.link, .whose = one.email});
}

Answer invite_member_again(Visit& visit) {
  auto const found = Managed::by(visit).invitation(visit.number(1));
  if (!found) return Refusal{404};
  if (!sends_letters(visit)) return page(visit, {.wrong = "This server sends no letters yet: invite them once more, and give them the link."});
  auto& operations = visit.hub.home.operations();
  auto const write = [&](std::int64_t id) { letters::add_item(operations, letter_of(visit, id)); };
  if (auto const trouble = access::invite_again(operations, *found, visit.now, visit.hub.actor, write)) return page(visit, {.wrong = trouble->text});
  return Redirect{visit.in_district("members"), found->email + " is invited again: a letter with a new link is on its way, and the old link is void."};
}

Answer withdraw_invitation(Visit& visit) {
  auto const found = Managed::by(visit).invitation(visit.number(1));
  if (!found) return Refusal{404};
  if (access::withdraw_invitation(visit.hub.home.operations(), visit.district->id, found->id, visit.hub.actor)) return Refusal{404};
  return Redirect{visit.in_district("members"), "The invitation of " + found->email + " is withdrawn."};
}

}  // namespace rollbook::web
