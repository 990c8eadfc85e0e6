// What one source said is handed to another that takes its place: records keep keys, history and edits, and get the ids that the new one has for them. What
// the new one had as a record of its own, and is the same, becomes one with it.
#pragma once

#include <unordered_set>

#include "runs/look.h"
#include "runs/merge_records.h"

namespace rollbook::runs {

class Handover {
 public:
  // `old`: a look at what the old source says. `newest`: a look at the newest delivery of the new one, or null.
  Handover(store::Source const& old_source, store::Source const& new_source, Looked& old, Looked* newest, std::uint64_t seed)
      : old_source_(old_source), new_source_(new_source), old_(old), newest_(newest), roster_(*old.roster), seed_(seed) {}

  // Finds out which records the new source knows, and by which ids.
  void match();
  void describe(Answer& answer, std::int32_t today);
  std::string digest() const;
  std::uint64_t warnings() const { return warnings_; }

  // Within the transaction of the revision.
  void apply(std::int64_t revision);

 private:
  struct Matched {
    std::vector<PackedRow> rows;                    // of the old source, by key, without those that are kept back
    std::map<std::uint32_t, std::string> other_id;  // by key: what the new source calls it
    std::map<std::uint32_t, std::uint32_t> merged;  // of these, those that the new source has as a record of its own: its key there
    std::set<std::uint32_t> strangers;              // their ids mean somebody else at the new source
    std::vector<std::uint32_t> unmatched;           // keys that the new source does not know, as far as anybody can tell
    std::vector<std::uint32_t> unclear;             // of these, those that it knows several for, or that are one of several
    std::unordered_set<std::uint32_t> of_new;       // keys of all that the new source has in the roster
    std::vector<Moved> relinked;                    // rows that are handed over and refer to what becomes part of another one
    std::uint64_t by_id = 0;
    bool known = false;  // the new source has said what it has of this table
    bool full = false;   // with a delivery that is complete as far as this table goes
  };
  Matched& of(TableId table) { return tables_[static_cast<std::size_t>(table)]; }

  void match_ids(Table const& table, store::StoredSaid const& said_by_new);
  void find_strangers(Table const& table, std::vector<PackedRow> const& all);
  void match_identifiers(Table const& table, std::string const& identifier);
  void match_parts(Table const& table);
  template <class Signature>
  void pair_up(Table const& table, bool among_all, Signature const& signature);
  std::set<std::pair<std::uint32_t, std::uint32_t>> kept_apart(Table const& table, std::vector<std::pair<std::uint32_t, std::uint32_t>> const& pairs);

  void describe_table(Answer& answer, Table const& table);
  void move_own(Table const& table, std::int64_t revision);
  void hand_over_rows(Table const& table, std::int64_t revision);
  void hand_over_ids(Table const& table, std::int64_t revision);
  // By source: what each says of the table afterwards.
  std::map<std::int64_t, SaidAnew> said_anew(Table const& table, store::StoredSaid const& from, store::StoredSaid const& to);
  void hand_over_counters();
  void recount_moved();

  store::Source const &old_source_, &new_source_;
  Looked& old_;
  Looked* newest_;
  store::Database& roster_;
  std::uint64_t seed_;
  std::array<Matched, table_count> tables_;
  Merges former_;  // keys that the new source has, or that its delivery would have got → keys of the records they mean
  Merges merges_;  // of these, those of records
  std::array<std::map<std::int64_t, std::vector<Moved>>, table_count> moved_;  // by source
  std::uint64_t warnings_ = 0;
};

// Records that the revision gave other ids get back those that they had, where nobody else has them by now.
void undo_other_ids(store::Database& roster, std::int64_t undone, std::int64_t revision);

// Academic sessions of type term that include the day, as "t1 until 2026-12-18".
std::vector<std::string> running_terms(store::Database& roster, std::int32_t today);

}  // namespace rollbook::runs
