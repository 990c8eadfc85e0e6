// Stands between libpq and PostgreSQL, and cuts the connection at a chosen request.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "base/demand.h"

namespace rollbook::test {

enum class Cut { BeforeTheRequest, BeforeTheAnswer, WhileItIsAnswered };

class PostgresProxy {
 public:
  // `server` as tools/with_postgres.sh gives it, with a folder for its socket.
  PostgresProxy(std::string const& server, std::string const& folder) : url_(server) {
    std::filesystem::create_directories(folder);
    auto const begin = server.find("host=") + 5;
    auto const host = server.substr(begin, server.find('&', begin) - begin);
    url_.replace(begin, host.size(), folder);
    server_ = address_of(host);
    listening_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    auto const own = address_of(folder);
    demand(::bind(listening_, reinterpret_cast<sockaddr const*>(&own), sizeof own) == 0 && ::listen(listening_, 16) == 0);
    threads_.emplace_back([this] {
      for (int client; (client = ::accept(listening_, nullptr, nullptr)) >= 0;) {
        std::lock_guard const lock(mutex_);
        threads_.emplace_back([this, client] { carry(client); });
      }
    });
  }
  PostgresProxy(PostgresProxy const&) = delete;
  PostgresProxy& operator=(PostgresProxy const&) = delete;
  // When every connection has been closed by its client.
  ~PostgresProxy() {
    ::shutdown(listening_, SHUT_RDWR);
    threads_.front().join();
    for (auto thread = std::next(threads_.begin()); thread != threads_.end(); ++thread) thread->join();
    ::close(listening_);
  }

  std::string const& url() const { return url_; }

  // Cuts at the n-th request from now on; of COMMITs alone, if wanted.
  void cut_at(int n, Cut how, bool commits_alone) {
    std::lock_guard const lock(mutex_);
    count_ = 0, at_ = n, how_ = how, commits_alone_ = commits_alone, happened_ = false;
  }
  // Cuts nothing any more. Whether it did.
  bool leave_off() {
    std::lock_guard const lock(mutex_);
    at_ = 0;
    return happened_;
  }

 private:
  static sockaddr_un address_of(std::string const& folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto const path = folder + "/.s.PGSQL.5432";
    demand(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
  }

  static bool send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
      auto const sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  static std::size_t length_at(std::string const& bytes, std::size_t at) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[at + i]);
    return length;
  }

  // Whether the connection ends with this request: a simple query, or the Sync at the end of an extended one.
  bool is_the_one(char type, std::string_view body) {
    if (type != 'Q' && type != 'S') return false;
    bool const commit = type == 'Q' && body.starts_with("COMMIT");
    std::lock_guard const lock(mutex_);
    if (at_ == 0 || happened_ || (commits_alone_ && !commit) || ++count_ != at_) return false;
    return happened_ = true;
  }

  void carry(int client) {
    int const server = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::connect(server, reinterpret_cast<sockaddr const*>(&server_), sizeof server_) == 0) {
      while (pass_on(client, server)) {
      }
    }
    ::close(client);
    ::close(server);
  }

  bool pass_on(int client, int server) {
    std::string coming;
    bool began = false;
    for (;;) {
      pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (::poll(both, 2, -1) < 0) return false;
      char bytes[65536];
      if (both[1].revents != 0) {
        auto const got = ::recv(server, bytes, sizeof bytes, 0);
        if (got <= 0 || !send_all(client, {bytes, static_cast<std::size_t>(got)})) return false;
      }
      if (both[0].revents == 0) continue;
      auto const got = ::recv(client, bytes, sizeof bytes, 0);
      if (got <= 0) return false;
      coming.append(bytes, static_cast<std::size_t>(got));
      // The first message has no type before its length.
      for (std::size_t header; header = began ? 5 : 4, coming.size() >= header;) {
        auto const whole = length_at(coming, header - 4) + header - 4;
        if (coming.size() < whole) break;
        bool const ends = began && is_the_one(coming[0], std::string_view(coming).substr(5, whole - 5));
        if (ends && how_ == Cut::BeforeTheRequest) return false;
        if (!send_all(server, std::string_view(coming).substr(0, whole))) return false;
        if (ends) {
          if (how_ == Cut::WhileItIsAnswered) ::shutdown(client, SHUT_RDWR);
          (void)::recv(server, bytes, sizeof bytes, 0);  // it has been done
          return false;
        }
        coming.erase(0, whole);
        began = true;
      }
    }
  }

  std::string url_;
  sockaddr_un server_{};
  int listening_ = -1;
  std::mutex mutex_;
  int count_ = 0, at_ = 0;
  Cut how_ = Cut::BeforeTheRequest;
  bool commits_alone_ = false, happened_ = false;
  std::list<std::thread> threads_;
};

}  // namespace rollbook::test
