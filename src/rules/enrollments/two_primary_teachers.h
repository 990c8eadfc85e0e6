#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule two_primary_teachers{
    RuleInfo{
        .code = "ENR006",
        .name = "two-primary-teachers",
        .severity = Severity::Warning,
        .strict = Severity::Warning,
        .message = "Class {classSourcedId} has another primary teacher at the same time.",
        .why = "Apps that show one teacher pick one of them by chance.",
        .fix = "Leave primary true for one teacher of the class.",
        .checks = "or-6.13 or-6.16",
    },
    TableId::Enrollments, "primary", TableId::Enrollments, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      // Nearly every class has one primary teacher; only the others are worth sorting.
      std::vector<std::uint8_t> count(roster[TableId::Classes].rows);
      for (auto const& t : facts.primary_teachers)
        count[static_cast<std::size_t>(t.class_row)] |= static_cast<std::uint8_t>(count[static_cast<std::size_t>(t.class_row)] + 1);
      std::vector<PrimaryTeacher> teachers;
      for (auto const& t : facts.primary_teachers)
        if (count[static_cast<std::size_t>(t.class_row)] > 1) teachers.push_back(t);
      std::sort(teachers.begin(), teachers.end(),
                [](auto const& a, auto const& b) { return a.class_row != b.class_row ? a.class_row < b.class_row : a.place < b.place; });
      auto const begin_of = [](PrimaryTeacher const& t) { return has_value(t.begin) ? t.begin : 0; };
      auto const end_of = [](PrimaryTeacher const& t) { return has_value(t.end) ? t.end : 99999999; };
      auto const& table = roster[TableId::Enrollments];
      for (std::size_t i = 0; i < teachers.size();) {
        auto j = i;
        while (j < teachers.size() && teachers[j].class_row == teachers[i].class_row) ++j;
        for (auto a = i; a < j; ++a)
          for (auto b = i; b < j; ++b)
            if (a != b && teachers[a].user != teachers[b].user && begin_of(teachers[a]) < end_of(teachers[b]) && begin_of(teachers[b]) < end_of(teachers[a])) {
              tell(table.row_of(teachers[a].place), table.row_of(teachers[b].place));
              break;
            }
        i = j;
      }
    }};

}  // namespace rollbook
