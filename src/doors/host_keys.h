// The keys by which a sender knows this server: made when it first listens, the same on every node, sealed with the server key. A new pair can be announced for
// a day, so that senders take up its fingerprint before.
#pragma once

#include <string>
#include <vector>

#include "doors/public_key.h"
#include "store/districts.h"
#include "store/server_key.h"

namespace rollbook::doors {

struct HostKey {
  std::string kind, fingerprint;
  std::string from_day;  // 2026-11-22; "" of the first ones
  std::string secret;    // as libssh reads it; "" where only what is public was asked for
};

// Those of `day`, of each kind the newest; made when there are none. Trouble when libssh is missing, or the server key is another one.
Result<std::vector<HostKey>> host_keys(store::Database& operations, store::ServerKey const& key, std::string const& day, store::Actor const& actor);
// The same for who only shows them; and those that are announced.
std::vector<HostKey> host_keys_of(store::Database& operations, std::string const& day);
std::vector<HostKey> coming_host_keys(store::Database& operations, std::string const& day);

// Makes new ones that hold from `day` on, and tells of them by letter.
std::optional<Trouble> announce_host_keys(store::Database& operations, store::ServerKey const& key, std::string const& day, store::Actor const& actor);

// Where senders reach the door, as it was opened last; port 0: it never was.
struct DoorAddress {
  std::string host;
  int port = 0;
};
DoorAddress door_address(store::Database& operations);
std::optional<Trouble> keep_door_address(store::Database& operations, DoorAddress const& address);

}  // namespace rollbook::doors
