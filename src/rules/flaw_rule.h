// A rule that gives a flaw found while opening or reading its code and its words.
#pragma once

#include "bundle/bundle.h"
#include "roster/flaws.h"
#include "roster/layout.h"
#include "rules/rule.h"

namespace rollbook {

template <class FlawKind>
struct FlawRule {
  FlawKind flaw;
  RuleInfo info;
};

}  // namespace rollbook
