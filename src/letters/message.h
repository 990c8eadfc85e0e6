// A letter as mail servers take it: RFC 5322, 2045 to 2047. Whatever stands in a name or a subject stays within its header; every line is short and of ASCII.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rollbook::letters {

struct Message {
  std::string from = {}, from_name = {}, to = {};  // addresses of ASCII
  std::string subject = {};
  std::int64_t date = 0;  // seconds since 1970
  std::string id = {};    // of the letter, without < >: the same each time that it is sent
  std::string text = {}, html = {};
};
std::string written(Message const& message);

// Of a header: as it is where that is short and plain, else as encoded words of 75 characters at most, on lines of their own.
std::string encoded_words(std::string_view text);
// Lines of at most 76 characters; their ends are CRLF.
std::string quoted_printable(std::string_view text);
// Sun, 22 Nov 2026 01:02:03 +0000
std::string date_text(std::int64_t seconds);

}  // namespace rollbook::letters
