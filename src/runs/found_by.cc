#include "runs/found_by.h"

#include <algorithm>
#include <set>

#include "runs/search_terms.h"

namespace rollbook::runs {
namespace {

// Words as somebody finds them: an item of a list that is one word has to be whole.
bool has(std::set<std::string> const& words, std::string const& asked, bool whole) {
  auto const at = words.lower_bound(asked);
  return at != words.end() && (whole ? *at == asked : at->starts_with(asked));
}

}  // namespace

std::vector<std::size_t> found_by(SearchResult const& result, TableId table, StoredRow const& row, std::span<std::string const> shown) {
  std::set<std::string> seen, all;
  for (auto const& text : shown) {
    seen.insert(folded(text).substr(0, longest_term));
    for (auto& word : folded_words(text)) seen.insert(std::move(word));
  }
  std::vector<std::pair<std::size_t, std::string>> words;
  for (std::size_t i = 0; i < stored_columns(table).size(); ++i)
    for (auto& word : words_of_column(table, row, i)) all.insert(word), words.emplace_back(i, std::move(word));
  std::vector<std::size_t> columns;
  auto const tell = [&](std::string const& asked, bool whole) {
    for (auto const& [column, word] : words)
      if (whole ? word == asked : word.starts_with(asked)) {
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
        return;
      }
  };
  auto const fits = [&](std::vector<std::string> const& item, std::set<std::string> const& in) {
    return !item.empty() && std::all_of(item.begin(), item.end(), [&](auto const& word) { return has(in, word, false); });
  };
  // Of a list: by one word that is whole, whatever else of the list fits besides.
  auto const is_whole = [&](std::set<std::string> const& in, std::string& which) {
    for (auto const& word : in)
      if (result.whole_words.count(word) > 0) return which = word, true;
    return false;
  };
  std::string which;
  if (is_whole(seen, which)) return columns;
  for (auto const& item : result.items)
    if (fits(item, seen)) return columns;
  if (is_whole(all, which)) return tell(which, true), columns;
  all.insert(seen.begin(), seen.end());
  for (auto const& item : result.items)
    if (fits(item, all)) {
      for (auto const& word : item)
        if (!has(seen, word, false)) tell(word, false);
      break;
    }
  return columns;
}

}  // namespace rollbook::runs
