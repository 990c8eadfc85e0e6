// The SFTP door: listens, and has a thread for each sender, of whom there may be so many. An address that was shut out is turned away before anything is
// computed for it. What arrives lies in zones (doors/zones.h).
#pragma once

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "doors/accounts.h"
#include "doors/connection.h"
#include "doors/zones.h"
#include "store/home.h"

namespace rollbook::doors {

struct ServerOptions {
  store::HomePlace place;
  store::ServerKey key;
  std::shared_ptr<Zones> zones;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::size_t most_at_once = 100, most_of_account = 10, most_of_address = 60;
  std::int64_t login_seconds = 60, idle_seconds = 600, session_seconds = 12 * 60 * 60;
  std::function<std::int64_t()> now = {};            // seconds since 1970
  std::function<void(std::string const&)> log = {};  // a line without names of files, or of who does not exist
  std::function<void()> on_left = {};                // somebody who was signed in has gone
};

class Server : private Gate {
 public:
  static Result<std::unique_ptr<Server>> start(ServerOptions options);
  ~Server() override;

  std::uint16_t port() const { return port_; }
  std::size_t connections() const;

 private:
  struct Sender {
    int socket = -1;
    std::string address;
    Pulse pulse;
    std::int64_t began = 0;    // seconds of a clock that only goes forward
    std::int64_t account = 0;  // source; 0: not signed in
    bool over = false;
    std::thread thread;
  };
  explicit Server(ServerOptions options) : options_(std::move(options)) {}
  std::optional<Trouble> listen();
  std::optional<Trouble> refresh_keys();
  void accept_all();
  void accept_one();
  void watch();
  void begin(int socket, std::string address);

  std::optional<Let> let_in_with_password(std::string const& address, std::string_view name, std::string_view password) override;
  std::optional<Let> let_in_with_key(std::string const& address, std::string_view name, std::string_view kind, std::string_view base64, bool proven) override;
  std::optional<Let> let_in(std::string const& address, Account const& account);
  bool has_too_many(std::int64_t source) const;

  ServerOptions options_;
  std::mutex databases_;  // one connection for all senders: each is asked for a moment, at its sign-in
  std::optional<store::Home> home_;
  std::vector<HostKey> keys_;
  std::int64_t keys_at_ = 0;
  Descriptor listening_;
  std::uint16_t port_ = 0;
  mutable std::mutex senders_mutex_;
  std::list<Sender> senders_;
  bool ends_ = false;
  std::condition_variable end_;
  std::thread accepting_, watching_;
};

}  // namespace rollbook::doors
