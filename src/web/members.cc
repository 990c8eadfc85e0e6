// Members: the people of a district, and what they may do there.
#include "access/accounts.h"

#include <algorithm>

#include "views/local_time.h"
#include "web/live.h"
#include "web/organizations.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

using access::Level;

constexpr std::int64_t a_week = 7 * 86400;
constexpr Level levels[] = {Level::Standard, Level::Reporting, Level::Enrollment, Level::System};

Model level_choices(Level chosen) {
  Model all = Model::List();
  for (auto const level : levels) all.add(choice(access::name_of(level), std::string(access::name_of(level)), level == chosen));
  return all;
}

Model place_choices(std::vector<Organization> const& organizations) {
  Model all = Model::List();
  all.add(choice("", "The whole district", true));
  for (auto const& organization : organizations) all.add(choice(std::to_string(organization.key), organization.name + " (" + organization.id + ")", false));
  return all;
}

// What somebody holds in this district; also who is deactivated, and would hold it again.
std::vector<access::Grant> held_here(Visit const& visit, access::Account const& account) {
  auto all = access::list_grants(visit.hub.home.operations(), account.id);
  std::erase_if(all, [&](access::Grant const& grant) { return grant.district != visit.district->id; });
  return all;
}

// Somebody who holds something elsewhere, or operates the server, is not this district's alone: their password and their state are not its to change.
bool is_ours_alone(Visit const& visit, access::Account const& account) {
  auto const all = access::list_grants(visit.hub.home.operations(), account.id);
  return !account.is_operator && std::all_of(all.begin(), all.end(), [&](access::Grant const& grant) { return grant.district == visit.district->id; });
}

std::string place_of(access::Grant const& grant, std::vector<Organization> const& organizations) {
  if (!grant.org) return "The whole district";
  auto const found = std::find_if(organizations.begin(), organizations.end(), [&](auto const& one) { return one.key == *grant.org; });
  return found == organizations.end() ? "An organization that is gone" : found->name + " (" + found->id + ")";
}

Model grants_of(Visit const& visit, access::Account const& account, std::vector<Organization> const& organizations) {
  Model all = Model::List();
  for (auto const& grant : held_here(visit, account))
    all.add({{"place", place_of(grant, organizations)},
             {"org", grant.org ? std::to_string(*grant.org) : ""},
             {"level", access::name_of(grant.level)},
             {"levels", level_choices(grant.level)},
             {"demographics", grant.demographics}});
  return all;
}

std::optional<access::Account> member_of_route(Visit const& visit) {
  auto account = access::find_account(visit.hub.home.operations(), visit.number(1));
  if (!account || held_here(visit, *account).empty()) return std::nullopt;
  return account;
}

// The grant of a form, if what it names is there.
std::optional<access::Grant> grant_of_form(Visit& visit) {
  access::Grant grant{visit.district->id, std::nullopt, Level::None, visit.form["demographics"] == "yes"};
  auto const level = access::level_by_name(visit.form["level"]);
  if (!level || *level == Level::None) return std::nullopt;
  grant.level = *level;
  auto const wanted = visit.form["org"];
  if (wanted.empty()) return grant;
  for (auto const& organization : organizations_of(visit))
    if (std::to_string(organization.key) == wanted) grant.org = organization.key;
  return grant.org ? std::optional(grant) : std::nullopt;
}

struct Told {
  std::string wrong = {}, link = {}, whose = {};
};

View list_page(Visit& visit, Told const& told) {
  auto const organizations = organizations_of(visit);
  View view{"members", "Members"};
  Model people = Model::List();
  Sheet sheet{"members", {"name", "email", "place", "level", "demographics", "active", "last seen"}, {}};
  for (auto const& account : access::list_accounts(visit.hub.home.operations(), visit.district->id)) {
    people.add({{"id", account.id},
                {"name", account.name},
                {"email", account.email},
                {"to", visit.in_district("members/" + std::to_string(account.id))},
                {"active", account.active},
                {"last_seen", views::local_time(account.last_seen, visit.district->time_zone).text()},
                {"grants", grants_of(visit, account, organizations)}});
    for (auto const& grant : held_here(visit, account))
      sheet.rows.push_back({account.name, account.email, place_of(grant, organizations), std::string(access::name_of(grant.level)),
                            grant.demographics ? "yes" : "no", account.active ? "yes" : "no", account.last_seen});
  }
  auto const form = [&](char const* name) { return told.wrong.empty() ? std::string() : std::string(visit.form[name]); };
  view.model["members"] = std::move(people);
  view.model["wrong"] = told.wrong.empty() ? Model(false) : alert("danger", told.wrong);
  view.model["link"] = told.link;
  view.model["whose"] = told.whose;
  view.model["to"] = visit.in_district("members");
  view.model["name"] = part({.name = "name", .label = "Name", .value = form("name"), .autocomplete = "off"});
  view.model["email"] = part({.name = "email", .label = "E-mail address", .type = "email", .value = form("email"), .autocomplete = "off"});
  view.model["levels"] = level_choices(Level::Reporting);
  view.model["places"] = place_choices(organizations);
  view.sheet = std::move(sheet);
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

View member_page(Visit& visit, access::Account const& account, Told const& told) {
  auto const organizations = organizations_of(visit);
  View view{"member", account.name};
  view.model["name"] = account.name;
  view.model["email"] = account.email;
  view.model["active"] = account.active;
  view.model["last_seen"] = views::local_time(account.last_seen, visit.district->time_zone).text();
  view.model["ours"] = is_ours_alone(visit, account);
  view.model["themselves"] = visit.account->id == account.id;
  view.model["to"] = visit.in_district("members/" + std::to_string(account.id));
  view.model["grants"] = grants_of(visit, account, organizations);
  view.model["levels"] = level_choices(Level::Reporting);
  view.model["places"] = place_choices(organizations);
  view.model["wrong"] = told.wrong.empty() ? Model(false) : alert("danger", told.wrong);
  view.model["link"] = told.link;
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

// Somebody with the level System at the district must stay, or nobody could let anybody in again.
bool is_last_system(Visit const& visit, access::Account const& account) {
  auto const is_system = [&](access::Account const& one) {
    auto const held = held_here(visit, one);
    return one.active && std::any_of(held.begin(), held.end(), [](auto const& grant) { return grant.level == Level::System && !grant.org; });
  };
  if (!is_system(account)) return false;
  auto const all = access::list_accounts(visit.hub.home.operations(), visit.district->id);
  return std::none_of(all.begin(), all.end(), [&](auto const& other) { return other.id != account.id && is_system(other); });
}

constexpr std::string_view last_one = "This is the last person with the level System at the district. Give it to somebody else first.";

}  // namespace

Answer members(Visit& visit) { return list_page(visit, {}); }

Answer add_member(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const grant = grant_of_form(visit);
  if (!grant) return list_page(visit, {.wrong = "Choose a level, and the district or one of its organizations."});
  auto const email = std::string(visit.form["email"]);
  auto account = access::find_account_by_email(operations, email);
  auto const is_new = !account;
  if (is_new) {
    auto added = access::add_account(operations, email, std::string(visit.form["name"]), false, visit.hub.actor);
    if (!added) return list_page(visit, {.wrong = added.trouble().text});
    account = *added;
  }
  if (auto trouble = access::grant(operations, account->id, *grant, visit.hub.actor)) return list_page(visit, {.wrong = trouble->text});
  if (!is_new) return Redirect{visit.in_district("members"), account->name + " is a member now, and signs in as before."};
  auto const link = access::make_link(operations, "invitation", account->id, visit.now, a_week, visit.hub.actor);
  if (!link) return list_page(visit, {.wrong = link.trouble().text});
  return list_page(visit, {.link = "/welcome/" + *link, .whose = account->name});
}

Answer member(Visit& visit) {
  auto const account = member_of_route(visit);
  if (!account) return Refusal{404};
  return member_page(visit, *account, {});
}

Answer set_grant(Visit& visit) {
  auto const account = member_of_route(visit);
  if (!account) return Refusal{404};
  auto const grant = grant_of_form(visit);
  if (!grant) return member_page(visit, *account, {.wrong = "Choose a level, and the district or one of its organizations."});
  if (!grant->org && grant->level != Level::System && is_last_system(visit, *account)) return member_page(visit, *account, {.wrong = std::string(last_one)});
  if (auto trouble = access::grant(visit.hub.home.operations(), account->id, *grant, visit.hub.actor))
    return member_page(visit, *account, {.wrong = trouble->text});
  visit.live->look_for_strangers();
  return Redirect{visit.in_district("members/" + visit.parts[1]), "What " + account->name + " may do is changed."};
}

// Takes away what somebody holds here: at one place, or everywhere. Who then holds nothing anywhere can still sign in, and sees nothing.
Answer remove_member(Visit& visit) {
  auto const account = member_of_route(visit);
  if (!account) return Refusal{404};
  auto const held = held_here(visit, *account);
  auto const only = visit.form["org"];
  auto const everywhere = visit.form["all"] == "yes";
  if ((everywhere || only.empty()) && is_last_system(visit, *account)) return member_page(visit, *account, {.wrong = std::string(last_one)});
  for (auto grant : held) {
    if (!everywhere && (grant.org ? std::to_string(*grant.org) : "") != only) continue;
    grant.level = Level::None;
    grant.demographics = false;
    if (auto trouble = access::grant(visit.hub.home.operations(), account->id, grant, visit.hub.actor))
      return member_page(visit, *account, {.wrong = trouble->text});
  }
  visit.live->look_for_strangers();
  auto const rest = held_here(visit, *account);
  return Redirect{visit.in_district(rest.empty() ? "members" : "members/" + visit.parts[1]),
                  rest.empty() ? account->name + " is not a member any more." : "What " + account->name + " may do is changed."};
}

// A new password by a link, a deactivation, or the end of one: only of people who are this district's alone.
Answer link_for_member(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const account = member_of_route(visit);
  if (!account) return Refusal{404};
  if (!is_ours_alone(visit, *account)) return member_page(visit, *account, {.wrong = "This person also belongs elsewhere. Ask the operator of the server."});
  auto const what = visit.form["what"];
  if (what == "deactivate" && (is_last_system(visit, *account) || account->id == visit.account->id))
    return member_page(visit, *account, {.wrong = std::string(last_one)});
  if (what == "deactivate" || what == "activate") {
    if (auto trouble = access::set_active(operations, account->id, what == "activate", visit.hub.actor))
      return member_page(visit, *account, {.wrong = trouble->text});
    visit.live->look_for_strangers();
    return Redirect{visit.in_district("members/" + visit.parts[1]), account->name + (what == "activate" ? " may sign in again." : " cannot sign in any more.")};
  }
  auto const link = access::make_link(operations, account->last_seen.empty() ? "invitation" : "set-password", account->id, visit.now, a_week, visit.hub.actor);
  if (!link) return member_page(visit, *account, {.wrong = link.trouble().text});
  return member_page(visit, *account, {.link = "/welcome/" + *link});
}

}  // namespace rollbook::web
