// The commands with which a whole district is locked, opened again, or deleted.
#pragma once

#include "cli/hub_commands.h"

namespace rollbook::cli {

int run_district_lock(HubArguments const& arguments, RunArguments const& given);
int run_district_unlock(HubArguments const& arguments, RunArguments const& given);
// `typed`: the name of the district; "" shows what would go.
int run_district_delete(HubArguments const& arguments, RunArguments const& given, std::string const& typed);

}  // namespace rollbook::cli
