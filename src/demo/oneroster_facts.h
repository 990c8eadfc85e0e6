// The facts of the standard as a file (data/oneroster-csv.json), built into the program for the injector of defects.
#pragma once

#include <string_view>

namespace rollbook {

std::string_view oneroster_facts();

}  // namespace rollbook
