// What somebody needs who is to write a flat file: a template to begin with, and what each column means. Both are read off the declaration.
#pragma once

#include <string>

#include "batch/form.h"

namespace rollbook::batch {

// The header and two rows.
std::string template_of(Form const& form);

// The data dictionary, as a table in Markdown.
std::string dictionary_of(Form const& form);

}  // namespace rollbook::batch
