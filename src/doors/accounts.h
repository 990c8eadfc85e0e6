// Who may leave files at a door: one account for each source, with keys, a password that Rollbook makes, and the addresses it may come from. All of it stands
// in the operations database, so that it survives restarts and holds on every node.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "doors/public_key.h"
#include "store/sources.h"

namespace rollbook::doors {

struct Account {
  std::int64_t source = 0, district = 0;
  std::string name;  // what its sender signs in with: sis-3
  bool has_password = false;
  std::string allowed;             // networks with commas between; "": from everywhere
  std::string last_at, last_from;  // of the newest sign-in; "" before the first
};

// "" where it has none, or it is closed: that a source is there is not told to strangers.
std::optional<Account> account_of(store::Database& operations, std::int64_t source);
std::optional<Account> account_called(store::Database& operations, std::string_view name);
std::vector<Account> all_accounts(store::Database& operations);

// A name that a new account of this source has, or its own has already: sis-3.
std::string account_name(store::Source const& source);

// Each makes the account when there is none yet, and notes it in the audit log.
// The password is in the answer and nowhere else; the one before is good no more.
Result<std::string> make_password(store::Database& operations, store::Source const& source, store::Actor const& actor);
std::optional<Trouble> end_password(store::Database& operations, store::Source const& source, store::Actor const& actor);
Result<PublicKey> add_key(store::Database& operations, store::Source const& source, std::string_view line, store::Actor const& actor);
std::optional<Trouble> remove_key(store::Database& operations, store::Source const& source, std::string const& fingerprint, store::Actor const& actor);
// Addresses and networks with commas between: 192.0.2.7, 2001:db8::/32. Trouble when one cannot be read.
std::optional<Trouble> set_allowed(store::Database& operations, store::Source const& source, std::string_view networks, store::Actor const& actor);

std::vector<PublicKey> keys_of(store::Database& operations, std::int64_t source);

// What was shown at the door, compared with what is kept.
bool is_password_of(store::Database& operations, Account const& account, std::string_view password);
bool has_key(store::Database& operations, Account const& account, std::string_view kind, std::string_view base64);
bool may_come_from(Account const& account, std::string_view address);
// In a transaction of its own.
std::optional<Trouble> note_sign_in(store::Database& operations, Account const& account, std::string const& at, std::string const& from);

}  // namespace rollbook::doors
