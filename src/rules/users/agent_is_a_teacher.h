#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule agent_is_a_teacher{
    RuleInfo{
        .code = "USR004",
        .name = "agent-is-a-teacher",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "An agent of {sourcedId} is a teacher.",
        .why = "Agents are parents and guardians; a teacher listed there gets to see what only the family should.",
        .fix = "Enroll the teacher in the class instead.",
        .checks = "or-6.30",
    },
    TableId::Users, "agentSourcedIds", TableId::Roles, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      if (roster.user_roles.empty()) return;
      for (auto const& [user, agent] : facts.agents) {
        auto const held = roster.user_roles[static_cast<std::size_t>(agent)];
        constexpr RoleBits family = (1u << word<words::role, "guardian">) | (1u << word<words::role, "parent">) | (1u << word<words::role, "relative">);
        if ((held & (1u << word<words::role, "teacher">)) != 0 && (held & family) == 0)
          tell(static_cast<std::uint32_t>(user), static_cast<std::uint32_t>(agent));
      }
    }};

}  // namespace rollbook
