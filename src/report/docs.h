// The pages below docs/ that derive from the declarations: every rule, every table, every requirement. A test compares them with
// the files, so that a page never says anything else than the program does.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rollbook {

// The first line of every page; whoever tidies up knows by it which files are ours.
inline constexpr std::string_view docs_mark = "<!-- Written by \"rollbook docs\" from the declarations in src/. Edit those, not this page. -->\n";

// Path below docs/ → the page: "rules/README.md", "rules/REF001.md", "tables/users.md", "tables/words.md", "requirements.md" …
std::map<std::string, std::string> write_docs();

// A text of a rule for somebody who has no finding before them: each placeholder is what will stand there, between two marks.
std::string in_words(std::string_view text, std::string_view before, std::string_view after);

}  // namespace rollbook
