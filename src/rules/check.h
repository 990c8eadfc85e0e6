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

struct CheckOptions {
  Profile const* profile = nullptr;  // never null when checking
  unsigned workers = 1;
  std::uint64_t max_findings = 1000;  // kept per rule and file; counts stay exact
  std::int32_t today = 20000101;      // yyyymmdd, for rules that depend on the day
  std::uint64_t seed = 0;             // of hashes; any number, one that the sender of the file cannot know
  csv::Kernel kernel = csv::Kernel::Scalar;
  bool zipped = false;                                // the delivery was one zip
  WillRead will_read;                                 // may be empty
  Fetch fetch;                                        // likewise
  WillFill will_fill = nullptr;                       // likewise
  std::function<bool()> leave_off;                    // may be empty; once true, checking ends soon, and what comes out means nothing
  std::function<void(std::uint64_t bytes)> progress;  // bytes read since the last call; from any worker
};

// `before` are findings from opening the delivery (an archive's problems, say).
Checked check(Bundle const& bundle, std::vector<BundleSpot> const& before, CheckOptions const& options);

}  // namespace rollbook
