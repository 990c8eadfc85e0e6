#include "doors/server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "doors/shut_out.h"
#include "doors/sign_in.h"
#include "runs/libssh.h"
#include "store/district_life.h"
#include "store/moment.h"

namespace rollbook::doors {
namespace {

constexpr std::int64_t keys_for = 60;  // seconds until host keys are looked at again: a new pair may hold since midnight

std::int64_t steady_seconds() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// "192.0.2.7"; IPv4 that comes as IPv6 is written as what it is.
std::string text_of(sockaddr_storage const& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  if (peer.ss_family == AF_INET) ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in const&>(peer).sin_addr, text, sizeof text);
  else if (peer.ss_family == AF_INET6) ::inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6 const&>(peer).sin6_addr, text, sizeof text);
  std::string_view const mapped = "::ffff:";
  std::string_view const read = text;
  return std::string(read.starts_with(mapped) && read.find('.') != std::string_view::npos ? read.substr(mapped.size()) : read);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  if (runs::libssh() == nullptr) return Trouble{"--sftp needs libssh, which is not installed here (Debian: apt install libssh-4)."};
  std::unique_ptr<Server> server(new Server(std::move(options)));
  auto home = store::Home::open(server->options_.place);
  if (!home) return home.trouble();
  server->home_.emplace(std::move(*home));
  if (auto trouble = server->refresh_keys()) return *trouble;
  if (auto trouble = server->listen()) return *trouble;
  server->accepting_ = std::thread([s = server.get()] { s->accept_all(); });
  server->watching_ = std::thread([s = server.get()] { s->watch(); });
  return server;
}

Server::~Server() {
  {
    std::lock_guard const lock(senders_mutex_);
    ends_ = true;
    for (auto const& sender : senders_)
      if (!sender.over) ::shutdown(sender.socket, SHUT_RDWR);
  }
  end_.notify_all();
  if (accepting_.joinable()) accepting_.join();
  if (watching_.joinable()) watching_.join();
  for (auto& sender : senders_)
    if (sender.thread.joinable()) sender.thread.join();
}

std::size_t Server::connections() const {
  std::lock_guard const lock(senders_mutex_);
  return senders_.size();
}

std::optional<Trouble> Server::listen() {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto const port = std::to_string(options_.port);
  if (::getaddrinfo(options_.address.c_str(), port.c_str(), &hints, &found) != 0 || found == nullptr)
    return Trouble{"--sftp: \"" + options_.address + "\" is no address of this machine."};
  Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int const on = 1;
  bool good = socket.is_open() && ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              ::bind(socket.number(), found->ai_addr, found->ai_addrlen) == 0 && ::listen(socket.number(), 128) == 0;
  ::freeaddrinfo(found);
  if (!good) return Trouble{"--sftp: it cannot listen on " + options_.address + ":" + port + "; perhaps another program does, or the port is below 1024."};
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&own), &size);
  port_ = ntohs(own.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(own).sin6_port : reinterpret_cast<sockaddr_in&>(own).sin_port);
  listening_ = std::move(socket);
  return std::nullopt;
}

std::optional<Trouble> Server::refresh_keys() {
  std::lock_guard const lock(databases_);
  if (keys_at_ > 0 && steady_seconds() < keys_at_ + keys_for) return std::nullopt;
  auto const at = store::moment_text(options_.now());
  auto keys = host_keys(home_->operations(), options_.key, at.substr(0, 10), {"the server", at, "the server"});
  if (!keys) {
    home_->operations().recover();
    return keys.trouble();
  }
  keys_ = std::move(*keys);
  keys_at_ = steady_seconds();
  return std::nullopt;
}

void Server::accept_all() {
  for (;;) {
    pollfd waits{listening_.number(), POLLIN, 0};
    ::poll(&waits, 1, 200);
    {
      std::lock_guard const lock(senders_mutex_);
      if (ends_) return;
    }
    if ((waits.revents & POLLIN) != 0) accept_one();
  }
}

void Server::accept_one() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  Descriptor socket(::accept4(listening_.number(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
  if (!socket.is_open()) return;
  auto address = text_of(peer);
  {
    std::lock_guard const lock(senders_mutex_);
    auto const same = std::count_if(senders_.begin(), senders_.end(), [&](Sender const& one) { return one.address == address; });
    if (senders_.size() >= options_.most_at_once || static_cast<std::size_t>(same) >= options_.most_of_address) return;
  }
  {
    std::lock_guard const lock(databases_);
    if (shut_until(home_->operations(), address, options_.now()) > 0) return;
  }
  int const on = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (auto trouble = refresh_keys()) return options_.log(trouble->text);
  begin(socket.take(), std::move(address));
}

void Server::begin(int socket, std::string address) {
  std::vector<HostKey> keys;
  {
    std::lock_guard const lock(databases_);
    keys = keys_;
  }
  std::lock_guard const lock(senders_mutex_);
  auto& sender = senders_.emplace_back();
  sender.socket = socket;
  sender.address = std::move(address);
  sender.began = sender.pulse.moved = steady_seconds();
  sender.thread = std::thread([this, &sender, keys = std::move(keys)] {
    // A second descriptor keeps the number of the socket from being given to somebody else while it is watched.
    int const own = ::dup(sender.socket);
    bool const was_in = own >= 0 && serve_connection(own, sender.address, keys, *this, sender.pulse);
    if (was_in && options_.on_left) options_.on_left();
    std::lock_guard const done(senders_mutex_);
    ::close(sender.socket);
    sender.over = true;
    end_.notify_all();
  });
}

// Ends who is silent, too long about signing in, or here for too long; and takes leave of who has gone.
void Server::watch() {
  std::unique_lock lock(senders_mutex_);
  while (!ends_) {
    end_.wait_for(lock, std::chrono::seconds(1));
    auto const now = steady_seconds();
    for (auto sender = senders_.begin(); sender != senders_.end();) {
      if (sender->over) {
        sender->thread.join();  // it has nothing left to do
        sender = senders_.erase(sender);
        continue;
      }
      bool const in = sender->pulse.signed_in;
      if ((!in && now > sender->began + options_.login_seconds) || now > sender->pulse.moved + options_.idle_seconds ||
          now > sender->began + options_.session_seconds)
        ::shutdown(sender->socket, SHUT_RDWR);
      ++sender;
    }
  }
}

bool Server::has_too_many(std::int64_t source) const {
  std::lock_guard const lock(senders_mutex_);
  auto const count = std::count_if(senders_.begin(), senders_.end(), [&](Sender const& one) { return !one.over && one.account == source; });
  return static_cast<std::size_t>(count) >= options_.most_of_account;
}

std::optional<Gate::Let> Server::let_in_with_password(std::string const& address, std::string_view name, std::string_view password) {
  std::lock_guard const lock(databases_);
  auto const shown = who_shows(home_->operations(), address, name, password, options_.now(), options_.log);
  return shown.account ? let_in(address, *shown.account) : std::nullopt;
}

std::optional<Gate::Let> Server::let_in_with_key(std::string const& address, std::string_view name, std::string_view kind, std::string_view base64,
                                                 bool proven) {
  std::lock_guard const lock(databases_);
  auto& operations = home_->operations();
  if (shut_until(operations, address, options_.now()) > 0) return std::nullopt;
  auto const account = account_called(operations, name);
  bool const good = account && may_come_from(*account, address) && has_key(operations, *account, kind, base64);
  if (!good) {
    // Agents offer all keys that they have, one after the other; that is no guessing of an account that has keys at all.
    if (!account) count_failure(operations, address, account, options_.now(), options_.log);
    return std::nullopt;
  }
  if (!proven) return Let{account->source, account->name, nullptr};
  return let_in(address, *account);
}

std::optional<Gate::Let> Server::let_in(std::string const& address, Account const& account) {
  auto& operations = home_->operations();
  if (store::service_of(operations, account.district) != store::Service::Open) return std::nullopt;
  if (has_too_many(account.source)) return options_.log(account.name + " has too many connections already"), std::nullopt;
  auto zone = options_.zones->of(account.source);
  if (!zone) return options_.log(zone.trouble().text), std::nullopt;
  if (auto const trouble = note_let_in(operations, address, account, options_.now())) return options_.log(trouble->text), std::nullopt;
  {
    std::lock_guard const lock(senders_mutex_);
    for (auto& sender : senders_)
      if (sender.thread.get_id() == std::this_thread::get_id()) sender.account = account.source;
  }
  options_.log(account.name + " signed in from " + address);
  return Let{account.source, account.name, std::move(*zone)};
}

}  // namespace rollbook::doors
