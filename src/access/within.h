// Small steps that the files of this folder share, each within the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/accounts.h"

namespace rollbook::access {

inline std::int64_t next_id(store::Database& operations, std::string_view table) {
  auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM " + std::string(table));
  return next->step() ? next->integer(0) : 0;
}

// Where something is held, in a column: 0 is the district itself, and keys of organizations begin at 0.
inline std::int64_t stored_place(std::optional<std::int64_t> org) { return org ? *org + 1 : 0; }
inline std::optional<std::int64_t> place_of(std::int64_t stored) { return stored > 0 ? std::optional(stored - 1) : std::nullopt; }

// An account that is to be added.
Account new_account(std::string_view email, std::string_view name, bool is_operator);
std::optional<Trouble> wrong_with_account(Account const& account);
// Adds it; trouble when there is one of this e-mail.
std::optional<Trouble> insert_account(store::Database& operations, Account& account, store::Actor const& actor);

// What somebody holds, for the audit log: "reporting at organization 17, with demographics".
std::string words_of(Grant const& what);
std::optional<Trouble> wrong_with_grant(Grant const& what);
void put_grant(store::Database& operations, Account const& account, Grant const& what, store::Actor const& actor);

// Open invitations by this account that it could not make any more: they do not hold again when it comes back.
void withdraw_what_is_no_longer_theirs(store::Database& operations, std::int64_t account, store::Actor const& actor);

// What a browser says of itself and where it calls from are for people to read. Printable ASCII, so that every database takes it, and not for ever long.
inline std::string readable(std::string_view text) {
  std::string out(text.substr(0, 200));
  for (auto& c : out)
    if (c < 0x20 || c > 0x7e) c = '?';
  return out;
}

}  // namespace rollbook::access
