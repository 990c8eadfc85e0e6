#include "runs/search.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "runs/names.h"
#include "runs/rows_by_key.h"
#include "runs/search_terms.h"
#include "runs/theirs.h"

namespace rollbook::runs {
namespace {

// What one search may read: a beginning like "a" fits hundreds of thousands, and nobody waits for all of them.
constexpr std::size_t most_lists = 20'000, most_keys = 200'000, most_looked_at = 600, most_of_a_list = 1000;

constexpr TableId searched[] = {TableId::Users, TableId::Classes, TableId::Courses, TableId::Orgs, TableId::AcademicSessions};

// Who has a word, or one that begins with it.
struct WithWord {
  std::vector<std::uint32_t> keys;  // by term
  bool cut = false;
};

class InTable {
 public:
  InTable(store::Database& roster, TableId table, SearchScope const& scope) : roster_(roster), table_(table), scope_(scope), rows_(roster) {}

  FoundIn find(std::vector<std::string> const& words) {
    FoundIn found{table_, {}, false};
    if (words.empty()) return found;
    std::vector<WithWord> all;
    for (auto const& word : words) {
      all.push_back(with_word(word));
      if (all.back().keys.empty()) return found;  // all have to fit
    }
    // The one that fits fewest leads; the others only say no.
    auto const lead = std::min_element(all.begin(), all.end(),
                                       [](auto const& a, auto const& b) { return std::pair(a.cut, a.keys.size()) < std::pair(b.cut, b.keys.size()); });
    // Where none is known whole, but the records of their schools are, those lead.
    bool const theirs_lead = lead->cut && theirs() != nullptr && theirs()->listed();
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (theirs_lead || all.begin() + static_cast<std::ptrdiff_t>(i) != lead) {
        std::sort(all[i].keys.begin(), all[i].keys.end());
        others.push_back(i);
      }
    found.more = lead->cut && !theirs_lead;
    std::set<std::uint32_t> seen;
    std::size_t looked = 0;
    for (auto const key : theirs_lead ? theirs()->keys() : lead->keys) {
      if (found.keys.size() == most_found || looked >= most_looked_at) {
        found.more = true;
        found.gave_up = looked >= most_looked_at;
        break;
      }
      if (!is_theirs(key) || !seen.insert(key).second) continue;
      bool fits = true;
      for (auto const i : others) {
        if (std::binary_search(all[i].keys.begin(), all[i].keys.end(), key)) continue;
        if (!all[i].cut) fits = false;
        else looked += 3, fits = has_word(key, words[i]);  // they take longer
        if (!fits) break;
      }
      if (!fits) continue;
      if (is_asked() && (++looked, !scope_.may_see(table_, key))) continue;
      found.keys.push_back(key);
    }
    return found;
  }

  // Who has each of these terms whole, by term.
  std::map<std::string, std::vector<std::uint32_t>> find_exactly(std::vector<std::string> const& terms) {
    std::map<std::string, std::vector<std::uint32_t>> found;
    each_with_terms(roster_, table_, terms, [&](std::string_view term, std::vector<std::uint32_t> const& keys) {
      auto& into = found[std::string(term)];
      for (auto const key : keys)
        if (into.size() < most_looked_at && is_theirs(key) && std::find(into.begin(), into.end(), key) == into.end()) into.push_back(key);
    });
    if (is_asked())
      for (auto& [term, keys] : found) std::erase_if(keys, [&](auto const key) { return !scope_.may_see(table_, key); });
    return found;
  }

 private:
  // Null: all are, or each has to be asked.
  Theirs const* theirs() {
    if (scope_.orgs && !theirs_) theirs_.emplace(roster_, table_, *scope_.orgs);
    return theirs_ && theirs_->known() ? &*theirs_ : nullptr;
  }
  bool is_theirs(std::uint32_t key) { return theirs() == nullptr || theirs()->has(key); }
  bool is_asked() { return scope_.may_see && theirs() == nullptr; }

  WithWord with_word(std::string const& word) {
    WithWord with;
    if (!lists_) lists_ = roster_.prepare("SELECT keys FROM search_lists WHERE tbl = ? AND term >= ? AND term < ? ORDER BY term, first LIMIT ?");
    lists_->with(static_cast<int>(table_), store::Blob{word}, store::Blob{behind(word)}, most_lists);
    std::size_t lists = 0;
    while (with.keys.size() < most_keys && lists_->step()) {
      ++lists;
      auto const keys = keys_of_list(lists_->blob(0));
      with.keys.insert(with.keys.end(), keys.begin(), keys.end());
    }
    lists_->reset();
    with.cut = lists == most_lists || with.keys.size() >= most_keys;
    return with;
  }

  // Asked of the record itself, where the word fits too many to have them all.
  bool has_word(std::uint32_t key, std::string const& word) {
    auto const now = rows_.row(table_, key);
    if (!now || !now->lives) return false;
    for (std::size_t i = 0; i < stored_columns(table_).size(); ++i)
      for (auto const& own : words_of_column(table_, now->cells, i))
        if (own.starts_with(word)) return true;
    return folded(id_of(roster_, table_, key)).starts_with(word);
  }

  store::Database& roster_;
  TableId table_;
  SearchScope const& scope_;
  RowsByKey rows_;
  std::optional<Theirs> theirs_;
  std::unique_ptr<store::Statement> lists_;
};

// Many at once: what was pasted from a column or a list.
std::vector<std::string> items_of(std::string_view text) {
  std::vector<std::string> items;
  std::string item;
  auto const end = [&] {
    auto const from = item.find_first_not_of(" "), to = item.find_last_not_of(" ");
    if (from != std::string::npos) items.push_back(item.substr(from, to - from + 1));
    item.clear();
  };
  for (auto const c : text) {
    if (c == '\n' || c == '\r' || c == '\t' || c == ',' || c == ';') end();
    else item += c;
  }
  end();
  return items;
}

SearchResult find_list(store::Database& roster, std::vector<std::string> items, SearchScope const& scope) {
  SearchResult result;
  result.of_list = true;
  result.asked = items.size();
  if (items.size() > most_of_a_list) {
    result.left.assign(items.begin() + most_of_a_list, items.end());
    items.resize(most_of_a_list);
  }
  std::vector<std::vector<std::string>> words;  // names have several
  auto& terms = result.whole_words;
  for (auto const& item : items) {
    words.push_back(folded_words(item));
    if (words.back().size() == 1) terms.insert(words.back()[0]);
    else result.items.push_back(words.back());
  }
  std::vector<bool> any(items.size());
  for (auto const table : searched) {
    InTable in(roster, table, scope);
    auto const exactly = in.find_exactly({terms.begin(), terms.end()});
    FoundIn found{table, {}, false};
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
      std::vector<std::uint32_t> keys;
      if (words[i].size() == 1) {
        if (auto const at = exactly.find(words[i][0]); at != exactly.end()) keys = at->second;
      } else {
        keys = in.find(words[i]).keys;
      }
      if (!keys.empty()) any[i] = true;
      for (auto const key : keys) {
        if (!seen.insert(key).second) continue;
        if (found.keys.size() < most_found) found.keys.push_back(key);
        else found.more = true;
      }
    }
    result.tables.push_back(std::move(found));
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    if (!any[i]) result.not_found.push_back(items[i]);
  return result;
}

bool has_any(SearchResult const& result) {
  return std::any_of(result.tables.begin(), result.tables.end(), [](auto const& found) { return !found.keys.empty() || found.more; });
}

}  // namespace

SearchResult search(store::Database& roster, std::string_view text, SearchScope const& scope) {
  SearchResult result;
  auto const state = index_state(roster);
  auto items = items_of(text.substr(0, 100'000));
  if (items.size() > 1) {
    result = find_list(roster, std::move(items), scope);
  } else {
    auto words = folded_words(text);
    // Ids with spaces between: words with digits or an @ that no record has together.
    auto const is_id = [](std::string const& word) { return word.find_first_of("0123456789@") != std::string::npos; };
    auto apart = words.size() > 1 && std::all_of(words.begin(), words.end(), is_id) ? words : std::vector<std::string>();
    if (words.size() > 10) words.resize(10);
    result.asked = words.empty() ? 0 : 1;
    for (auto const table : searched) result.tables.push_back(InTable(roster, table, scope).find(words));
    result.items.push_back(words);
    if (!apart.empty() && !has_any(result))
      if (auto list = find_list(roster, std::move(apart), scope); has_any(list)) result = std::move(list);
  }
  result.state = state;
  return result;
}

std::optional<std::uint32_t> record_called(store::Database& roster, TableId table, std::string const& sourced_id) {
  std::vector<std::uint32_t> candidates;
  auto const term = is_searched(table) ? folded(sourced_id).substr(0, longest_term) : id_term(sourced_id);
  each_with_terms(roster, table, {term},
                  [&](std::string_view, std::vector<std::uint32_t> const& keys) { candidates.insert(candidates.end(), keys.begin(), keys.end()); });
  constexpr std::size_t at_once = 50;
  std::string places;
  for (std::size_t i = 0; i < at_once; ++i) places += i == 0 ? "?" : ", ?";
  auto called = roster.prepare("SELECT key FROM ids WHERE tbl = ? AND key IN (" + places + ") AND until IS NULL AND id = ?");
  for (std::size_t from = 0; from < candidates.size(); from += at_once) {
    called->bind(1, std::int64_t{static_cast<int>(table)});
    for (std::size_t i = 0; i < at_once; ++i) called->bind(static_cast<int>(i) + 2, std::int64_t{candidates[std::min(from + i, candidates.size() - 1)]});
    called->bind(at_once + 2, std::string_view(sourced_id));
    if (called->step()) return static_cast<std::uint32_t>(called->integer(0));
    called->reset();
  }
  return index_state(roster).is_behind() ? key_of_id(roster, table, sourced_id) : std::nullopt;
}

std::optional<std::uint32_t> record_once_called(store::Database& roster, TableId table, std::string const& sourced_id) {
  if (auto const now = record_called(roster, table, sourced_id)) return now;
  auto row = roster.prepare("SELECT key FROM ids WHERE tbl = ? AND id = ? AND until IS NOT NULL ORDER BY until DESC LIMIT 1");
  return row->with(static_cast<int>(table), sourced_id).step() ? std::optional(static_cast<std::uint32_t>(row->integer(0))) : std::nullopt;
}

std::optional<std::uint32_t> record_called_then(store::Database& roster, TableId table, std::string const& sourced_id, std::int64_t revision) {
  auto ended = roster.prepare("SELECT key FROM ids WHERE tbl = ? AND id = ? AND until IS NOT NULL AND until > ? AND since <= ?");
  if (ended->with(static_cast<int>(table), sourced_id, revision, revision).step()) return static_cast<std::uint32_t>(ended->integer(0));
  auto const now = record_called(roster, table, sourced_id);
  if (!now) return std::nullopt;
  auto since = roster.prepare("SELECT 1 FROM ids WHERE tbl = ? AND key = ? AND id = ? AND until IS NULL AND since <= ?");
  return since->with(static_cast<int>(table), *now, sourced_id, revision).step() ? now : std::nullopt;
}

}  // namespace rollbook::runs
