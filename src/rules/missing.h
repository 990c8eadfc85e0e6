// Records that rows refer to and nobody has. Each is one cause, however many rows wait for it.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include "rules/tally.h"

namespace rollbook {

// Bounded, so that a delivery without its people cannot fill the memory: references beyond this many different missing records
// are counted on the last of them.
inline constexpr std::size_t most_missing = std::size_t{1} << 20;

class MissingRecords {
 public:
  explicit MissingRecords(std::size_t kept_per_rule) : limit_(kept_per_rule) {}

  // A row needs the record `hash` of `target`. Returns the cause; `blocks` counts the rows that wait for it.
  std::uint32_t note(TableId target, std::uint64_t hash, Finding const& reference);

  // The findings of the file just read: the first row that names a missing record tells so (REF001), the others wait (REF002).
  void end_of_file(std::vector<Finding>& out, std::vector<SeverityCounts>& counts);

  void blocks(std::uint32_t cause, std::uint64_t rows) {
    std::lock_guard lock(mutex_);
    causes[(cause & ~missing_bit) - 1].blocks += rows;
  }

  std::vector<CauseEntry> causes;

 private:
  struct InFile {
    Finding first;
    std::uint64_t others = 0;
  };
  void keep_other(Finding const& finding);

  std::size_t limit_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::uint32_t> known_[table_count];  // hash → cause
  std::unordered_map<std::uint32_t, InFile> in_file_;
  std::vector<Finding> others_;  // a heap: the highest of the lowest few on top
};

}  // namespace rollbook
