// Finds records by what people type: words of a name, an id, an e-mail, all of which have to fit, or many ids at once.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runs/search_index.h"

namespace rollbook::runs {

constexpr std::size_t most_found = 1000;

struct FoundIn {
  TableId table = TableId::Users;
  std::vector<std::uint32_t> keys;  // best first: who has a whole word before who has only its beginning; at most `most_found`
  bool more = false;                // there are others, or may be
  bool gave_up = false;             // too many had to be looked at one by one
};

struct SearchResult {
  std::vector<FoundIn> tables;         // those that are searched, in the order people ask for them
  std::vector<std::string> not_found;  // of a list, as they were typed
  bool of_list = false;                // several were asked for at once, a line or comma between them
  std::size_t asked = 0;               // how many
  std::vector<std::string> left;       // of a list that was too long
  // What was looked for, folded: words that all have to fit, item by item; and of a list those items that are one word, which has to be whole.
  std::vector<std::vector<std::string>> items = {};
  std::set<std::string> whole_words = {};
  IndexState state;
};

// Whether somebody may see a record.
using MaySee = std::function<bool(TableId, std::uint32_t key)>;

// Whose records are looked for. Those of organizations are known from the index, so that they are found among however many others have the same name; where
// that is too much to gather, `may_see` is asked of those that fit, and gives up after some (`gave_up`). The index trails: whoever shows what was found asks
// once more.
struct SearchScope {
  std::optional<std::vector<std::uint32_t>> orgs;  // only those of these organizations; none: all
  MaySee may_see = {};
};

SearchResult search(store::Database& roster, std::string_view text, SearchScope const& scope = {});

// The record that has this id now, by the index; while it trails, what it does not know is looked for among all ids.
std::optional<std::uint32_t> record_called(store::Database& roster, TableId table, std::string const& sourced_id);
// Or that had it last.
std::optional<std::uint32_t> record_once_called(store::Database& roster, TableId table, std::string const& sourced_id);

// Or that had it at a revision.
std::optional<std::uint32_t> record_called_then(store::Database& roster, TableId table, std::string const& sourced_id, std::int64_t revision);

}  // namespace rollbook::runs
