#include "http/server.h"

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
#include <set>
#include <thread>

#include "http/connection.h"

namespace rollbook::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// Sockets and their conversations on a thread of their own; only that thread touches what is in it.
struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::set<Connection*> connections;
  std::thread thread{[this] { context.run(); }};

  ~Loop() {
    work.reset();
    context.stop();
    thread.join();
  }
};

// Who is in the house, so that nobody fills it alone.
class Guests {
 public:
  explicit Guests(ServerOptions const& options) : most_(options.max_connections), most_per_address_(options.max_connections_per_address) {}

  bool enter(std::string const& address) {
    std::lock_guard const lock(mutex_);
    if (all_ >= most_) return false;
    auto& here = of_[address];
    if (here >= most_per_address_) return false;
    return ++here, ++all_, true;
  }
  void leave(std::string const& address) {
    std::lock_guard const lock(mutex_);
    if (auto const here = of_.find(address); --here->second == 0) of_.erase(here);
    --all_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::size_t> of_;
  std::size_t all_ = 0;
  std::size_t const most_, most_per_address_;
};

std::string text_of(asio::ip::address const& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

class AsioServer final : public Server {
 public:
  AsioServer(ServerOptions options, App& app) : house_(std::move(options), app), guests_(house_.options), acceptor_(loops_[0].context) {}
  ~AsioServer() override;

  std::optional<Trouble> listen();
  std::uint16_t port() const override { return port_; }
  Counts counts() const override { return {house_.connections, house_.open, house_.requests, house_.refused, house_.streams}; }

 private:
  Task<void> accept();
  void receive(tcp::socket socket, Loop& loop);
  void spawn(Loop& loop, std::shared_ptr<Connection> connection, std::string guest, Task<void> conversation);
  bool all_have_left(std::chrono::milliseconds within);

  House house_;
  Guests guests_;
  std::shared_ptr<asio::ssl::context> tls_;
  std::atomic<int> turned_away_{0};
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

void AsioServer::receive(tcp::socket socket, Loop& loop) {
  error_code error;
  auto const peer = socket.remote_endpoint(error);
  if (error || house_.closing) return;  // has left already
  socket.set_option(tcp::no_delay(true), error);
  ++house_.connections;
  auto address = text_of(peer.address());
  if (guests_.enter(address)) {
    auto wire = tls_ ? secure_wire(std::move(socket), *tls_) : plain_wire(std::move(socket));
    auto connection = std::make_shared<Connection>(house_, std::move(wire), address);
    auto& conversation = *connection;
    return spawn(loop, std::move(connection), std::move(address), conversation.converse());
  }
  // Words for some; when the house is stormed, or through TLS, which is dear, a closed door must do.
  constexpr int most_words = 64;
  if (tls_ || turned_away_ >= most_words) return void(++house_.refused);
  ++turned_away_;
  auto connection = std::make_shared<Connection>(house_, plain_wire(std::move(socket)), address);
  auto& conversation = *connection;
  spawn(loop, std::move(connection), "", conversation.turn_away({503, "Too many connections are open. Try again in a minute."}));
}

void AsioServer::spawn(Loop& loop, std::shared_ptr<Connection> connection, std::string guest, Task<void> conversation) {
  loop.connections.insert(connection.get());
  ++house_.open;
  asio::co_spawn(loop.context, std::move(conversation), [this, &loop, connection, guest = std::move(guest)](std::exception_ptr) {
    // Whatever was thrown (there was no memory, mostly), it has ended this conversation and no other.
    loop.connections.erase(connection.get());
    if (guest.empty()) --turned_away_;
    else guests_.leave(guest);
    std::lock_guard const lock(leaving_);
    if (--house_.open == 0) left_.notify_all();
  });
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
