// Keeps what is searched for beside the roster: for every term the keys of the records that have it, in lists of a bounded length.
//
// It is derived from the rows alone and trails them: a revision is applied without it, and the index follows in batches, each a short transaction that
// notes how far it came. Whoever stops in between goes on from there. Emptied, it is made anew.
#pragma once

#include <functional>

#include "runs/work.h"

namespace rollbook::runs {

struct IndexState {
  std::int64_t known = 0;   // up to this revision everything is found
  std::int64_t newest = 0;  // of the roster
  bool is_behind() const { return known < newest; }
};

IndexState index_state(store::Database& roster);

// Does one batch of so many records, or of as many as writers can well wait for. False: there is nothing left to do.
Result<bool> index_more(store::Database& roster, std::optional<std::size_t> batch = {});
// Does all of them.
std::optional<Trouble> index_all(store::Database& roster);

// Forgets all of it, to be made anew; the second one within the caller's transaction.
std::optional<Trouble> forget_index(store::Database& roster);
void drop_index(store::Database& roster);

// Trouble when what is in the index is not what it would be, made anew from the rows. Nothing while it is on its way.
std::optional<Trouble> verify_index(store::Database& roster);

// Keys are four bytes each, ascending.
std::vector<std::uint32_t> keys_of_list(std::string_view bytes);

// Whoever has an exact term in a table, up to `most`; `from`: the first key that is wanted.
std::vector<std::uint32_t> keys_with_term(store::Database& roster, TableId table, std::string_view term, std::uint32_t from, std::size_t most);
// The same of many terms at once: f(term, keys of a list).
void each_with_terms(store::Database& roster, TableId table, std::vector<std::string> const& terms,
                     std::function<void(std::string_view term, std::vector<std::uint32_t> const& keys)> const& f);
std::uint64_t count_with_term(store::Database& roster, TableId table, std::string_view term);

// The ids that the records had at a revision, for keys from first to last.
std::vector<std::pair<std::uint32_t, std::string>> ids_between(store::Database& roster, TableId table, std::uint32_t first, std::uint32_t last,
                                                               std::int64_t revision);

}  // namespace rollbook::runs
