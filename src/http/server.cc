#include "http/server.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <latch>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "http/connection.h"

namespace rollbook::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t most_on_the_doorstep = 64;

// Sockets and their conversations on a thread of their own; only that thread touches what is in it.
struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::set<Connection*> connections;
  std::thread thread{[this] { run(); }};

  // Without memory even a beginning can throw; that is one connection less, not all of them.
  void run() {
    for (bool done = false; !done;) {
      try {
        context.run();
        done = true;
      } catch (...) {
      }
    }
  }

  ~Loop() {
    work.reset();
    context.stop();
    thread.join();
  }
};

// Who is in the house, so that nobody fills it alone.
class Guests {
 public:
  explicit Guests(std::size_t most) : most_(most) {}

  // Kept for as long as somebody stays.
  class Seat {
   public:
    Seat(Guests& guests, std::string const& address) : guests_(&guests), address_(address) {}
    Seat(Seat&& other) noexcept : guests_(std::exchange(other.guests_, nullptr)), address_(std::move(other.address_)) {}
    ~Seat() {
      if (guests_ != nullptr) guests_->leave(address_);
    }

   private:
    Guests* guests_;
    std::string address_;
  };

  std::optional<Seat> enter(std::string const& address, std::size_t most_of_it) {
    std::lock_guard const lock(mutex_);
    if (all_ >= most_) return std::nullopt;
    auto& here = of_[address];
    if (here >= most_of_it) return std::nullopt;
    std::optional<Seat> seat(std::in_place, *this, address);
    ++here, ++all_;
    return seat;
  }

 private:
  void leave(std::string const& address) {
    std::lock_guard const lock(mutex_);
    if (auto const here = of_.find(address); --here->second == 0) of_.erase(here);
    --all_;
  }

  std::mutex mutex_;
  std::map<std::string, std::size_t> of_;
  std::size_t all_ = 0;
  std::size_t const most_;
};

asio::ip::address without_mapping(asio::ip::address const& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return address;
}

// Under which name somebody counts as a guest. With IPv6 one household has 2^64 addresses.
std::string household(asio::ip::address const& address) {
  if (address.is_v4()) return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return asio::ip::address_v6(bytes).to_string();
}

class AsioServer final : public Server {
 public:
  AsioServer(ServerOptions options, App& app) : house_(std::move(options), app), guests_(house_.options.max_connections), acceptor_(loops_[0].context) {}
  ~AsioServer() override;

  std::optional<Trouble> listen();
  std::uint16_t port() const override { return port_; }
  Counts counts() const override { return {house_.connections, house_.open, house_.requests, house_.refused, house_.streams}; }

 private:
  struct Stay;
  Task<void> accept();
  void receive(tcp::socket socket, Loop& loop);
  bool all_have_left(std::chrono::milliseconds within);

  House house_;
  Guests guests_;
  Guests doorstep_{most_on_the_doorstep};  // who is told that there is no room
  std::shared_ptr<asio::ssl::context> tls_;
  std::mutex leaving_;
  std::condition_variable left_;
  bool accepting_ = false;
  std::array<Loop, 2> loops_;  // before the acceptor, behind all that conversations use
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
};

std::optional<Trouble> AsioServer::listen() {
  auto const& options = house_.options;
  if (options.tls_cert.empty() != options.tls_key.empty())
    return Trouble{"A certificate and its key belong together: name both, or none for HTTP without TLS."};
  if (!options.tls_cert.empty()) {
    auto tls = tls_context(options.tls_cert, options.tls_key);
    if (!tls) return tls.trouble();
    tls_ = *tls;
  }
  error_code error;
  auto const address = asio::ip::make_address(options.address, error);
  if (error) return Trouble{"\"" + options.address + "\" is no address to listen on. Write one like 127.0.0.1 (this machine only) or 0.0.0.0 (everybody)."};
  tcp::endpoint const endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && address.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return Trouble{"Port " + std::to_string(options.port) + " of " + options.address + " cannot be opened (" + error.message() +
                   "). Stop the program that has it, or choose another port."};
  port_ = acceptor_.local_endpoint(error).port();
  accepting_ = true;
  asio::co_spawn(loops_[0].context, accept(), [this](std::exception_ptr) {
    std::lock_guard const lock(leaving_);
    accepting_ = false;
    left_.notify_all();
  });
  return std::nullopt;
}

Task<void> AsioServer::accept() {
  for (std::size_t next = 0; acceptor_.is_open(); ++next) {
    auto& loop = loops_[next % loops_.size()];
    auto [error, socket] = co_await acceptor_.async_accept(loop.context, asio::as_tuple(asio::use_awaitable));
    if (!error) {
      asio::post(loop.context, [this, &loop, socket = std::move(socket)]() mutable { receive(std::move(socket), loop); });
    } else if (acceptor_.is_open()) {
      // No file descriptors are left, mostly: somebody has to go first.
      asio::steady_timer pause(acceptor_.get_executor(), std::chrono::milliseconds(50));
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
}

// A connection, from its first to its last moment.
struct AsioServer::Stay {
  AsioServer& server;
  Loop& loop;
  Guests::Seat seat;
  Connection connection;

  Stay(AsioServer& server, Loop& loop, Guests::Seat seat, std::shared_ptr<Wire> wire, std::string peer)
      : server(server), loop(loop), seat(std::move(seat)), connection(server.house_, std::move(wire), std::move(peer)) {
    loop.connections.insert(&connection);
    ++server.house_.open;
  }
  Stay(Stay const&) = delete;
  ~Stay() {
    loop.connections.erase(&connection);
    std::lock_guard const lock(server.leaving_);
    if (--server.house_.open == 0) server.left_.notify_all();
  }

  // Whatever is thrown on the way (there is no memory, mostly) ends this conversation and no other.
  static void spend(std::shared_ptr<Stay> stay, Task<void> conversation) {
    asio::co_spawn(stay->loop.context, std::move(conversation), [stay](std::exception_ptr) {});
  }
};

void AsioServer::receive(tcp::socket socket, Loop& loop) {
  error_code error;
  auto const peer = socket.remote_endpoint(error);
  if (error || house_.closing) return;  // has left already
  socket.set_option(tcp::no_delay(true), error);
  ++house_.connections;
  auto const address = without_mapping(peer.address());
  auto const& options = house_.options;
  auto const most_of_it = options.proxies.trusts(address.to_string()) ? options.max_connections : options.max_connections_per_address;
  if (auto seat = guests_.enter(household(address), most_of_it)) {
    auto wire = tls_ ? secure_wire(std::move(socket), *tls_) : plain_wire(std::move(socket));
    auto const stay = std::make_shared<Stay>(*this, loop, std::move(*seat), std::move(wire), address.to_string());
    return Stay::spend(stay, stay->connection.converse());
  }
  // Words for some; when the house is stormed, or through TLS, which is dear, a closed door must do.
  auto step = tls_ ? std::nullopt : doorstep_.enter("", most_on_the_doorstep);
  if (!step) return void(++house_.refused);
  auto const stay = std::make_shared<Stay>(*this, loop, std::move(*step), plain_wire(std::move(socket)), address.to_string());
  Stay::spend(stay, stay->connection.turn_away({503, "Too many connections are open.", Dress::Page}));
}

bool AsioServer::all_have_left(std::chrono::milliseconds within) {
  std::unique_lock lock(leaving_);
  return left_.wait_for(lock, within, [this] { return house_.open == 0 && !accepting_; });
}

AsioServer::~AsioServer() {
  house_.closing = true;
  auto const tell = [this](void (Connection::*what)()) {
    std::latch told(loops_.size());
    for (auto& loop : loops_)
      asio::post(loop.context, [&loop, &told, what] {
        for (auto* const connection : loop.connections) (connection->*what)();
        told.count_down();
      });
    told.wait();
  };
  asio::post(loops_[0].context, [this] {
    error_code ignored;
    acceptor_.close(ignored);
  });
  tell(&Connection::finish_soon);
  if (all_have_left(house_.options.farewell)) return;
  // What is left waits for a stranger, or for the App; the App comes back.
  do tell(&Connection::finish_now);
  while (!all_have_left(std::chrono::milliseconds(100)));
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, App& app) {
  auto server = std::make_unique<AsioServer>(std::move(options), app);
  if (auto trouble = server->listen()) return std::move(*trouble);
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace rollbook::http
