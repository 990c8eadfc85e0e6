// The operator's pages: districts and their states, a page of them at a time. An operator sees no rows.
#include "access/emails.h"
#include "access/invitations.h"
#include "store/district_settings.h"
#include "store/district_states.h"
#include "web/address.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t districts_of_a_page = 50, most_invited = 50;

struct Told {
  std::string wrong = {}, link = {}, whose = {};
};

Model describe(store::DistrictState const& state) {
  return {{"id", state.district.id},
          {"name", state.district.name},
          {"time_zone", state.district.time_zone},
          {"created", state.district.created},
          {"to", "/operator/districts/" + std::to_string(state.district.id)},
          {"people", state.people},
          {"sources", state.sources},
          {"runs", state.runs},
          {"suspended", state.state == "locked"},
          {"deleting", state.state == "deleting"},
          {"last_run", state.last_outcome.empty() ? state.last_state : state.last_outcome}};
}

void set_districts(Visit const& visit, Model& model) {
  auto& operations = visit.hub.home.operations();
  auto const text = std::string(visit.query["text"]), after = std::string(visit.query["after"]);
  auto const page = store::list_district_states(operations, text, after, districts_of_a_page);
  Model districts = Model::List();
  for (auto const& state : page.some) districts.add(describe(state));
  auto const all = store::count_districts(operations);
  model["total"] = all;
  model["has_districts"] = all > 0;
  model["none_found"] = all > 0 && page.some.empty();
  model["districts"] = std::move(districts);
  model["text"] = text;
  model["newer"] = after.empty() ? "" : address("/operator", {{"text", text}});
  model["older"] = page.more ? address("/operator", {{"text", text}, {"after", page.some.back().district.name}}) : "";
}

void set_told(Model& model, Told const& told) {
  model["wrong"] = told.wrong.empty() ? Model(false) : alert("danger", told.wrong);
  model["link"] = told.link;
  model["link_told"] = told.whose + " is invited. Give them this link";
}

void set_person(Visit const& visit, Model& model, bool typed) {
  auto const form = [&](char const* name) { return typed ? std::string(visit.form[name]) : std::string(); };
  model["person"] = part({.name = "person",
                          .label = "First person with the level System",
                          .value = form("person"),
                          .hint = "The name of who looks after the district: this person may do everything in it, and lets others in.",
                          .autocomplete = "off",
                          .required = false});
  model["email"] = part({.name = "email", .label = "Their e-mail address", .type = "email", .value = form("email"), .autocomplete = "off"});
}

View page(Visit const& visit, Told const& told) {
  View view{"operate", "Operator"};
  set_districts(visit, view.model);
  set_told(view.model, told);
  view.model["link_told"] = "The district is added, and " + told.whose + " is invited. Give them this link";
  auto const typed = !told.wrong.empty();
  view.model["name"] = part({.name = "name", .label = "Name of the district", .value = typed ? std::string(visit.form["name"]) : "", .autocomplete = "off"});
  view.model["zone"] = part({.name = "time_zone",
                             .label = "Time zone",
                             .value = typed ? std::string(visit.form["time_zone"]) : "America/Chicago",
                             .hint = "America/New_York, America/Chicago, America/Denver, America/Phoenix, America/Los_Angeles, or another of that kind."});
  set_person(visit, view.model, typed);
  if (typed) view.status = 422;
  return view;
}

View district_page(Visit const& visit, store::DistrictState const& state, Told const& told) {
  auto& operations = visit.hub.home.operations();
  View view{"operate_district", state.district.name};
  view.crumbs = {{"Operator", "/operator"}};
  view.model = describe(state);
  set_told(view.model, told);
  view.model["open"] = state.state.empty();
  view.model["batch_upload"] = store::has_batch_upload(operations, state.district.id);
  view.model["deletion"] = "/operator/deletions/" + std::to_string(state.district.id);
  set_person(visit, view.model, !told.wrong.empty());
  view.model["has_system"] = access::has_system(operations, state.district.id);
  Model invited = Model::List();
  auto const by_operator = [&](access::Invitation const& one) { return one.by.as_operator && one.holds(visit.now); };
  for (auto const& one : access::list_invitations(operations, state.district.id, visit.now, by_operator, {}, most_invited).some)
    invited.add({{"email", one.email}});
  view.model["has_invited"] = !invited.get<Model::List>()->empty();
  view.model["invited"] = std::move(invited);
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

Result<std::string> invite(Visit const& visit, std::int64_t district) {
  access::Invitation wanted;
  wanted.email = visit.form["email"];
  wanted.name = visit.form["person"];
  wanted.what = {district, std::nullopt, access::Level::System, false};
  wanted.by = {visit.account->id, {}, true};
  auto const token = access::invite(visit.hub.home.operations(), wanted, visit.now, visit.hub.actor);
  if (!token) return token.trouble();
  return "/invitation/" + *token;
}

}  // namespace

Answer operate(Visit& visit) { return page(visit, {}); }

Answer add_district(Visit& visit) {
  auto const email = access::normal_email(visit.form["email"]);
  if (!access::is_email(email)) return page(visit, {.wrong = "This is no e-mail address. They are written like anna@lakeside.example."});
  auto const district =
      store::add_district(visit.hub.home.operations(), std::string(visit.form["name"]), std::string(visit.form["time_zone"]), visit.hub.actor);
  if (!district) return page(visit, {.wrong = district.trouble().text});
  auto const link = invite(visit, district->id);
  if (!link) return page(visit, {.wrong = "The district is added, but nobody is invited: " + link.trouble().text + " Invite somebody on its page."});
  return page(visit, {.link = *link, .whose = email});
}

Answer operate_district(Visit& visit) {
  auto const state = store::find_district_state(visit.hub.home.operations(), visit.number(0));
  if (!state) return Refusal{404};
  return district_page(visit, *state, {});
}

// Another first person, as long as there is none: the link may be lost, or never used.
Answer invite_first(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const state = store::find_district_state(operations, visit.number(0));
  if (!state) return Refusal{404};
  if (access::has_system(operations, state->district.id))
    return Refusal{409, "This district has people of its own who let others in.", "They invite whoever is to belong to it, under Members."};
  auto const link = invite(visit, state->district.id);
  if (!link) return district_page(visit, *state, {.wrong = link.trouble().text});
  return district_page(visit, *state, {.link = *link, .whose = access::normal_email(visit.form["email"])});
}

}  // namespace rollbook::web
