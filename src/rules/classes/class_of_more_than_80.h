#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule class_of_more_than_80{RuleInfo{
                                                      .code = "AMP007",
                                                      .name = "class-of-more-than-80",
                                                      .severity = Severity::Off,
                                                      .strict = Severity::Off,
                                                      .origin = Origin::Receiver,
                                                      .message = "Class {sourcedId} ({title}) has more than 80 students.",
                                                      .why = "Reports and dashboards of the class become slow or incomplete.",
                                                      .fix = "Split the class, or check whether two classes share an id.",
                                                  },
                                                  TableId::Classes, "", TableId::Enrollments, [](Roster const& roster, Facts const& facts, Tell const& tell) {
                                                    auto pairs = facts.students;  // a student enrolled twice is one student
                                                    std::sort(pairs.begin(), pairs.end());
                                                    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
                                                    std::vector<std::uint32_t> students(roster[TableId::Classes].rows);
                                                    for (auto const pair : pairs) ++students[pair >> 32];
                                                    for (std::uint32_t row = 0; row < students.size(); ++row)
                                                      if (students[row] > 80) tell(row, no_row);
                                                  }};

}  // namespace rollbook
