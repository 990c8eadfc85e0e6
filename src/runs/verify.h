// Is what is stored sound? Every delivery is read and hashed, intervals are closed, ids are unique, references mean something, digests say what the rows say,
// and the audit log is the chain that was written.
#pragma once

#include <string>
#include <vector>

#include "runs/work.h"

namespace rollbook::runs {

struct Verified {
  std::uint64_t deliveries = 0, rows = 0, revisions = 0, audit = 0;
  std::string audit_end;           // the digest of the newest entry of the audit log
  std::vector<std::string> wrong;  // sentences, bounded
  std::uint64_t wrong_total = 0;
};

Result<Verified> verify(Hub& hub, store::District const& district);

}  // namespace rollbook::runs
