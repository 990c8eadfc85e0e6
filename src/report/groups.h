// Findings the way people work through them: rule by rule, what stops most first.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace rollbook {

// How a rule's findings are presented: never by colour alone.
struct Kind {
  std::string_view word;     // "error"
  std::string_view symbol;   // one column of a terminal
  std::string_view colour;   // of a terminal: the number in ESC[…m
  std::string_view icon;     // the id of its picture and its class in the page
  std::string_view meaning;  // for those who meet it for the first time
};

// In the order in which they are presented. A row that only waits for another is not an error to work on.
inline constexpr Kind kinds[] = {
    {"refused", "⊘", "1;31", "refused", "stops the whole delivery"},
    {"error", "✖", "31", "error", "the row is left out"},
    {"waiting", "↳", "35", "waiting", "the row is fine, but something it needs is not there"},
    {"warning", "▲", "33", "warning", "the row is taken; worth a look"},
    {"note", "•", "36", "note", "for your information"},
};

constexpr std::size_t kind_of(RuleInfo const& rule, Severity severity) {
  switch (severity) {
    case Severity::Refused:
      return 0;
    case Severity::Error:
      return rule.dependent ? 2 : 1;
    case Severity::Warning:
      return 3;
    case Severity::Info:
    case Severity::Off:
      return 4;
  }
  return 4;
}

// Who demands it, in words. Empty for the specification's own rules, of which there are most.
constexpr std::string_view demanded_by(Origin origin) {
  switch (origin) {
    case Origin::OneRoster:
      return "";
    case Origin::Receiver:
      return "required by a receiver, not by OneRoster";
    case Origin::Rollbook:
      return "Rollbook's own rule, not OneRoster's";
  }
  return "";
}

struct Group {
  CheckReport::RuleCount const* rule;
  Kind const* kind;
  std::vector<CheckReport::Finding const*> findings;  // those that the report holds; rule->count says how many there are

  // The consequence and the mending when all findings say the same; "" when each has its own.
  std::string_view common_why, common_fix;
};

std::vector<Group> groups_of(CheckReport const& report);

}  // namespace rollbook
