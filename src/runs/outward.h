// A connection to a server that somebody in a district has named: so it must not lead to what only this machine and its neighbours can reach, unless the
// operator wants that. The address that was looked at is the one that is connected to.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>

namespace rollbook::runs {

struct Outward {
  int number = -1;  // the socket, for the caller to close; below 0 there is none
  std::string why = {};
  bool may_be_mended = false;  // by trying again
};
Outward connect_outward(std::string const& host, int port, std::chrono::milliseconds limit, bool private_addresses);

// Of this machine, of private networks, or of none.
bool is_private(sockaddr const* address);

}  // namespace rollbook::runs
