// The check: a bundle in, everything that is wrong with it out. Pure: threads, seed, day and limits come in as arguments.
#pragma once

#include <cstdint>
#include <functional>

#include "base/large_array.h"
#include "bundle/bundle.h"
#include "roster/chunk_reader.h"
#include "rules/checked.h"
#include "rules/profile.h"

namespace rollbook {

// Rows of a table that are excluded: for each chunk a bit for each record, or nothing at all.
using LeftOut = std::vector<std::vector<std::uint64_t>>;

// Somebody who looks on while a delivery is checked, and takes from its rows what they need while these are in the cache.
class Onlooker {
 public:
  virtual ~Onlooker() = default;
  virtual void table_begins(TableData const& data, unsigned workers) = 0;
  // One chunk, from worker `worker`; several chunks of a table at the same time, in no order.
  // `wrong` says of each row: 0 good, `own_error`, `waits` (for a row or record it refers to), or both.
  virtual void chunk(TableData const& data, std::uint32_t number, unsigned worker, csv::Batch const& batch, Values const& values,
                     std::vector<std::uint8_t> const& wrong) = 0;
  // `left_out` are the rows with an error of their own, whatever it was found by; those that only wait are not among them.
  virtual void table_ends(TableData const& data, LeftOut const& left_out) = 0;

  static constexpr std::uint8_t own_error = 1, waits = 2;
};

class Found;
class Marks;

struct CheckOptions {
  Profile const* profile = nullptr;  // never null when checking
  unsigned workers = 1;
  std::uint64_t max_findings = 1000;  // kept per rule and file; counts stay exact
  RuleId only = no_rule;              // findings of this rule alone are kept, if it is one; counted are all
  std::int32_t today = 20000101;      // yyyymmdd, for rules that depend on the day
  std::uint64_t seed = 0;             // of hashes; any number, one that the sender of the file cannot know
  csv::Kernel kernel = csv::Kernel::Scalar;
  bool zipped = false;                                // the delivery was one zip
  WillRead will_read;                                 // may be empty
  Fetch fetch;                                        // likewise
  WillFill will_fill = nullptr;                       // likewise
  Onlooker* onlooker = nullptr;                       // may be null
  Found* found = nullptr;                             // likewise: told what is found while it goes on
  Marks* marks = nullptr;                             // likewise: given every row that something is found about
  std::function<bool()> leave_off;                    // may be empty; once true, checking ends soon, and what comes out means nothing
  std::function<void(std::uint64_t bytes)> progress;  // bytes read since the last call; from any worker
};

// `before` are findings from opening the delivery (an archive's problems, say).
Checked check(Bundle const& bundle, std::vector<BundleSpot> const& before, CheckOptions const& options);

}  // namespace rollbook
