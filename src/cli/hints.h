// Commands that a text suggests, so that they can be pasted: with the place that was named, and the district.
#pragma once

#include <string>

#include "cli/hub.h"

namespace rollbook::cli {

// Adds --data or --database and --district to every "rollbook …" in quotes, and behind "Next: " and "  or: ". `district`: "" adds none.
std::string pasteable(std::string const& text, HubArguments const& hub, std::string const& district);

// A word for a shell: in quotes when it has to be.
std::string shell_word(std::string const& text);

}  // namespace rollbook::cli
