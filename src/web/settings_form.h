// Settings of a source as a form, and back: made from their declaration alone, so that a setting that is declared can be edited.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "http/forms.h"
#include "store/source_settings.h"
#include "web/model.h"

namespace rollbook::web {

using SettingGroups = std::span<store::SettingGroup const>;
using SettingTexts = std::map<std::string, std::string, std::less<>>;  // by the setting's name

// What a form brought: the settings as they would be, what differs from now, and what cannot be.
struct SettingsRead {
  SettingTexts typed, wrong;
  std::vector<std::pair<std::string, std::string>> changes;
};

// Every setting of these groups has to be in the form; one that is not is left as it is.
SettingsRead read_settings(http::Fields const& form, SettingGroups groups, store::SourceSettings const& now);

// {{#fieldsets}}{{>settings}}{{/fieldsets}}: one of each group.
Model settings_fieldsets(SettingGroups groups, store::SourceSettings const& now, SettingsRead const* read = nullptr);

// Changes on their way through a preview: hidden fields set.NAME.
Model hidden_changes(std::vector<std::pair<std::string, std::string>> const& changes);
std::vector<std::pair<std::string, std::string>> read_hidden_changes(http::Fields const& form, SettingGroups groups);

}  // namespace rollbook::web
