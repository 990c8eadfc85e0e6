#pragma once

#include "rules/circles.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule org_is_its_own_ancestor{RuleInfo{
                                                        .code = "ORG001",
                                                        .name = "org-is-its-own-ancestor",
                                                        .severity = Severity::Warning,
                                                        .strict = Severity::Warning,
                                                        .message = "{sourcedId} is, through its parents, part of itself.",
                                                        .why = "Apps that walk up to the district never arrive.",
                                                        .fix = "Correct parentSourcedId of one of the organizations in the circle.",
                                                        .checks = "or-6.20",
                                                    },
                                                    TableId::Orgs, "parentSourcedId", TableId::Orgs, [](Roster const& roster, Facts const&, Tell const& tell) {
                                                      tell_circles(roster[TableId::Orgs].kept.column[column<orgs, "parentSourcedId">.index], tell);
                                                    }};

}  // namespace rollbook
