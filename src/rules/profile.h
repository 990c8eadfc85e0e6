// Ways of looking at a delivery: the standard read leniently, to the letter, or with the eyes of one receiver. Profiles are data.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "rules/catalogue.h"

namespace rollbook {

struct LevelChange {
  std::string_view code;  // a rule, or a family: "HDR" changes all rules whose code begins so
  Severity severity;
  std::string_view table = {};  // only there; "" everywhere
  std::string_view field = {};
};

struct Profile {
  std::string_view name;
  std::string_view doc;
  bool strict = false;  // begin with the strict levels
  std::span<LevelChange const> changes = {};
  bool only_zip = false;
  bool only_11 = false;
  bool needs_district = false;  // every organization hangs below one
  std::span<TableId const> needs = {};  // tables that must be there
};

std::span<Profile const> all_profiles();
Profile const* profile_by_name(std::string_view name);  // null when there is none

// The level of every rule under a profile.
class Levels {
 public:
  explicit Levels(Profile const& profile);
  Severity of(RuleId rule) const { return base_[rule]; }
  Severity of(RuleId rule, Table const* table, std::uint8_t field) const { return special_[rule] ? look(rule, table, field) : base_[rule]; }

 private:
  Severity look(RuleId rule, Table const* table, std::uint8_t field) const;
  Profile const* profile_;
  std::vector<Severity> base_;
  std::vector<bool> special_;
};

}  // namespace rollbook
