// How reports spell things: numbers with separators, plurals, and values of strangers that must not do anything when shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rollbook {

// 4812 → "4,812"
std::string with_separators(std::uint64_t number);

// "1 row", "4,812 rows". Without `many`, an s makes the plural.
std::string counted(std::uint64_t number, std::string_view one, std::string_view many = {});

// 1536 → "1.5 KB"
std::string size_in_words(std::uint64_t bytes);

// What may be shown anywhere, terminals included: one line of valid UTF-8 in which nothing acts and nothing hides. Control
// characters become their pictures (ESC → ␛), invisible and direction-turning ones their number (<U+202E>).
std::string visible(std::string_view text);

// `visible`, and no longer than `most` characters; what is cut off is marked by "…".
std::string visible(std::string_view text, std::size_t most);

// How many columns a terminal needs for it.
unsigned columns_of(std::string_view visible_text);

// What people call the records of a table: "users" → "person", "people"; "orgs" → "organization", "organizations".
std::string one_of_table(std::string_view table);
std::string many_of_table(std::string_view table);

// "people" → "People"
std::string capitalized(std::string words);

// "user-email-used-twice" → "User email used twice"
std::string name_in_words(std::string_view rule_name);

}  // namespace rollbook
