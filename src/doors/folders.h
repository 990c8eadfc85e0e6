// Which folders of the server are watched, and for whom. The operator alone names them, on the command line: a path is never taken from the web.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/sources.h"

namespace rollbook::doors {

struct Folder {
  std::int64_t source = 0, district = 0;
  std::string path, trouble;  // trouble: why nothing can be taken from it; "" when it can
};

std::optional<Folder> folder_of(store::Database& operations, std::int64_t source);
std::vector<Folder> all_folders(store::Database& operations);  // of sources that are active

// Trouble when it is no folder that can be watched. `own` is a folder of Rollbook's own, in which none is watched; "": there is none.
std::optional<Trouble> watch_folder(store::Database& operations, store::Source const& source, std::string path, std::string const& own,
                                    store::Actor const& actor);
std::optional<Trouble> watch_no_folder(store::Database& operations, store::Source const& source, store::Actor const& actor);
void keep_folder_trouble(store::Database& operations, Folder const& folder, std::string const& trouble);

// Whether a server was started that looks into them.
bool folders_are_watched(store::Database& operations);
std::optional<Trouble> keep_folders_are_watched(store::Database& operations);

}  // namespace rollbook::doors
