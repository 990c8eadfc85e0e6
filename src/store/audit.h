// The audit log as it is written: a chain, in which each entry holds the digest of the one before and of itself. Each district has one; number 0 is the
// server's.
//
// Whoever changes, takes out or slips in an entry breaks the chain there, unless they compute all that follows anew; then its end is another one. So the end is
// told by `rollbook verify`, for people who want to keep it elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "store/districts.h"

namespace rollbook::store {

struct AuditChain {
  std::int64_t entries = 0;
  std::string end;     // digest of the newest entry; "" when there is none
  std::string broken;  // which entry is the first that cannot be what was written; "" for a whole chain
};
// Reads all of it.
Result<AuditChain> verify_audit(Database& operations, std::int64_t district);

}  // namespace rollbook::store
