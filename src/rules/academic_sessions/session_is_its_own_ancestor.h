#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule session_is_its_own_ancestor{
    RuleInfo{
        .code = "SES003",
        .name = "session-is-its-own-ancestor",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "{sourcedId} is, through its parents, part of itself.",
        .why = "The school year it belongs to cannot be found.",
        .fix = "Correct parentSourcedId of one of the sessions in the circle.",
        .checks = "or-6.24",
    },
    TableId::AcademicSessions, "parentSourcedId", TableId::AcademicSessions,
    [](Roster const& roster, Facts const& facts, Tell const& tell) {
      (void)facts;
      auto const& table = roster[TableId::AcademicSessions];
      auto const& parents = table.kept.column[column<academic_sessions, "parentSourcedId">.index];
      // Walks up from each row, colouring as it goes: a row met again on the same walk closes a circle.
      std::vector<std::uint32_t> colour(parents.size(), 0);
      for (std::uint32_t start = 0; start < parents.size(); ++start) {
        auto at = static_cast<std::int32_t>(start);
        while (has_value(at) && colour[static_cast<std::size_t>(at)] == 0) colour[static_cast<std::size_t>(at)] = start + 1, at = parents[static_cast<std::size_t>(at)];
        if (!has_value(at) || colour[static_cast<std::size_t>(at)] != start + 1) continue;
        for (auto const first = at;;) {
          auto const next = parents[static_cast<std::size_t>(at)];
          tell(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(next));
          if ((at = next) == first) break;
        }
      }
    }};

}  // namespace rollbook
