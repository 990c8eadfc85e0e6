// The password or private key that lets Rollbook in at a receiver's server: sealed with the server key, never shown again.
#pragma once

#include "store/receivers.h"
#include "store/server_key.h"

namespace rollbook::store {

// Notes that it was set, not what it is.
std::optional<Trouble> set_receiver_secret(Database& operations, ServerKey const& key, Receiver const& receiver, std::string const& secret, Actor const& actor);
// "" when there is none, or it was sealed with another server key.
std::string receiver_secret(Database& operations, ServerKey const& key, std::int64_t receiver);
bool has_receiver_secret(Database& operations, std::int64_t receiver);

}  // namespace rollbook::store
