// What a delivery would change: the comparison, with all that the stored roster has to say about it. The change set that a dry run shows and
// the one that is applied are this same structure, made by the same function.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "runs/stored_before.h"
#include "store/sources.h"
#include "store/stored_said.h"
#include "sync/compare_delivery.h"
#include "sync/schools.h"
#include "sync/stored_row.h"

namespace rollbook::runs {

enum class Why : std::uint8_t { NotListed, Deleted, WithItsWhole };

struct Updated {
  std::uint64_t id;
  Digest before, digest;
  std::uint32_t row, key;
};
struct Removed {
  std::uint64_t id;
  Digest before;
  std::uint32_t key;
  Why why;
  std::uint32_t row = no_row;  // of a delta that says so
};

// What another source says of a part, which goes with its whole.
struct RemovedOfOther {
  std::int64_t source;
  std::uint64_t id;
  Digest before;
  std::uint32_t key;
};

// A record that the delivery lets go and that stays, because another one that stays refers to it.
struct Kept {
  std::uint32_t key;
  TableId because;
  std::uint32_t because_key;
};

struct TablePlan {
  bool stated = false, full = false;
  Mode mode = Mode::Absent;
  std::vector<Created> created;           // in the order of the file
  std::vector<Updated> updated;           // likewise
  std::vector<Removed> removed;           // by key
  std::vector<RemovedOfOther> of_others;  // by key and source; counted apart, for this source removes nothing of it
  std::vector<Kept> kept;
  std::uint64_t unchanged = 0, excluded = 0, unresolved = 0, filtered = 0, stale = 0, unknown_deletions = 0, another_one = 0, differing_claims = 0;
  std::uint64_t withheld = 0;                // removals that are not done, because the ids of some rows cannot be read or nothing may be removed these days
  std::vector<std::uint32_t> withheld_keys;  // whose removals these are
  std::vector<Removed> held_over;            // of these, those that a delta asks for: it will not ask again
  std::uint64_t rejected = 0;                // changes that a person has undone, and that the source still says
  std::uint64_t left_out = 0;                // changes that a person left out, and that the source still says
  std::uint64_t stored = 0;                  // rows of this source before
  std::unordered_map<std::uint32_t, bool> adopted;  // keys of created rows that only take over a record without an owner; true: they change it
  std::uint64_t flagged = 0;                        // rows that lack what the district wants told
  std::vector<std::uint32_t> protected_keys, another_one_rows;
  unsigned bits = 0;
  std::uint32_t next_key = 0;
  std::string columns;  // fields of the file, as said_columns writes them

  std::vector<std::uint64_t> excluded_ids;  // sorted

  struct Adopted {
    std::uint64_t all = 0, changed = 0;
  };
  Adopted taken_over() const {
    Adopted count;
    if (adopted.empty()) return count;
    for (auto const& row : created)
      if (auto const at = adopted.find(row.key); at != adopted.end()) ++count.all, count.changed += at->second;
    return count;
  }
  std::uint64_t changes() const { return created.size() + updated.size() + removed.size(); }
};

struct Plan {
  std::array<TablePlan, table_count> tables;
  SchoolCounts counts;                                    // of what changes, per school
  std::map<std::int64_t, SchoolCounts> counts_of_others;  // of what other sources lose, by source
  std::vector<std::string> reasons;                       // sentences, for people
  std::string no_removals;                                // "no removals until 2026-08-31"; "" when records may go
  std::uint64_t warnings = 0;
  std::set<std::pair<TableId, School>> removals_seen;           // a person was told of them and agreed; 0: in the whole district
  std::optional<Version> moved_from;                            // the source spoke another version before: that alone is a change
  std::vector<std::pair<TableId, std::uint64_t>> ended_asides;  // of what a person rejected or left out the source says something else now

  TablePlan& operator[](TableId id) { return tables[static_cast<std::size_t>(id)]; }
  TablePlan const& operator[](TableId id) const { return tables[static_cast<std::size_t>(id)]; }
  std::uint64_t changes() const {
    std::uint64_t all = 0;
    for (auto const& table : tables) all += table.changes();
    return all;
  }
  bool changes_nothing() const { return changes() == 0 && !moved_from; }
  // 32 hexadecimal digits: the same for the same changes to the same roster.
  std::string digest() const;
};

// Whether this say of another source goes.
bool is_of_others(TablePlan const& plan, std::uint32_t key, std::int64_t source);

// 32 hexadecimal digits for any bytes: what an approval is bound to.
std::string digest_text(std::string_view bytes);

// What the plan is made for.
struct PlanContext {
  store::Database& roster;
  store::StoredSaid& said;
  store::Source const& source;
  std::uint64_t seed;
  DeliveredRows* delivered = nullptr;  // of the delivery, where there is one
  Comparison const* comparison = nullptr;
  StoredBefore* before = nullptr;  // likewise
};

// The rows of a comparison as changes; removals that go too far, or not far enough, are settled: what cannot be known is withheld, parts go with
// their whole, and what is still needed is kept. Empties the comparison's lists.
struct PlanOptions {
  bool remainder = false;   // what a person had left out is proposed again
  std::string no_removals;  // why nothing may be removed
};
Plan make_plan(Comparison& comparison, PlanContext const& context, PlanOptions const& how = {});

// Leaves out what touches these schools, and what depends on it: a row that comes needs what it refers to, one that goes must be referred to by
// nothing. Returns sentences that name what was dragged along.
std::vector<std::string> leave_out_schools(Plan& plan, PlanContext const& context, std::vector<std::uint32_t> const& schools);

// The names of the columns of a file, for StoredSaid::columns; and back.
std::string said_columns(TableData const& data);
ColumnsOfFile columns_in(Table const& table, std::string const& said);

}  // namespace rollbook::runs
