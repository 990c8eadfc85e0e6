// Who guesses is shut out: an address after repeated failures, from all accounts, and an account for addresses that it has not come from before. Failures stand
// in the database, so that they outlive restarts and count on every node. Keys are never guessed, so an account that is shut to strangers still takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "doors/accounts.h"

namespace rollbook::doors {

inline constexpr std::int64_t failures_of_address = 10, failures_of_account = 100;  // within ten minutes
inline constexpr std::int64_t counted_for = 10 * 60, shut_for = 60 * 60;            // seconds

// Until when an address is shut out, in seconds since 1970; 0: it is not.
std::int64_t shut_until(store::Database& operations, std::string_view address, std::int64_t now);
// The same of an account, for who shows a password from an address that it did not come from last.
std::int64_t account_shut_until(store::Database& operations, Account const& account, std::string_view address, std::int64_t now);

// Counts one, in a transaction of its own, and tells of who is shut out by it. `account`: whose name was given, if anybody's.
std::optional<Trouble> note_failure(store::Database& operations, std::string_view address, std::optional<Account> const& account, std::int64_t now);
// They are here now: what was mistyped before is forgotten.
void forget_failures(store::Database& operations, std::string_view address);

struct ShutOut {
  std::string subject;  // an address
  std::int64_t until = 0, failures = 0;
};
// Addresses that are shut out now.
std::vector<ShutOut> shut_out_now(store::Database& operations, std::int64_t now);
// Lets an address try again. Trouble when it was not shut out.
std::optional<Trouble> let_in_again(store::Database& operations, std::string_view address, store::Actor const& actor);

}  // namespace rollbook::doors
