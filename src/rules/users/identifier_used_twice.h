#pragma once

#include "rules/repeats.h"

namespace rollbook {

inline constexpr RosterRule identifier_used_twice{RuleInfo{
                                                      .code = "AMP009",
                                                      .name = "identifier-used-twice",
                                                      .severity = Severity::Off,
                                                      .strict = Severity::Off,
                                                      .origin = Origin::Receiver,
                                                      .message = "The identifier {identifier} is used by another person too (line {detail}).",
                                                      .why = "Two people become one.",
                                                      .fix = "Give each person their own identifier.",
                                                  },
                                                  TableId::Users, "identifier", TableId::Users, [](Roster const& roster, Facts const& facts, Tell const& tell) {
                                                    tell_repeats(roster[TableId::Users], facts.identifiers, tell);
                                                  }};

}  // namespace rollbook
