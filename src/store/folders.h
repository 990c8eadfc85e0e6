// Folders that are still there after a power cut: the name of a new file or folder is durable only when the folder that it stands in is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rollbook::store {

// Makes what is missing of the folder and those above it. Only the owner may look into them: rosters are children's data.
std::optional<Trouble> make_folder(std::string const& path);

// Brings the names in a folder to the disk. "" is the current folder.
bool sync_folder(std::string const& path);

// Removes what somebody left who died on the way: files and folders of this user in `folder` whose name begins so and that nobody touched for a day.
void remove_left_behind(std::string const& folder, std::string_view prefix);

}  // namespace rollbook::store
