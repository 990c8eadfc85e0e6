#pragma once

#include "rules/repeats.h"

namespace rollbook {

inline constexpr RosterRule email_used_twice{RuleInfo{
                                                 .code = "AMP008",
                                                 .name = "email-used-twice",
                                                 .severity = Severity::Off,
                                                 .strict = Severity::Off,
                                                 .origin = Origin::Receiver,
                                                 .message = "The e-mail address {email} is used by another person too (line {detail}).",
                                                 .why = "Signing in by e-mail leads to the wrong person.",
                                                 .fix = "Give each person their own address; siblings may not share one there.",
                                             },
                                             TableId::Users, "email", TableId::Users, [](Roster const& roster, Facts const& facts, Tell const& tell) {
                                               tell_repeats(roster[TableId::Users], facts.emails, tell);
                                             }};

}  // namespace rollbook
