// The operator's page: districts and their states. An operator sees no rows.
#include "access/accounts.h"
#include "store/runs.h"
#include "store/sources.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::int64_t a_week = 7 * 86400;

struct Told {
  std::string wrong = {}, link = {}, whose = {};
};

Model state_of(store::Database& operations, store::District const& district) {
  auto const runs = store::list_runs(operations, district.id);
  auto const sources = store::list_sources(operations, district);
  auto const people = access::list_accounts(operations, district.id);
  return {{"id", district.id},
          {"name", district.name},
          {"time_zone", district.time_zone},
          {"created", district.created},
          {"people", people.size()},
          {"sources", sources ? sources->size() : 0u},
          {"runs", runs.size()},
          {"last_run", runs.empty() ? "" : runs.back().outcome}};
}

View page(Visit const& visit, Told const& told) {
  auto& operations = visit.hub.home.operations();
  View view{"operate", "Operator"};
  Model districts = Model::List();
  auto const all = store::list_districts(operations);
  if (all)
    for (auto const& district : *all) districts.add(state_of(operations, district));
  auto const form = [&](char const* name) { return told.wrong.empty() ? std::string() : std::string(visit.form[name]); };
  view.model["has_districts"] = !districts.get<Model::List>()->empty();
  view.model["districts"] = std::move(districts);
  view.model["wrong"] = told.wrong.empty() ? Model(false) : alert("danger", told.wrong);
  view.model["link"] = told.link;
  view.model["whose"] = told.whose;
  view.model["name"] = part({.name = "name", .label = "Name of the district", .value = form("name"), .autocomplete = "off"});
  view.model["zone"] = part({.name = "time_zone",
                             .label = "Time zone",
                             .value = told.wrong.empty() ? "America/Chicago" : form("time_zone"),
                             .hint = "America/New_York, America/Chicago, America/Denver, America/Phoenix, America/Los_Angeles, or another of that kind."});
  view.model["person"] = part({.name = "person",
                               .label = "First person with the level System",
                               .value = form("person"),
                               .hint = "The name of who looks after the district: this person may do everything in it, and lets others in.",
                               .autocomplete = "off"});
  view.model["email"] = part({.name = "email", .label = "Their e-mail address", .type = "email", .value = form("email"), .autocomplete = "off"});
  if (!told.wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer operate(Visit& visit) { return page(visit, {}); }

Answer add_district(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  auto const email = std::string(visit.form["email"]);
  // The person first: a district that nobody can enter is worse than a person without one.
  auto account = access::find_account_by_email(operations, email);
  auto const has_signed_in = account && !account->last_seen.empty();
  if (!account) {
    auto added = access::add_account(operations, email, std::string(visit.form["person"]), false, visit.hub.actor);
    if (!added) return page(visit, {.wrong = added.trouble().text});
    account = *added;
  }
  auto const district = store::add_district(operations, std::string(visit.form["name"]), std::string(visit.form["time_zone"]), visit.hub.actor);
  if (!district) return page(visit, {.wrong = district.trouble().text});
  if (auto trouble = access::grant(operations, account->id, {district->id, std::nullopt, access::Level::System, false}, visit.hub.actor))
    return page(visit, {.wrong = trouble->text});
  if (has_signed_in) return Redirect{"/operator", "The district is added. " + account->name + " has an account already and may begin."};
  auto const link = access::make_link(operations, "invitation", account->id, visit.now, a_week, visit.hub.actor);
  if (!link) return page(visit, {.wrong = link.trouble().text});
  return page(visit, {.link = "/welcome/" + *link, .whose = account->name});
}

}  // namespace rollbook::web
