// What the pages of Enrollment share: the way from one to the other.
#pragma once

#include <string_view>

#include "runs/inbox.h"
#include "store/database.h"
#include "web/page.h"
#include "web/record_scope.h"

namespace rollbook::web {

// {{>enrollment_tabs}}: the pages of this section, `current` among them, and how much waits in the inbox.
void set_tabs(Visit& visit, Model& model, std::string_view current);

// The clashes of records that they may change. What refers to other records is left to who may change those of all schools.
Result<std::vector<runs::Clash>> clashes_of(Visit& visit, RecordScope& scope);

}  // namespace rollbook::web
