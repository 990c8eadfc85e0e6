// Decides, before a byte is inflated, whether the files of an archive are what its directory says and within our limits.
#pragma once

#include <string_view>
#include <vector>

#include "bundle/zip_directory.h"

namespace rollbook {

// The packed bytes of every file, in the order of the directory; meant to be used when no problem was added.
std::vector<std::string_view> judge_files(std::string_view bytes, ZipDirectory const& directory, ZipLimits const& limits, std::vector<ZipProblem>& problems);

// A folder has a name with '/' at its end, or is one by the mode a Unix gave it.
bool is_folder(ZipListing const& file);

}  // namespace rollbook
