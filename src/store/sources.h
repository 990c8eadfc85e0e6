// Sources: who sends rosters for a district, and how what they send is to be taken.
#pragma once

#include <cstdint>
#include <optional>
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
  std::string state = "active";  // or deactivated: it takes no deliveries, what it brought has no owner; or deleted: only history knows it

  bool is_active() const { return state == "active"; }
};

using SettingChanges = std::vector<std::pair<std::string, std::string>>;  // name, value

// Adds a source; of kind "batch" there is one, which Rollbook makes itself. Trouble when its name is taken in the district, or a setting is wrong: then nothing is added.
Result<Source> add_source(Database& operations, District const& district, std::string const& name, SettingChanges const& changes, Actor const& actor,
                          std::string const& kind = "oneroster-csv");

// Changes settings of a source, all or none.
Result<Source> set_source(Database& operations, District const& district, std::string const& name, SettingChanges const& changes, Actor const& actor);

// All that there ever were, with those that are deleted.
Result<std::vector<Source>> list_sources(Database& operations, District const& district);

// By name, of those that are not deleted. Trouble says which there are.
Result<Source> find_source(Database& operations, District const& district, std::string const& name);

// One of these by its number; null when it is none of them.
Source const* source_with(std::vector<Source> const& sources, std::optional<std::int64_t> id);

// By number, deleted ones too; nothing when there never was such a source.
Result<std::optional<Source>> find_source(Database& operations, District const& district, std::int64_t id);

// Within the caller's transaction.
void set_source_state(Database& operations, std::int64_t source, std::string_view state);

}  // namespace rollbook::store
