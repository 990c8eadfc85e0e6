// Sources: who sends rosters for a district, and how what they send is to be taken.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/districts.h"
#include "store/source_settings.h"

namespace rollbook::store {

struct Source {
  std::int64_t id = 0, district = 0;
  std::string name, kind, created;
  SourceSettings settings;
};

using SettingChanges = std::vector<std::pair<std::string, std::string>>;  // name, value

// Adds a source of kind "oneroster-csv". Trouble when its name is taken in the district, or a setting is wrong: then nothing is added.
Result<Source> add_source(Database& operations, District const& district, std::string const& name, SettingChanges const& changes, Actor const& actor);

// Changes settings of a source, all or none.
Result<Source> set_source(Database& operations, District const& district, std::string const& name, SettingChanges const& changes, Actor const& actor);

Result<std::vector<Source>> list_sources(Database& operations, District const& district);

// By name. Trouble says which there are.
Result<Source> find_source(Database& operations, District const& district, std::string const& name);

}  // namespace rollbook::store
