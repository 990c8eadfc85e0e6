// Secrets that Rollbook has to be able to use again (passwords of other servers, keys that sign): kept sealed with a key made from the server key.
#pragma once

#include <string>
#include <string_view>

#include "store/server_key.h"

namespace rollbook::store {

std::string sealed(ServerKey::Bytes const& key, std::string_view secret);
// "" when it was sealed with another key, or nothing was sealed.
std::string unsealed(ServerKey::Bytes const& key, std::string_view bytes);

// HMAC-SHA256 in hexadecimal digits.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace rollbook::store
