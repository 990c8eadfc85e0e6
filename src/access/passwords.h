// What a password has to be. Long, and not what everybody tries first; no more, because rules on digits and signs only make people write them down.
#pragma once

#include <optional>
#include <string_view>

#include "access/accounts.h"

namespace rollbook::access {

inline constexpr std::size_t shortest_password = 12, longest_password = 1024;  // characters; bytes

std::optional<Trouble> wrong_with_password(std::string_view password, std::string_view email, std::string_view name);

// Keeps the hash, ends all sessions but one, and uses the links of the account up. Within the caller's transaction.
void keep_password(store::Database& operations, Account const& account, std::string const& hash, store::Actor const& actor,
                   std::optional<std::int64_t> keep_session = {});

}  // namespace rollbook::access
