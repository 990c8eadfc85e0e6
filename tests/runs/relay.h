// Sockets of this machine, and who stands between a client and its server and lets connections break.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <thread>

namespace rollbook::test {

inline int listening(int& port) {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(socket, 8), 0);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return socket;
}

inline int connected(int port) {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return socket;
  ::close(socket);
  return -1;
}

inline bool is_taken(int port) {
  if (int const socket = connected(port); socket >= 0) return ::close(socket), true;
  return false;
}

// Stands between, and lets the first connections end after so many bytes from the client; or holds them, silent.
class Relay {
 public:
  Relay(int to, int breaks, std::size_t after, bool silent = false)
      : to_(to), breaks_(breaks), after_(after), silent_(silent), socket_(listening(port)), thread_([this] { run(); }) {}
  ~Relay() {
    over_ = true;
    thread_.join();
    ::close(socket_);
  }
  int port = 0;
  std::atomic<int> connections{0};
  std::atomic<std::size_t> from_client{0};  // bytes, of all connections

 private:
  void run() {
    while (!over_) {
      pollfd wait{socket_, POLLIN, 0};
      if (::poll(&wait, 1, 20) != 1) continue;
      int const client = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      serve(client, ++connections <= breaks_);
      ::close(client);
    }
  }
  void serve(int client, bool breaks) {
    int const server = connected(to_);
    std::size_t sent = 0;
    char bytes[16384];
    while (!over_) {
      pollfd wait[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (::poll(wait, 2, 20) < 1) continue;
      bool const quiet = breaks && sent >= after_;
      if (quiet && !silent_) break;
      if (wait[0].revents != 0) {
        auto const got = ::recv(client, bytes, sizeof bytes, 0);
        if (got <= 0) break;
        sent += static_cast<std::size_t>(got);
        from_client += static_cast<std::size_t>(got);
        if (!quiet && ::send(server, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) break;
      }
      if (wait[1].revents != 0) {
        if (quiet) {
          ::usleep(1000);
          continue;
        }
        auto const got = ::recv(server, bytes, sizeof bytes, 0);
        if (got <= 0 || ::send(client, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) break;
      }
    }
    ::close(server);
  }

  int to_, breaks_;
  std::size_t after_;
  bool silent_;
  int socket_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace rollbook::test
