// Who did what, when, and from where: the log of a district, as it is read. It is written by store::note, in the transaction of what it tells.
//
// What happens to an account stands in the log of each district in which it holds something, for those are the people who have to answer for it; what concerns
// nobody's district, and operators, stands in the server's own log, district 0. What people live at, passwords, tokens and what was typed into a form stand in
// none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/accounts.h"

namespace rollbook::access {

struct AuditEntry {
  std::int64_t id = 0;
  std::string at, who, what, detail, from_where;
};
struct AuditFilter {
  std::string who, what;               // exactly; "" is everybody, everything
  std::optional<std::int64_t> before;  // only entries that stand behind this one
  std::string from = {}, until = {};   // moments between which they were written, the first included
  std::string from_where = {};         // exactly
};
struct AuditPage {
  std::vector<AuditEntry> entries;   // by their moments, newest first
  std::optional<std::int64_t> next;  // `before` of the next page; none: there is no more
};
Result<AuditPage> read_audit(store::Database& operations, std::int64_t district, AuditFilter const& filter, int entries);

// What entries of a district say in a column, at most so many: all that one can filter by.
std::vector<std::string> audit_actions(store::Database& operations, std::int64_t district);
std::vector<std::string> audit_people(store::Database& operations, std::int64_t district, std::size_t most);
std::vector<std::string> audit_places(store::Database& operations, std::int64_t district, std::size_t most);

// Within the caller's transaction.
void note_of_account(store::Database& operations, store::Actor const& actor, Account const& account, std::string_view what, std::string_view more = "");

}  // namespace rollbook::access
