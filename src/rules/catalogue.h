// All rules in one place: found by code, by flaw, by their number.
#pragma once

#include <cstdint>
#include <span>

#include "rules/flaw_rule.h"
#include "rules/rule.h"

namespace rollbook {

// Place of a rule in all_rules(), which is sorted by code.
using RuleId = std::uint16_t;
inline constexpr RuleId no_rule = 0xffff;

struct RuleEntry {
  RuleInfo const* info;
  Table const* table;            // whose rows it judges; null: any
  std::string_view blamed;       // the column it blames; "" when it varies
  bool names_other_row = false;  // a finding's aux is the place of another row of the table, or all ones
  bool of_sources = false;       // asked by sync alone, of sources whose settings make it a question
};

std::span<RuleEntry const> all_rules();
RuleId rule_by_code(std::string_view code);  // no_rule when there is none
RuleId rule_of(Flaw flaw);
RuleId rule_of(BundleFlaw flaw);
RuleId rule_of(HeaderFlaw flaw);
RuleId rule_of(RuleInfo const& info);

}  // namespace rollbook
