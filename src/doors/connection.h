// One sender at the SFTP door: its key exchange, who it is, and then the packets of one session. libssh does the cryptography; what the bytes mean is ours
// (doors/session.h). Blocking, on a thread of its own; whoever watches over it may shut its socket at any moment, and then it ends.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "doors/host_keys.h"
#include "doors/zone.h"

namespace rollbook::doors {

// What a connection asks the server that it belongs to. Called from its own thread.
class Gate {
 public:
  virtual ~Gate() = default;
  struct Let {
    std::int64_t source = 0;
    std::string name;
    std::shared_ptr<Zone> zone;
  };
  virtual std::optional<Let> let_in_with_password(std::string const& address, std::string_view name, std::string_view password) = 0;
  // `proven`: it has the private key; else it only asks whether this one would do.
  virtual std::optional<Let> let_in_with_key(std::string const& address, std::string_view name, std::string_view kind, std::string_view base64,
                                             bool proven) = 0;
};

// For who watches.
struct Pulse {
  std::atomic<bool> signed_in{false};
  std::atomic<std::int64_t> moved{0};  // seconds of a clock that only goes forward: when bytes came or went last
};

// `socket` is closed at the end. True when somebody had signed in.
bool serve_connection(int socket, std::string const& address, std::vector<HostKey> const& keys, Gate& gate, Pulse& pulse);

}  // namespace rollbook::doors
