// The guided configuration of a source: its steps.
#pragma once

#include <string>
#include <string_view>

#include "views/delivered.h"
#include "views/school_match.h"
#include "web/sources.h"

namespace rollbook::web {

// {{#steps}}: the list of steps with the one that is shown; without a source only the first can be reached.
Model steps_model(Visit const& visit, store::Source const* source, std::string_view current, bool has_delivery);

// The organizations of the last delivery beside those of other sources.
struct Schools {
  std::vector<views::Org> of_others;
  std::vector<views::SchoolMatch> matches;
  std::vector<views::Org> open;  // nobody has decided on them yet
};
Result<Schools> schools_of(Visit& visit, store::Source const& source, Bundle const& bundle);

// Of a step that cannot be shown, because no delivery has come (`why` is empty) or it cannot be read.
View without_delivery(Visit const& visit, store::Source const& source, std::string_view step, std::string_view title, std::string const& why);

}  // namespace rollbook::web
