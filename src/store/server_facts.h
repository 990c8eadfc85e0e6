// What the operations database knows of the installation itself.
#pragma once

#include <optional>

#include "store/database.h"
#include "store/server_key.h"

namespace rollbook::store {

// Every node has the same server key: with another one neither deliveries nor what is remembered of their rows could be read. Trouble when this is not the key
// that was here first.
std::optional<Trouble> check_server_key(Database& operations, ServerKey const& key);

// The same, and remembers the first key by a value made from it; inside the caller's transaction, before anything is kept that needs the key.
std::optional<Trouble> keep_server_key(Database& operations, ServerKey const& key);

}  // namespace rollbook::store
