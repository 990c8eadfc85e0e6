// A source is activated, and set up step by step. It exists from the first step on, as a trial: whoever stops in the middle goes on where they were.
#include <algorithm>

#include "web/pages.h"
#include "web/parts.h"
#include "web/settings_form.h"
#include "web/setup.h"
#include "web/sources.h"

namespace rollbook::web {
namespace {

using store::SettingGroup;

constexpr SettingGroup of_name[] = {SettingGroup::Delivery};
constexpr SettingGroup of_identifiers[] = {SettingGroup::Identifiers};
constexpr SettingGroup of_rules[] = {SettingGroup::Filters, SettingGroup::Requirements, SettingGroup::Limits};

// Steps that are a form over settings and nothing else.
struct FormStep {
  std::string_view name, title, what, next;
  SettingGroups groups;
};
constexpr FormStep form_steps[] = {
    {"name", "Name and deliveries", "Say what a delivery of this source means. It decides whether a record that is no longer listed is removed.", "identifiers",
     of_name},
    {"identifiers", "Identifiers",
     "Records are known again by an identifier. When the system may give people new sourcedIds, for instance after a migration, choose a column that stays.",
     "upload", of_identifiers},
    {"rules", "Filters and requirements",
     "Which part of the delivery is taken, what this district wants beyond the standard, and how much may change in one night before a person decides. All of "
     "it can stay as it is.",
     "review", of_rules},
};

FormStep const* form_step(Visit const& visit) {
  if (visit.parts.size() < 3) return nullptr;
  auto const at = std::find_if(std::begin(form_steps), std::end(form_steps), [&](FormStep const& step) { return step.name == visit.parts[2]; });
  return at == std::end(form_steps) ? nullptr : &*at;
}

View step_page(Visit const& visit, FormStep const& step, store::Source const* source, SettingsRead const* read, std::string const& wrong) {
  View view{"setup_form", std::string(step.title)};
  if (source != nullptr) view.crumbs = crumbs_to(visit, *source);
  store::SourceSettings const fresh;
  auto const is_name = step.name == "name";
  view.model = {
      {"steps", steps_model(visit, source, step.name, source != nullptr && last_delivery_of(visit, *source).has_value())},
      {"what", step.what},
      {"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
      {"to", source != nullptr ? address_of(visit, *source, "setup/" + std::string(step.name)) : visit.in_district("gallery/activate/oneroster-csv")},
      {"name", source == nullptr ? part({.name = "name",
                                         .label = "Name of the source",
                                         .value = std::string(visit.form["name"]),
                                         .hint = "As people here call the system that sends it, for instance the name of your SIS. It cannot be changed later.",
                                         .autocomplete = "off"})
                                 : Model(false)},
      {"known_as", is_name && source != nullptr ? source->name : ""},
      {"arrives", is_name},
      {"fieldsets", settings_fieldsets(step.groups, source != nullptr ? source->settings : fresh, read)},
      {"button", source == nullptr ? "Activate and continue" : "Save and continue"},
      {"back", source != nullptr ? address_of(visit, *source) : visit.in_district("gallery")}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

constexpr std::string_view mend = "Something cannot be as it was entered; it says so below. Nothing is saved.";

}  // namespace

Answer activate(Visit& visit) {
  if (visit.parts[1] != "oneroster-csv") return Refusal{404};
  return step_page(visit, form_steps[0], nullptr, nullptr, "");
}

Answer do_activate(Visit& visit) {
  if (visit.parts[1] != "oneroster-csv") return Refusal{404};
  store::SourceSettings const fresh;
  auto const read = read_settings(visit.form, of_name, fresh);
  if (!read.wrong.empty()) return step_page(visit, form_steps[0], nullptr, &read, std::string(mend));
  auto const added = store::add_source(visit.hub.home.operations(), *visit.district, std::string(visit.form["name"]), read.changes, visit.hub.actor);
  if (!added) return step_page(visit, form_steps[0], nullptr, &read, added.trouble().text);
  return Redirect{address_of(visit, *added, "setup/identifiers"),
                  added->name + " is activated as a trial: nothing that it sends is applied before you approve a preview."};
}

Answer setup_step(Visit& visit) {
  auto const source = source_of_route(visit);
  auto const* step = form_step(visit);
  if (!source || !source->is_active() || step == nullptr) return Refusal{404};
  return step_page(visit, *step, &*source, nullptr, "");
}

Answer save_setup_step(Visit& visit) {
  auto const source = source_of_route(visit);
  auto const* step = form_step(visit);
  if (!source || !source->is_active() || step == nullptr) return Refusal{404};
  auto const read = read_settings(visit.form, step->groups, source->settings);
  if (!read.wrong.empty()) return step_page(visit, *step, &*source, &read, std::string(mend));
  if (source->settings.is("live") && !read.changes.empty())
    return step_page(visit, *step, &*source, &read,
                     "This source is live: its settings are changed on its own page, where you see first what a change does to the last delivery.");
  auto const saved = store::set_source(visit.hub.home.operations(), *visit.district, source->name, read.changes, visit.hub.actor);
  if (!saved) return step_page(visit, *step, &*source, &read, saved.trouble().text);
  return Redirect{address_of(visit, *source, "setup/" + std::string(step->next)), read.changes.empty() ? "" : "Saved."};
}

Answer setup_upload(Visit& visit) {
  auto const source = source_of_route(visit);
  if (!source || !source->is_active()) return Refusal{404};
  auto const last = last_delivery_of(visit, *source);
  View view{"setup_upload", "First delivery"};
  view.crumbs = crumbs_to(visit, *source);
  view.model = {{"steps", steps_model(visit, &*source, "upload", last.has_value())},
                {"last", last_delivery_model(visit, last)},
                {"refused", last && last->outcome == "refused"},
                {"upload", visit.in_district("upload?source=" + std::to_string(source->id))},
                {"next", address_of(visit, *source, "setup/schools")},
                {"back", address_of(visit, *source)}};
  return view;
}

}  // namespace rollbook::web
