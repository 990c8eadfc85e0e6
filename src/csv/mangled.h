// Text that was read in one encoding and written in another: "MÃ¼ller", and U+FFFD where a character was given up.
#pragma once

#include <string_view>

namespace rollbook::csv {

// True when the text holds U+FFFD, or characters whose Windows-1252 bytes are together a character of UTF-8: nobody types these.
bool is_mangled(std::string_view text);

}  // namespace rollbook::csv
