// What can be set on a source, declared once: the command line, the pages and the tests all read this list.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rollbook::store {

enum class SettingKind : std::uint8_t {
  Choice,    // one of `choices`
  Switch,    // yes or no
  Percent,   // 0 to 100
  Count,     // 0 to 1,000,000
  Names,     // names, separated by commas
  Pairs,     // FROM=TO, separated by commas
  Schedule,  // times of the day on days, as base/schedule.h reads them; or nothing
  Deadline,  // a time of the day on days of the week; or nothing
};

// What belongs together when people look at a source.
enum class SettingGroup : std::uint8_t { Trust, Delivery, Identifiers, Schools, Words, Aliases, Filters, Requirements, Limits };

struct SettingGroupInfo {
  SettingGroup group;
  std::string_view name;   // in addresses
  std::string_view title;  // for people
  std::string_view doc;
};
std::span<SettingGroupInfo const> setting_groups();

// A word that may stand there, what people call it, and what follows from it.
struct SettingChoice {
  std::string_view word, label, doc = {};
};

// Lists that are declared elsewhere.
enum class ChoicesOf : std::uint8_t { Own, Profiles, Tables, Roles, Grades };

struct Setting {
  std::string_view name;
  SettingKind kind;
  std::string_view fallback;  // what holds when nothing is set
  std::string_view doc;
  SettingGroup group;
  std::string_view label;                       // for people
  std::span<SettingChoice const> choices = {};  // of a Choice; of Pairs what may stand behind the =
  ChoicesOf choices_of = ChoicesOf::Own;
  std::string_view left = {}, right = {};  // of Pairs: what people call the two sides
  bool of_columns = false;                 // its names, or the left sides of its pairs, are columns: users.email
};

std::span<Setting const> source_setting_list();

// What may be chosen, or of Names what usually is; none: anything.
std::vector<SettingChoice> choices_of(Setting const& setting);

// The settings of one source: every one has a value.
class SourceSettings {
 public:
  SourceSettings();

  // Sets one after looking at it. Trouble says what it may be, and for a misspelt name which one was probably meant.
  std::optional<Trouble> set(std::string_view name, std::string_view value);

  std::string const& operator[](std::string_view name) const;  // of a declared name
  bool is(std::string_view name) const { return (*this)[name] == "yes"; }
  int number(std::string_view name) const;
  std::vector<std::string> names(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view name) const;

  // Those that differ from what holds without them, in the order of the list.
  std::vector<std::pair<std::string_view, std::string>> changed() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace rollbook::store
