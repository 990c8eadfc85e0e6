#include "runs/outward.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

namespace rollbook::runs {
namespace {

struct Net {
  std::uint32_t from;
  int bits;
};
constexpr Net private_nets[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
                                {0xac100000, 12}, {0xc0000000, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xe0000000, 3}};

bool is_private_4(std::uint32_t address) {
  for (auto const& net : private_nets)
    if ((address ^ net.from) >> (32 - net.bits) == 0) return true;
  return false;
}

std::uint32_t four(unsigned char const* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | std::uint32_t{at[3]};
}

// Connected, or why not; -1 and errno.
int connect_to(addrinfo const& address, std::chrono::milliseconds limit) {
  int const socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  int error = ::connect(socket, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    pollfd wait{socket, POLLOUT, 0};
    socklen_t size = sizeof error;
    if (::poll(&wait, 1, static_cast<int>(limit.count())) != 1) error = ETIMEDOUT;
    else ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error == 0) {
    int const yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK);
    return socket;
  }
  ::close(socket);
  errno = error;
  return -1;
}

}  // namespace

bool is_private(sockaddr const* address) {
  if (address->sa_family == AF_INET) return is_private_4(ntohl(reinterpret_cast<sockaddr_in const*>(address)->sin_addr.s_addr));
  if (address->sa_family != AF_INET6) return true;
  auto const* const at = reinterpret_cast<sockaddr_in6 const*>(address)->sin6_addr.s6_addr;
  constexpr unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, translated[12] = {0, 0x64, 0xff, 0x9b}, none[12] = {};
  if (std::memcmp(at, mapped, 12) == 0 || std::memcmp(at, translated, 12) == 0) return is_private_4(four(at + 12));
  if (at[0] == 0x20 && at[1] == 0x02) return is_private_4(four(at + 2));  // 6to4
  if (std::memcmp(at, none, 12) == 0) return true;                        // ::, ::1, and what is written like IPv4
  return (at[0] & 0xe0) != 0x20;                                          // all that is not 2000::/3
}

Outward connect_outward(std::string const& host, int port, std::chrono::milliseconds limit, bool private_addresses) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    return {-1, "There is no server called " + host + ", or its address cannot be looked up now.", true};
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const all(found, &::freeaddrinfo);
  bool refused = false;
  int error = 0;
  for (auto const* one = found; one != nullptr; one = one->ai_next) {
    if (!private_addresses && is_private(one->ai_addr)) {
      refused = true;
      continue;
    }
    int const socket = connect_to(*one, limit);
    if (socket >= 0) return {socket};
    error = errno;
  }
  if (error == 0 && refused)
    return {-1, host +
                    " is a server of this machine or of a private network. Whether such ones may be reached the operator of this server decides "
                    "(ROLLBOOK_SFTP_PRIVATE)."};
  return {-1, host + ", port " + std::to_string(port) + ", cannot be reached: " + std::strerror(error) + ".", true};
}

}  // namespace rollbook::runs
