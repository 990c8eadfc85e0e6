#pragma once

#include <algorithm>

#include "rules/roster_rule.h"
#include "rules/row.h"

namespace rollbook {

inline constexpr RosterRule identifiers_alike{
    RuleInfo{
        .code = "AMP010",
        .name = "identifiers-alike",
        .severity = Severity::Off,
        .strict = Severity::Off,
        .origin = Origin::Receiver,
        .message = "The identifier {identifier} differs from that on line {detail} only in case or leading zeros.",
        .why = "Often it is the same person twice, once through a spreadsheet.",
        .fix = "Check whether it is one person; correct the identifier that lost its zeros.",
    },
    TableId::Users, "identifier", TableId::Users, [](Roster const& roster, Facts const& facts, Tell const& tell) {
      struct Seen {
        std::uint64_t folded, exact;
        csv::Place place;
      };
      std::vector<Seen> seen;
      for (std::size_t i = 0; i < facts.identifiers.size(); ++i)
        seen.push_back({facts.folded_identifiers[i], facts.identifiers[i].first, facts.identifiers[i].second});
      std::sort(seen.begin(), seen.end(), [](auto const& a, auto const& b) { return a.folded != b.folded ? a.folded < b.folded : a.place < b.place; });
      auto const& table = roster[TableId::Users];
      for (std::size_t i = 0; i < seen.size();) {
        auto j = i;
        while (j < seen.size() && seen[j].folded == seen[i].folded) ++j;
        for (auto a = i; a < j; ++a)
          for (auto b = i; b < j; ++b)
            if (seen[a].exact != seen[b].exact) {
              tell(table.row_of(seen[a].place), table.row_of(seen[b].place));
              break;
            }
        i = j;
      }
    }};

}  // namespace rollbook
