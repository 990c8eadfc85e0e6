#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule person_without_role{RuleInfo{
                                                    .code = "USR003",
                                                    .name = "person-without-role",
                                                    .severity = Severity::Warning,
                                                    .strict = Severity::Warning,
                                                    .message = "{sourcedId} has no row in roles.csv.",
                                                    .why = "Nobody can tell whether this is a student or a teacher, nor at which school.",
                                                    .fix = "Add a role for this person.",
                                                    .checks = "or-5.5",
                                                },
                                                TableId::Users, "", TableId::Roles, [](Roster const& roster, Facts const& facts, Tell const& tell) {
                                                  (void)facts;
                                                  if (!roster[TableId::Roles].is_read() || roster[TableId::Roles].mode != Mode::Bulk) return;
                                                  auto const& table = roster[TableId::Users];
                                                  for (std::uint32_t row = 0; row < roster.user_roles.size(); ++row)
                                                    if (roster.user_roles[row] == 0 && (table.root.empty() || table.root[row] == 0)) tell(row, no_row);
                                                }};

}  // namespace rollbook
