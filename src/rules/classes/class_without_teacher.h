#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule class_without_teacher{RuleInfo{
                                                      .code = "AMP006",
                                                      .name = "class-without-teacher",
                                                      .severity = Severity::Off,
                                                      .strict = Severity::Off,
                                                      .origin = Origin::Receiver,
                                                      .message = "Class {sourcedId} ({title}) has no teacher.",
                                                      .why = "Nobody can open the class.",
                                                      .fix = "Enroll a teacher in the SIS.",
                                                  },
                                                  TableId::Classes, "", TableId::Enrollments, [](Roster const& roster, Facts const& facts, Tell const& tell) {
                                                    if (!roster[TableId::Enrollments].is_read() || roster[TableId::Enrollments].mode != Mode::Bulk) return;
                                                    std::vector<bool> taught(roster[TableId::Classes].rows);
                                                    for (auto const pair : facts.teachers) taught[pair >> 32] = true;
                                                    for (std::uint32_t row = 0; row < taught.size(); ++row)
                                                      if (!taught[row]) tell(row, no_row);
                                                  }};

}  // namespace rollbook
