// What is held, and the fields with which it is given: shared by the pages of members.
#pragma once

#include <vector>

#include "web/managed.h"
#include "web/model.h"

namespace rollbook::web {

// Sets the names of ui/parts/grant_fields.html.
void set_grant_fields(Model& model, Managed const& managed);

// {{#grants}}: place, org, level, demographics.
Model grants_model(std::vector<access::Grant> const& grants, std::vector<Organization> const& organizations);

}  // namespace rollbook::web
