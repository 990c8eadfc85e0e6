// Who signs in with a password, the same at every door: whether an address may still try, whose password it is, and what is noted of it.
#pragma once

#include <functional>

#include "doors/accounts.h"

namespace rollbook::doors {

using Log = std::function<void(std::string const&)>;  // a line without names of files, or of who does not exist

struct Shown {
  std::optional<Account> account;
  std::int64_t shut_until = 0;  // of the address; 0: it is not shut out
};

// A failure is counted. That there is such an account is not told to who does not know its password.
Shown who_shows(store::Database& operations, std::string const& address, std::string_view name, std::string_view password, std::int64_t now, Log const& log);

void count_failure(store::Database& operations, std::string const& address, std::optional<Account> const& account, std::int64_t now, Log const& log);

// They are in: what was mistyped before is forgotten, and that they were here is kept.
std::optional<Trouble> note_let_in(store::Database& operations, std::string const& address, Account const& account, std::int64_t now);

}  // namespace rollbook::doors
