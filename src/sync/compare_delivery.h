// A delivery, checked, and compared with what is stored: which of its rows are new, changed, the same or excluded, and what it no longer
// lists. In one pass: digests are taken while the check has the rows at hand.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "rules/check.h"
#include "sync/key_finder.h"
#include "sync/said.h"
#include "sync/taken_values.h"

namespace rollbook {

// A set of keys.
class KeySet {
 public:
  void insert(std::uint32_t key) {
    if (key == no_key) return;
    if (key / 64 >= words_.size()) words_.resize(std::max<std::size_t>(key / 64 + 1, 2 * words_.size()));
    words_[key / 64] |= std::uint64_t{1} << (key % 64);
  }
  void insert(KeySet const& others) {
    words_.resize(std::max(words_.size(), others.words_.size()));
    for (std::size_t i = 0; i < others.words_.size(); ++i) words_[i] |= others.words_[i];
  }
  bool has(std::uint32_t key) const { return key / 64 < words_.size() && (words_[key / 64] >> (key % 64) & 1) != 0; }

 private:
  std::vector<std::uint64_t> words_;
};

// What a delivery says of a table.
struct SaidNow {
  bool stated = false;  // it makes a statement on this table
  bool full = false;    // and what it does not list is gone
  Differences differences;
  std::vector<std::uint32_t> key_of_row;  // of good rows and of excluded ones that are stored; no_key otherwise
  std::uint64_t excluded = 0;
  std::uint64_t unresolved = 0;                                 // of these: they need a record that is nowhere
  std::uint64_t unreadable = 0;                                 // rows whose id cannot be read: nobody knows whom they protect
  std::uint64_t deletions_not_made = 0;                         // of an additive source, which never removes
  std::uint64_t deleted_in_bulk = 0;                            // rows of a full file that say they are to be deleted
  std::uint64_t mangled = 0;                                    // rows with characters that a wrong encoding leaves
  std::uint64_t flagged = 0;                                    // rows that lack what the district wants told
  std::uint64_t filtered = 0;                                   // rows that the source's filter leaves out
  std::vector<bool> filtered_rows;                              // which; empty when there are none
  std::vector<std::uint32_t> unresolved_rows;                   // the first of them
  std::vector<std::pair<std::uint32_t, std::uint16_t>> missed;  // rows, and the number of a requirement that they do not meet
  std::vector<std::pair<std::uint32_t, std::uint16_t>> shared;  // rows, and the place in `unique` of a column whose value others have too
  std::vector<TakenValue> taken;                                // of these, those whose value a stored record has and keeps
  std::vector<std::pair<std::uint32_t, std::uint32_t>> roles;   // rows of users and of orgs
  std::vector<std::uint64_t> excluded_ids;                      // hashes: whom its excluded rows are about
  std::uint64_t differing_claims = 0;                           // rows that say something else than the source that had the record first
  std::vector<std::uint32_t> another_one;                       // excluded rows whose id belongs to another person of another source
  KeySet people_named, classes_taught;                          // by good rows of enrollments; classes by those of teachers
  bool named_exactly = true;                                    // false: some of those rows were left aside after all
  unsigned bits = 0;                                            // of the partitions that its rows will lie in
  std::uint32_t next_key = 0;
};

// What a source's settings say of one row, beyond the rules.
enum class Judged : std::uint8_t { Take, Flag, Exclude, FilterOut };
using RowJudge = std::function<Judged(TableData const& data, csv::Batch const& batch, Values const& values, std::uint32_t row)>;

// Which of the requirements that a source has are not met by a row, by their numbers; asked only of rows that were judged.
using Missed = std::function<void(TableData const& data, csv::Batch const& batch, std::uint32_t row, std::vector<std::uint16_t>& numbers)>;

struct CompareOptions {
  bool additive = false;                                 // what is not listed stays
  RowJudge judge;                                        // may be empty; from any worker
  Missed missed;                                         // likewise
  std::vector<std::pair<TableId, std::uint8_t>> unique;  // columns whose values must be unique: rows that share one are excluded
  StoredValues stored_values;                            // to look for them among stored records too; may be empty
  bool note_roles = false;                               // where people are, as roles.csv says
  bool no_removals = false;                              // everything stays for now, also for those who refer to it
  void (*hand_back)() = nullptr;                         // freed memory, to the system: called while one large list takes the place of another
};

struct Comparison {
  Checked checked;
  std::array<SaidNow, table_count> tables;
  KeyFinder keys;
};

// `options.seed` must be that of the store: hashes and digests are kept.
std::unique_ptr<Comparison> compare_delivery(Bundle const& bundle, Said const& said, CheckOptions options, CompareOptions const& how);

// The rows that replace what was said before when all of it is applied: those that came and changed, and without a key those that went.
std::vector<PackedRow> changes_of(SaidNow const& now);

}  // namespace rollbook
