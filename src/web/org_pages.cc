// Organizations of a district: the tree, and one of them with whom to call there. Deleting one begins here, and is decided on the page of its run.
#include <algorithm>

#include "base/text.h"
#include "report/words.h"
#include "runs/cascade.h"
#include "store/org_contacts.h"
#include "views/local_time.h"
#include "web/address.h"
#include "web/org_tree.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_listed = 500, deepest = 3;

std::string address_of(Visit const& visit, TreeOrg const& org, std::string_view rest = {}) {
  return visit.in_district("administration/organizations/" + std::to_string(org.key) + std::string(rest));
}

std::string title_of(TreeOrg const& org) { return org.name.empty() ? org.id : org.name; }

std::optional<TreeOrg> org_of_route(Visit& visit) {
  for (auto& org : org_tree(visit))
    if (org.key == visit.number(1)) return std::move(org);
  return std::nullopt;
}

View org_page(Visit& visit, TreeOrg const& org, std::string const& wrong) {
  View view{"organization", title_of(org)};
  view.crumbs.push_back({"Organizations", visit.in_district("administration/organizations")});
  auto const kept = store::find_contact(visit.hub.home.operations(), visit.district->id, org.key);
  auto const value = [&](char const* name, std::string const& text) { return wrong.empty() ? text : std::string(visit.form[name]); };
  Model fields = Model::List(), above = false, below = Model::List();
  fields.add(part({.name = "person", .label = "Person", .value = value("person", kept.person), .required = false}));
  fields.add(part({.name = "email", .label = "E-mail address", .type = "email", .value = value("email", kept.email), .required = false}));
  fields.add(part({.name = "phone", .label = "Telephone", .type = "tel", .value = value("phone", kept.phone), .required = false}));
  fields.add(part({.name = "address", .label = "Address", .value = value("address", kept.address), .required = false}));
  fields.add(part({.name = "notes", .label = "Notes", .value = value("notes", kept.notes), .required = false}));
  std::size_t count_below = 0;
  for (auto const& other : org_tree(visit)) {
    if (org.parent == other.key) above = Model{{"title", title_of(other)}, {"to", address_of(visit, other)}};
    if (other.parent == org.key && ++count_below <= most_listed) below.add({{"title", title_of(other)}, {"to", address_of(visit, other)}});
  }
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"id", org.id},
                {"name", title_of(org)},
                {"type", org.type},
                {"people", number(org.people)},
                {"classes", number(org.classes)},
                {"above", std::move(above)},
                {"has_below", count_below > 0},
                {"below", std::move(below)},
                {"fields", std::move(fields)},
                {"changed", kept.changed.empty() ? "" : views::local_time(kept.changed, visit.district->time_zone).text() + ", by " + kept.who},
                {"to", address_of(visit, org)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer organization_tree(Visit& visit) {
  auto const wanted = std::string(visit.query["q"]);
  auto const part = lower(trimmed(wanted));
  auto const tree = org_tree(visit, part);
  auto const contacts = store::list_contacts(visit.hub.home.operations(), visit.district->id);
  View view{"organizations", "Organizations"};
  Sheet sheet{"organizations", {"sourcedId", "name", "type", "people", "classes", "contact", "email", "phone", "address", "notes"}, {}};
  Model list = Model::List();
  std::size_t found = 0, listed = 0;
  for (auto const& org : tree) {
    found += org.found;
    bool const as_sheet = visit.format == "csv";
    if (!as_sheet && ++listed > most_listed) continue;
    auto const at = contacts.find(org.key);
    auto const contact = at == contacts.end() ? store::OrgContact() : at->second;
    if (as_sheet && org.found)
      sheet.rows.push_back({org.id, org.name, org.type, std::to_string(org.people), std::to_string(org.classes), contact.person, contact.email, contact.phone,
                            contact.address, contact.notes});
    if (as_sheet) continue;
    list.add({{"key", org.key},
              {"id", org.id},
              {"title", title_of(org)},
              {"type", org.type},
              {"depth", std::min(org.depth, deepest)},
              {"found", org.found},
              {"people", number(org.people)},
              {"classes", number(org.classes)},
              {"contact", contact.person.empty() ? contact.email : contact.person},
              {"to", address_of(visit, org)}});
  }
  auto const here = visit.in_district("administration/organizations");
  view.model = {
      {"here", here},
      {"q", wanted},
      {"orgs", std::move(list)},
      {"has_orgs", !tree.empty()},
      {"found", counted(found, "organization")},
      {"more", tree.size() > most_listed ? with_separators(tree.size() - most_listed) : ""},
      {"csv", address(here + ".csv", {{"q", wanted}})},
      {"nothing", !tree.empty()  ? Model(false)
                  : part.empty() ? empty("school", "No organization yet", "They are here when the first delivery with organizations has been applied.")
                                 : empty("school", "No organization is called so", "Part of the name or of the id is enough.", here, "All organizations")}};
  view.sheet = std::move(sheet);
  return view;
}

Answer organization(Visit& visit) {
  auto const org = org_of_route(visit);
  return org ? Answer(org_page(visit, *org, "")) : Refusal{404};
}

Answer set_contact(Visit& visit) {
  auto const org = org_of_route(visit);
  if (!org) return Refusal{404};
  auto const text = [&](char const* name) { return std::string(trimmed(visit.form[name])); };
  store::OrgContact const contact{text("person"), text("email"), text("phone"), text("address"), text("notes"), "", ""};
  if (auto const trouble =
          store::set_contact(visit.hub.home.operations(), *visit.district, org->key, contact, title_of(*org) + " (" + org->id + ")", visit.hub.actor))
    return org_page(visit, *org, trouble->text);
  return Redirect{address_of(visit, *org), contact.is_empty() ? "The contact is taken away." : "The contact is kept."};
}

Answer delete_organization(Visit& visit) {
  auto const org = org_of_route(visit);
  if (!org) return Refusal{404};
  auto const queued = runs::queue_cascade(visit.hub, *visit.district, static_cast<std::uint32_t>(org->key));
  if (!queued) return org_page(visit, *org, queued.trouble().text);
  if (queued->failed) return Refusal{503};
  return Redirect{run_address(visit, queued->run),
                  "This run counts what would go with " + title_of(*org) + ". Nothing is deleted before you have typed the number."};
}

}  // namespace rollbook::web
