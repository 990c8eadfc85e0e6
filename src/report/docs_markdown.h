// Small pieces of Markdown, for the pages that docs.cc and docs_tables.cc write.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace rollbook::docs {

// Plain text that a forge shows as it is, in a table too.
inline std::string plain(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '|' || c == '*' || c == '<' || c == '`') out += '\\';
    out += c;
  }
  return out;
}

inline std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

inline std::string link(std::string_view text, std::string_view target) { return "[" + std::string(text) + "](" + std::string(target) + ")"; }

// One line of a table.
inline std::string table_line(std::initializer_list<std::string_view> cells) {
  std::string out = "|";
  for (auto const cell : cells) out += cell.empty() ? " |" : " " + std::string(cell) + " |";
  return out + "\n";
}

inline std::string table_head(std::initializer_list<std::string_view> cells) {
  auto out = table_line(cells) + "|";
  for (std::size_t i = 0; i < cells.size(); ++i) out += "---|";
  return out + "\n";
}

// "a", "a and b", "a, b and c"
template <class Texts>
std::string joined(Texts const& texts) {
  std::string out;
  std::size_t i = 0;
  for (auto const& text : texts) {
    if (i > 0) out += i + 1 == texts.size() ? " and " : ", ";
    out += text;
    ++i;
  }
  return out;
}

using Pages = std::map<std::string, std::string>;
void write_tables(Pages& pages);

}  // namespace rollbook::docs
