// Settings of a source are changed in three steps: a form, what the change would have done to the last delivery, and only then it is saved.
#include <algorithm>

#include "runs/going_live.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/settings_form.h"
#include "web/setup.h"
#include "web/sources.h"
#include "web/what_if_model.h"

namespace rollbook::web {
namespace {

using Changes = store::SettingChanges;

// What the route names: a source of this district, and a group of settings.
struct Edited {
  store::Source source;
  store::SettingGroupInfo group;
  SettingGroups groups() const { return {&group.group, 1}; }
};

std::optional<Edited> edited(Visit const& visit) {
  auto source = source_of_route(visit);
  auto const* group = visit.parts.size() > 2 ? group_by_name(visit.parts[2]) : nullptr;
  if (!source || group == nullptr) return std::nullopt;
  return Edited{std::move(*source), *group};
}

Refusal closed() { return {409, "This source is deactivated.", "Its settings stay as they are; it takes no deliveries any more."}; }

std::string address_of(Visit const& visit, Edited const& what, std::string_view rest = {}) {
  return address_of(visit, what.source, "settings/" + std::string(what.group.name) + (rest.empty() ? "" : "/") + std::string(rest));
}

View form(Visit const& visit, Edited const& what, SettingsRead const* read, std::string const& wrong) {
  View view{"settings_edit", std::string(what.group.title)};
  view.crumbs = crumbs_to(visit, what.source);
  auto const last = last_delivery_of(visit, what.source);
  view.model = {{"wrong", wrong.empty() ? Model(false) : alert("danger", wrong)},
                {"to", address_of(visit, what, "preview")},
                {"fieldsets", settings_fieldsets(what.groups(), what.source.settings, read)},
                {"has_delivery", last.has_value()},
                {"back", address_of(visit, what.source)}};
  if (!wrong.empty()) view.status = 422;
  return view;
}

Model changes_model(store::Source const& source, Changes const& changes) {
  Model all = Model::List();
  for (auto const& setting : store::source_setting_list())
    for (auto const& [name, value] : changes)
      if (name == setting.name)
        all.add({{"label", setting.label}, {"before", in_words(setting, source.settings[name])}, {"after", in_words(setting, value)}, {"setting", name}});
  return all;
}

bool goes_live(store::Source const& source, Changes const& changes) {
  return !source.settings.is("live") && std::find(changes.begin(), changes.end(), std::pair<std::string, std::string>("live", "yes")) != changes.end();
}

// What stands in the way of these changes; "" when nothing does.
std::string wrong_with(Visit& visit, store::Source const& source, Changes const& changes) {
  auto as_set = source;
  for (auto const& [name, value] : changes)
    if (auto trouble = as_set.settings.set(name, value)) return trouble->text;
  return goes_live(source, changes) ? runs::why_not_live(visit.hub, *visit.district, as_set) : "";
}

}  // namespace

Answer edit_settings(Visit& visit) {
  auto const what = edited(visit);
  if (!what) return Refusal{404};
  if (!what->source.is_active()) return closed();
  return form(visit, *what, nullptr, "");
}

// Nothing is saved here.
Answer preview_settings(Visit& visit) {
  auto const what = edited(visit);
  if (!what) return Refusal{404};
  auto const& source = what->source;
  if (!source.is_active()) return closed();
  auto const read = read_settings(visit.form, what->groups(), source.settings);
  if (!read.wrong.empty()) return form(visit, *what, &read, "Something cannot be as it was entered; it says so below. Nothing is saved.");
  if (read.changes.empty()) return Redirect{address_of(visit, source), "Nothing was changed: everything is as it was."};
  if (auto const wrong = wrong_with(visit, source, read.changes); !wrong.empty()) return form(visit, *what, &read, wrong);

  View view{"settings_preview", "Look before you save"};
  view.crumbs = crumbs_to(visit, source);
  view.crumbs.push_back({std::string(what->group.title), address_of(visit, *what)});
  auto const last = last_delivery_of(visit, source);
  auto tried = last ? std::optional(runs::what_if(visit.hub, *visit.district, source, read.changes, *last)) : std::nullopt;
  bool const shown = tried && tried->ok();
  view.model = {
      {"source", source.name},
      {"changes", changes_model(source, read.changes)},
      {"hidden", hidden_changes(read.changes)},
      {"to", address_of(visit, *what)},
      {"back", address_of(visit, *what)},
      {"last", last_delivery_model(visit, last)},
      {"waits", last && last->outcome == "held" && last->decision == "open"},
      {"what_if", shown ? what_if_model(**tried) : Model(false)},
      {"refused",
       shown && (*tried)->then.outcome == "refused" ? alert("warning", "With this change the last delivery could not be taken at all.") : Model(false)},
      {"not_tried", tried && !tried->ok() ? alert("warning", "It could not be tried. " + tried->trouble().text) : Model(false)},
      {"live", goes_live(source, read.changes)
                   ? alert("warning", "The source goes live: from now on its deliveries change the roster, once they are approved or go by themselves.")
                   : Model(false)}};
  return view;
}

Answer save_settings(Visit& visit) {
  auto const what = edited(visit);
  if (!what) return Refusal{404};
  auto const& source = what->source;
  if (!source.is_active()) return closed();
  auto const changes = read_hidden_changes(visit.form, what->groups());
  if (changes.empty()) return Redirect{address_of(visit, source), "Nothing was changed: everything is as it was."};
  if (auto const wrong = wrong_with(visit, source, changes); !wrong.empty()) return form(visit, *what, nullptr, wrong);
  auto const saved = store::set_source(visit.hub.home.operations(), *visit.district, source.name, changes, visit.hub.actor);
  if (!saved) return form(visit, *what, nullptr, saved.trouble().text);
  return Redirect{address_of(visit, source), std::string(what->group.title) + ": saved. It holds from the next delivery on."};
}

}  // namespace rollbook::web
