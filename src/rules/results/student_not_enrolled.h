#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule student_not_enrolled{RuleInfo{
                                                     .code = "RES003",
                                                     .name = "student-not-enrolled",
                                                     .severity = Severity::Warning,
                                                     .strict = Severity::Warning,
                                                     .message = "{studentSourcedId} has a result but is not enrolled in the class of the line item.",
                                                     .why = "The grade shows up for somebody who is not in the class.",
                                                     .fix = "Enroll the student, or remove the result.",
                                                     .checks = "or-6.37",
                                                 },
                                                 TableId::Results, "studentSourcedId", TableId::Results,
                                                 [](Roster const& roster, Facts const& facts, Tell const& tell) {
                                                   if (!roster[TableId::Enrollments].is_read() || roster[TableId::Enrollments].mode != Mode::Bulk) return;
                                                   std::vector<std::uint64_t> enrolled;
                                                   enrolled.reserve(facts.enrolled.size());
                                                   for (auto const& e : facts.enrolled) enrolled.push_back(e.pair);
                                                   std::sort(enrolled.begin(), enrolled.end());
                                                   for (auto const& result : facts.results)
                                                     if (!std::binary_search(enrolled.begin(), enrolled.end(), result.pair))
                                                       tell(roster[TableId::Results].row_of(result.place), no_row);
                                                 }};

}  // namespace rollbook
