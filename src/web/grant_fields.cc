#include "web/grant_fields.h"

#include "web/parts.h"

namespace rollbook::web {

using access::Level;

void set_grant_fields(Model& model, Managed const& managed) {
  Model levels = Model::List(), places = Model::List();
  for (auto const level : {Level::Standard, Level::Reporting, Level::Enrollment, Level::System})
    levels.add(choice(access::name_of(level), std::string(access::name_of(level)), level == Level::Reporting));
  if (managed.whole_district()) places.add(choice("", "The whole district", true));
  for (auto const& organization : managed.organizations())
    places.add(choice(std::to_string(organization.key), place_of(organization.key, managed.organizations()), false));
  model["levels"] = std::move(levels);
  model["places"] = std::move(places);
}

Model grants_model(std::vector<access::Grant> const& grants, std::vector<Organization> const& organizations) {
  Model all = Model::List();
  for (auto const& grant : grants)
    all.add({{"place", place_of(grant.org, organizations)},
             {"org", grant.org ? std::to_string(*grant.org) : ""},
             {"level", access::name_of(grant.level)},
             {"demographics", grant.demographics}});
  return all;
}

}  // namespace rollbook::web
