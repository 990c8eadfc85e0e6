// Values that people type, for edits by hand.
#pragma once

#include <optional>
#include <string>

#include "schema/catalogue.h"
#include "schema/stored_columns.h"
#include "store/database.h"

namespace rollbook::runs {

// A value as it is stored; or what is wrong with it, as a sentence.
struct Typed {
  std::optional<std::string> value;  // none: blank
  std::string wrong;
};

// `text` as OneRoster writes it, references by the ids that records have. `column` is one of stored_columns.
Typed typed(store::Database& roster, Table const& table, std::size_t column, std::string const& text);

}  // namespace rollbook::runs
