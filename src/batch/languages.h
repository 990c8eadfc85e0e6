// Languages by their codes (ISO 639-1, ISO 639-2 and some of 639-3 that schools meet) and by their English names.
#pragma once

#include <string>
#include <string_view>

namespace rollbook::batch {

// The code of a language that is given by a code or by its English name, whatever its capital letters: that of two letters where there is one. "" when there
// is none.
std::string_view language_code(std::string_view text);

// The name or code that is most like the text; "" when none is.
std::string_view nearest_language(std::string_view text);

}  // namespace rollbook::batch
