#include "web/setup.h"

#include "runs/going_live.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

struct Step {
  std::string_view name, title;
  bool needs_delivery = false;
};
constexpr Step steps[] = {{"name", "Name and deliveries"},       {"identifiers", "Identifiers"},         {"upload", "First delivery"},
                          {"schools", "Organizations", true},    {"columns", "Columns and words", true}, {"rules", "Filters and requirements"},
                          {"review", "Review and go live", true}};

}  // namespace

Model steps_model(Visit const& visit, store::Source const* source, std::string_view current, bool has_delivery) {
  Model all = Model::List();
  bool before = true;
  for (auto const& step : steps) {
    bool const is_current = step.name == current;
    if (is_current) before = false;
    all.add({{"title", step.title},
             {"current", is_current},
             {"done", before},
             {"link", source != nullptr && !is_current ? address_of(visit, *source, "setup/" + std::string(step.name)) : ""},
             {"waits", step.needs_delivery && !has_delivery}});
  }
  return all;
}

Result<Schools> schools_of(Visit& visit, store::Source const& source, Bundle const& bundle) {
  auto const roster = visit.hub.home.roster(visit.district->id);
  if (!roster) return roster.trouble();
  Schools schools;
  schools.of_others = runs::organizations_of_others(**roster, source.id);
  if ((*roster)->trouble()) return *(*roster)->trouble();
  auto const delivered = runs::organizations_of(bundle, source.settings);
  schools.matches = views::match_schools(delivered, schools.of_others, runs::decisions_on_organizations(source.settings));
  schools.open = runs::undecided(delivered, schools.of_others, source.settings);
  return schools;
}

View without_delivery(Visit const& visit, store::Source const& source, std::string_view step, std::string_view title, std::string const& why) {
  View view{"setup_waits", std::string(title)};
  view.crumbs = crumbs_to(visit, source);
  view.model = {{"steps", steps_model(visit, &source, step, false)},
                {"empty", empty("upload", why.empty() ? "This step needs a delivery" : "The delivery cannot be shown",
                                why.empty() ? "It looks at what your system really sends. Upload a first delivery; nothing of it is applied." : why,
                                visit.in_district("upload?source=" + std::to_string(source.id)), "Upload a delivery")},
                {"back", address_of(visit, source)}};
  return view;
}

}  // namespace rollbook::web
