#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule two_primary_roles{RuleInfo{
                                                  .code = "ROL003",
                                                  .name = "two-primary-roles",
                                                  .severity = Severity::Error,
                                                  .strict = Severity::Error,
                                                  .message = "{userSourcedId} has another primary role at {orgSourcedId}.",
                                                  .why = "Apps cannot tell what the person mainly is there.",
                                                  .fix = "Leave one role primary; the others are secondary.",
                                                  .checks = "or-6.31",
                                              },
                                              TableId::Roles, "roleType", TableId::Roles, [](Roster const& roster, Facts const& facts, Tell const& tell) {
                                                auto seen = facts.primary_roles;
                                                std::sort(seen.begin(), seen.end(),
                                                          [](auto const& a, auto const& b) { return a.pair != b.pair ? a.pair < b.pair : a.place < b.place; });
                                                auto const& table = roster[TableId::Roles];
                                                for (std::size_t i = 0; i < seen.size(); ++i) {
                                                  if (i > 0 && seen[i - 1].pair == seen[i].pair)
                                                    tell(table.row_of(seen[i].place), table.row_of(seen[i - 1].place));
                                                  else if (i + 1 < seen.size() && seen[i + 1].pair == seen[i].pair)
                                                    tell(table.row_of(seen[i].place), table.row_of(seen[i + 1].place));
                                                }
                                              }};

}  // namespace rollbook
