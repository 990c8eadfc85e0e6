// Slows down whoever guesses passwords, without keeping out the person whose password is guessed.
//
// Failures are counted for three things, in the database, so that all nodes agree:
//   an e-mail from an address   5 are free: a person who mistypes. Then 5 seconds, 10, 20, … up to 15 minutes.
//   an address                  50 are free: a school behind one address. Slows who tries many e-mails.
//   an e-mail, wherever from    100 are free. Slows who has many addresses.
// A failure is forgotten after a while (60, 1 and 5 minutes each). Where somebody has signed in during the last 90 days they are known, and only the first
// counts for them: so strangers can keep a person neither out of their usual places, nor out by filling up the address that they share. A stranger at the very
// same address still can; a one-time link is the way in then, for opening it is not signing in.
//
// An attempt is counted before its password is looked at, and taken back when that was right. So ten thousand at once are as dear as the free ones. Refused
// ones are not counted: they cost a look. E-mails are counted as they are typed, whether they have an account or not, and stored hashed: people type passwords
// into the wrong field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace rollbook::access {

// What an attempt was counted as; to be taken back.
struct Failures {
  std::int64_t count = 0, since = 0, wait_until = 0;
  bool operator==(Failures const&) const = default;
};
struct Counted {
  std::string subject;
  std::int64_t forgotten_after = 0;  // seconds
  Failures before, now;
};
struct Attempt {
  std::vector<Counted> counted;
  std::int64_t wait_seconds = 0;  // until the next one, should this one fail
};

// Counts an attempt as failed. Trouble says when to come again. `account`: whose e-mail it is, if anybody's.
Result<Attempt> begin_attempt(store::Database& operations, std::string_view email, std::string_view peer, std::optional<std::int64_t> account,
                              std::int64_t now);

// It was right, or never looked at. Within the caller's transaction.
void take_back(store::Database& operations, Attempt const& attempt);
// The person mistyped, and is here now. Within the caller's transaction.
void forget_failures(store::Database& operations, std::string_view email, std::string_view peer);

// From now on the account is known at this address. Within the caller's transaction.
void remember_address(store::Database& operations, std::int64_t account, std::string_view peer, std::int64_t now);

// The same measure for what else may be done now and then only. Counts one more of `whom`, or says when to come again. Within the caller's transaction.
struct Measure {
  std::string_view name;
  std::int64_t free = 0, forgotten_after = 0;  // times; seconds
};
inline constexpr Measure of_invitations{"invitation", 60, 60}, of_new_accounts{"new account", 20, 5 * 60}, of_email_changes{"e-mail change", 5, 4 * 60 * 60};
std::optional<Trouble> count_one(store::Database& operations, Measure const& measure, std::string_view whom, std::int64_t now);

// What counts as one address: of IPv6 the first 64 bits, for whoever has one of these has all of them.
std::string network_of(std::string_view peer);

}  // namespace rollbook::access
