// Names in archives from strangers: which are dangerous, which are the same, and how to show one without harm.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bundle/zip.h"

namespace rollbook {

// The name with '/' between its parts. Windows programs of old wrote '\', and an attacker may.
std::string with_slashes(std::string_view name);

// The name as text for a person and a terminal: printable UTF-8 of a bounded length.
std::string shown_name(std::string_view name);

// What is wrong with one name. `says_utf8`: the archive promises that the name is UTF-8; otherwise it may be in any old code page.
void judge_name(std::string_view name, bool says_utf8, std::vector<ZipProblem>& problems);

// Tells of names that are the same file on some computers: they differ in case, in "./" or "//", or in a '/' at the end.
void judge_duplicates(std::vector<ZipEntry> const& entries, std::vector<ZipProblem>& problems);

}  // namespace rollbook
