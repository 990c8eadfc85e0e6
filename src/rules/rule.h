// What a rule is: a stable code, words for people, and a level for each way of looking at a delivery.
#pragma once

#include <string_view>

namespace rollbook {

// What a finding does. `Off`: the rule is not asked. `Error` of a row keeps the row out. `Refused` stops the whole delivery.
enum class Severity : unsigned char { Off, Info, Warning, Error, Refused };

constexpr std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Off:
      return "off";
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
    case Severity::Refused:
      return "refused";
  }
  return "";
}

// Who demands it. A house rule is never presented as an error of the specification.
enum class Origin : unsigned char { OneRoster, Receiver, Rollbook };

struct RuleInfo {
  std::string_view code;                // for ever: a retired code is never given again
  std::string_view name;                // states what is wrong, in kebab-case
  Severity severity = Severity::Error;  // under the profile `oneroster`
  Severity strict = Severity::Error;    // under the profile `oneroster-strict`
  Origin origin = Origin::OneRoster;
  bool dependent = false;  // the row is well formed; something it needs is not there
  std::string_view since = "0.1";
  std::string_view message = {};  // what; {placeholders} are filled from the row
  std::string_view why = {};      // the consequence in a school
  std::string_view fix = {};      // what a data person can do today
  std::string_view checks = {};   // requirements it answers: ids of rules/requirements.h, separated by spaces
};

}  // namespace rollbook
