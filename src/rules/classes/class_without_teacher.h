#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule class_without_teacher{
    RuleInfo{
        .code = "AMP006",
        .name = "class-without-teacher",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "Class {sourcedId} ({title}) has no teacher.",
        .why = "Nobody can open the class.",
        .fix = "Enroll a teacher in the SIS.",
    },
    TableId::Classes, "", TableId::Enrollments,
    [](Roster const& roster, Facts const& facts, Tell const& tell) {
      std::vector<bool> taught(roster[TableId::Classes].rows);
      for (auto const& [in_class, teacher] : facts.class_roles)
        if (teacher) taught[static_cast<std::size_t>(in_class)] = true;
      for (std::uint32_t row = 0; row < taught.size(); ++row)
        if (!taught[row]) tell(row, no_row);
    }};

}  // namespace rollbook
