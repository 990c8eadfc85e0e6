// A rule that needs more than one row: it looks at the roster and at the facts gathered while rows went by.
#pragma once

#include <functional>

#include "rules/facts.h"
#include "rules/rule.h"

namespace rollbook {

// Tells one finding: the row concerned, and a row of the same table that explains it (no_row: none).
using Tell = std::function<void(std::uint32_t row, std::uint32_t other)>;

struct RosterRule {
  RuleInfo info;
  TableId table;            // whose rows are blamed
  std::string_view blamed;  // which column; "" when it is the row as such
  TableId after;            // asked once, as soon as this table is read
  void (*find)(Roster const& roster, Facts const& facts, Tell const& tell);
};

}  // namespace rollbook
