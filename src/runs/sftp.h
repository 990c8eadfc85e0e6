// Pushes a file to the SFTP server of a receiver, whose key has been confirmed by a person before: to nobody else. What a server says is never told on; a
// trouble names the server, the step, and what can be done.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/receivers.h"

namespace rollbook::runs {

struct SftpPlace {
  std::string host;
  int port = 22;
  std::string user, folder;
  std::string host_key;  // "ssh-ed25519 SHA256:…"; "" when nobody has confirmed one
};
SftpPlace sftp_place_of(store::Receiver const& receiver);
// What has still to be said before something can be pushed there: a sentence, or "".
std::string missing_for_sftp(SftpPlace const& place, bool has_secret);

struct SftpLimits {
  std::chrono::milliseconds connect{10'000}, silence{30'000}, whole{3'600'000};
  std::vector<std::chrono::milliseconds> pauses{std::chrono::seconds(2), std::chrono::seconds(15)};  // before another try
  bool private_addresses = false;  // whether servers of this machine and of private networks may be reached
};
// As the operator of this server has decided: ROLLBOOK_SFTP_PRIVATE=yes.
SftpLimits sftp_limits();

// Which key a server has, without telling it who asks: type and fingerprint as ssh-keygen -l shows them.
Result<std::string> ask_host_key(SftpPlace const& place, SftpLimits const& limits);

// Uploads `size` bytes of an open file as NAME.part, which then takes its name; what had the name is replaced. `secret`: a password, or a private key in the
// form of OpenSSH. Tried again when the server cannot be reached or goes away, not when it refuses.
std::optional<Trouble> push_by_sftp(SftpPlace const& place, std::string const& secret, std::string const& name, int file, std::uint64_t size,
                                    SftpLimits const& limits, std::function<bool()> const& stops);

}  // namespace rollbook::runs
