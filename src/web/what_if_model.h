// A what-if as a page shows it: table by table, as it is and as it would be.
#pragma once

#include "runs/what_if.h"
#include "web/page.h"

namespace rollbook::web {

// {{#what_if}}{{>what_if}}{{/what_if}}
Model what_if_model(runs::WhatIf const& what_if);

// {{#counts}}{{>counts}}{{/counts}}: one answer alone.
Model counts_model(runs::Answer const& answer);

}  // namespace rollbook::web
