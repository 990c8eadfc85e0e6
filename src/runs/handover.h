// What one source said is handed to another that takes its place: records keep keys, history and edits, and get the ids that the new one has for them.
#pragma once

#include "runs/look.h"

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
    std::vector<PackedRow> rows;                    // of the old source, without those that are kept back
    std::map<std::uint32_t, std::string> other_id;  // by key: what the new source calls it
    std::set<std::uint32_t> strangers;              // their ids mean somebody else at the new source
    std::vector<std::uint32_t> not_listed;          // keys
    std::uint64_t listed = 0;
    bool known = false;  // the newest delivery is complete as far as this table goes
  };

  void match_ids(Table const& table);
  void match_identifiers(Table const& table, std::string const& identifier);
  void match_parts(Table const& table);
  template <class Signature>
  void pair_up(Table const& table, Signature const& signature);
  std::uint32_t former(TableId table, std::uint32_t key) const;
  void hand_over_rows(Table const& table, std::int64_t revision);
  void hand_over_packed(Table const& table, store::StoredSaid& from, store::StoredSaid& to, std::int64_t revision);
  std::vector<PackedRow> rows_that_come(Table const& table, store::StoredSaid const& to, std::string const& columns, bool digests_anew);
  void hand_over_counters();

  store::Source const &old_source_, &new_source_;
  Looked& old_;
  Looked* newest_;
  store::Database& roster_;
  std::uint64_t seed_;
  std::array<Matched, table_count> tables_;
  std::array<std::map<std::uint32_t, std::uint32_t>, table_count> former_;  // key that the delivery would have got → key of the record
  std::uint64_t warnings_ = 0;
};

// Records that the revision gave other ids get back those that they had, where nobody else has them by now.
void undo_other_ids(store::Database& roster, std::int64_t undone, std::int64_t revision);

// Academic sessions of type term that include the day, as "t1 until 2026-12-18".
std::vector<std::string> running_terms(store::Database& roster, std::int32_t today);

}  // namespace rollbook::runs
