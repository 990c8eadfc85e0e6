// People who left the roster long ago are let go, with whatever is about nobody else: all that any source said of them, their ids, what was edited by hand.
//
// What stays is nameless: that under a key there was a record, from which revision to which, and the digests that were taken of it. So what is counted stays
// right. What a run changed about them cannot be taken back any more: such runs are past undoing, and say so.
#pragma once

#include <functional>
#include <set>

#include "runs/work.h"

namespace rollbook::runs {

// A version of a record that is over.
struct PastVersion {
  TableId table = TableId::Users;
  std::uint32_t key = 0;
  std::int64_t source = 0, since = 0, until = 0;
  auto operator<=>(PastVersion const&) const = default;
};

struct Leavers {
  std::vector<PastVersion> versions;  // of parts first, of people last: whoever is stopped in between finds the people again
  std::uint64_t people = 0, parts = 0;
  bool whole = true;                                               // false: there may be more
  std::set<std::int64_t> revisions;                                // that will be past undoing, and are not yet; as far as people tell
  std::vector<std::pair<std::int64_t, std::string>> received_ids;  // by which sources call them besides
};

// Who left before this day, as it is called in UTC. Reads all people, and all that can be about them; `enough` is asked now and then, and once it is true what
// was found so far is all that is told.
Leavers find_leavers(store::Database& roster, std::string const& before, std::function<bool()> const& enough = {});

// Whoever deletes a part of them does it in a transaction of the operations, in which nobody works for the district.
struct LeaversGone {
  std::uint64_t people = 0, parts = 0;
  std::set<std::int64_t> revisions;
};
// Forgets some of the versions, within the caller's transaction of the roster. Who came back in the meantime stays.
LeaversGone forget_leavers(store::Database& roster, std::span<PastVersion const> versions, std::string const& at);

// Whether somebody was let go who was there at this revision: an export of it is not what it was.
bool lacks_people(store::Database& roster, std::int64_t revision);

// When that was the last time; "": everybody who was there is there still.
std::string lacks_people_since(store::Database& roster, std::int64_t revision);

// Whether any were.
bool anybody_let_go(store::Database& roster);

// Forgets these ids, within the caller's transaction of the roster; once for all of them.
void forget_received_ids(store::Database& roster, Leavers const& leavers);

// When it was that people were let go whom this revision changed; "": it can be taken back.
std::string past_undoing_since(store::Database& roster, std::int64_t revision);
std::string why_past_undoing(std::int64_t run, std::string const& since);

}  // namespace rollbook::runs
