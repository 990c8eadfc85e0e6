// People who sign in, how they prove who they are, and what they hold. Account and credential are apart: other ways to sign in will come.
// All of it in the operations database. No function here returns or logs a secret, but for those that make one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/rights.h"
#include "store/database.h"
#include "store/districts.h"

namespace rollbook::access {

struct Account {
  std::int64_t id = 0;
  std::string email, name;
  bool is_operator = false, active = true;
  std::string created, last_seen;
};

// An e-mail is kept in small letters: no provider tells Anna@ from anna@, and two accounts that differ in nothing else would be a trap.
Result<Account> add_account(store::Database& operations, std::string const& email, std::string const& name, bool is_operator, store::Actor const& actor);
std::optional<Account> find_account(store::Database& operations, std::int64_t id);
std::optional<Account> find_account_by_email(store::Database& operations, std::string_view email);
std::vector<Account> list_accounts(store::Database& operations, std::int64_t district);  // who holds something there; 0: all
// The same, of a district: those with `text` in their name or e-mail, by name, behind one of them (none: from the first on).
std::vector<Account> list_accounts(store::Database& operations, std::int64_t district, std::string_view text, std::optional<Account> const& behind,
                                   std::size_t how_many);
// The account as it stands in the audit log.
store::Actor actor_of(Account const& account, std::int64_t now, std::string_view from_where = {});
// What a change must leave behind. Somebody with the level System at the district must stay, or nobody could let anybody in again; asked in the transaction of
// the change, so that of two who take it from each other at the same instant one is refused.
enum class Leaves { Whatever, ASystem };
// Deactivating ends its sessions and tokens, uses its links up, and withdraws what it invited to. The last operator stays.
std::optional<Trouble> set_active(store::Database& operations, std::int64_t account, bool active, store::Actor const& actor, Leaves leaves = Leaves::Whatever);

// What a person may change of their own account; who it is was asked before. Nobody else's e-mail, and not often: the answer tells whose is taken.
std::optional<Trouble> change_name(store::Database& operations, std::int64_t account, std::string const& name, store::Actor const& actor);
std::optional<Trouble> change_email(store::Database& operations, std::int64_t account, std::string const& email, std::int64_t now, store::Actor const& actor);

// Gives, changes or (Level::None) takes what an account holds at a place; what it invited to and may no longer give is withdrawn. Whether the organization is
// one of the district's is for the caller to know.
std::optional<Trouble> grant(store::Database& operations, std::int64_t account, Grant const& what, store::Actor const& actor, Leaves leaves = Leaves::Whatever);
std::vector<Grant> list_grants(store::Database& operations, std::int64_t account);
// What that comes to: of an account that is deactivated, nothing.
Standing standing_of(store::Database& operations, Account const& account);

// Passwords: argon2id, at least 12 characters, none of the most common. At most `Hashing::at_once` (access/secrets.h) are computed at the same time in a
// process. A new password ends all sessions but the one that is named, and uses the account's links up.
std::optional<Trouble> set_password(store::Database& operations, std::int64_t account, std::string_view password, store::Actor const& actor,
                                    std::optional<std::int64_t> keep_session = {});

// Signing in. `seconds` since 1970. Whoever does not exist takes as long as whoever mistypes. After repeated failures of an account, or of an address, it is
// slowed down and then refused for a while (access/throttle.h); the trouble says when to come again, never whether the account exists.
struct SignIn {
  std::string email, password, peer;
  std::int64_t now = 0;
};
Result<Account> sign_in(store::Database& operations, SignIn const& who);

// One-time links: the token is returned once and stored hashed. `purpose`: "first-operator", "set-password", "invitation". A new link of an account takes the
// place of its earlier ones.
Result<std::string> make_link(store::Database& operations, std::string_view purpose, std::optional<std::int64_t> account, std::int64_t now,
                              std::int64_t valid_seconds, store::Actor const& actor);
struct Link {
  std::string purpose;
  std::optional<std::int64_t> account;
};
std::optional<Link> look_at_link(store::Database& operations, std::string_view token, std::int64_t now);
// Sets the password and uses the link up, both or neither. For "first-operator" the account is made here; the others ignore e-mail and name.
Result<Account> use_link(store::Database& operations, std::string_view token, std::string const& email, std::string const& name, std::string_view password,
                         std::int64_t now, store::Actor const& actor);
// Whether anybody who is active has the level System at the district itself, besides one account.
bool has_system(store::Database& operations, std::int64_t district, std::int64_t besides = 0);
// One that is active.
bool has_any_operator(store::Database& operations);

}  // namespace rollbook::access
