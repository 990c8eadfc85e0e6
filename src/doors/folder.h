// Folders of the system by their descriptors, so that nothing is looked up twice by a path that somebody may exchange meanwhile.
#pragma once

#include <string>
#include <vector>

#include "doors/zone.h"

namespace rollbook::doors {

// Makes it when it is not there, for its owner alone.
Result<Descriptor> open_folder(std::string const& path);
std::vector<std::string> names_in(int folder);  // sorted; "." and ".." are left out

}  // namespace rollbook::doors
