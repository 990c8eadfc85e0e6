// The kinds of damage. Each is a name, and a function that does it once or finds no place for it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "demo/workshop.h"

namespace rollbook::demo {

struct DefectKind {
  std::string name;
  std::function<bool(Workshop&, DefectKind const&)> place;
};
using DefectKinds = std::vector<DefectKind>;

// Rare places first: who needs one of seventeen schools cannot wait for those who are content with any row.
void add_record_kinds(DefectKinds&);                   // missing, twice, contradicting another record
void add_reference_kinds(DefectKinds&, Facts const&);  // pointing nowhere, or at the wrong thing
void add_value_kinds(DefectKinds&);                    // one cell that is not what its column wants
void add_text_kinds(DefectKinds&, bool is_1_2);        // CSV, spreadsheets and typing

// Columns, as the kinds ask for them.
bool is_plain_text(ColumnFacts const& c);  // free text that nothing else is measured by
bool is_id(ColumnFacts const& c);

}  // namespace rollbook::demo
