// Text that was read in one encoding and written in another: "MÃ¼ller", and U+FFFD where a character was given up.
#pragma once

#include <cstddef>
#include <string_view>

namespace rollbook::csv {

// The first place, from `from` on, of U+FFFD or of characters whose Windows-1252 bytes are together a character of UTF-8: nobody types these. npos: none.
std::size_t find_mangled(std::string_view text, std::size_t from);
inline bool is_mangled(std::string_view text) { return find_mangled(text, 0) != std::string_view::npos; }

}  // namespace rollbook::csv
