// Letters in their dress: ui/letters/letter.txt and letter.html, filled with what they say.
#pragma once

#include "letters/words.h"

namespace rollbook::web {

// `ui_folder`: where templates are read from, or "" for those in the program.
Result<letters::Dressed> dress_letter(letters::Words const& words, std::string const& ui_folder = {});

}  // namespace rollbook::web
