// Names for invented people and schools, of many origins.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rollbook::demo {

// Plain lists hold ASCII only; the accented ones are drawn rarely, so that about two people in a hundred need UTF-8.
std::span<std::string_view const> girls();
std::span<std::string_view const> boys();
std::span<std::string_view const> families();
std::span<std::string_view const> accented_girls();
std::span<std::string_view const> accented_boys();
std::span<std::string_view const> accented_families();
std::span<std::string_view const> school_names();
std::span<std::string_view const> cities();

// Writes the letters of a name as a login has them: lower case, without accents and punctuation. Returns the end.
char* write_as_login(char* out, std::string_view name);

}  // namespace rollbook::demo
