// Fills the {placeholders} of a rule's message. Text that is put in is never looked at for placeholders again.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace rollbook {

// `value_of` gives the text for a placeholder's name. "{{" and "}}" stand for braces.
std::string fill(std::string_view text, std::function<std::string(std::string_view name)> const& value_of);

}  // namespace rollbook
