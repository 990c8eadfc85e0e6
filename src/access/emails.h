// E-mails as they are kept: in small letters, so that each person is there once.
#pragma once

#include <string>
#include <string_view>

namespace rollbook::access {

// Without spaces around it, in small letters.
std::string normal_email(std::string_view text);

// Whether mail could be sent to it; of a normal e-mail. ASCII alone: what looks alike in other letters would be another account.
bool is_email(std::string_view email);

}  // namespace rollbook::access
