// A connection as bytes, plain or through TLS: every wait has an end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace rollbook::http {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Socket = asio::ip::tcp::socket;
template <class T>
using Task = asio::awaitable<T>;

// Lives on the thread of its socket; nothing here is called from another one.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  // What a read has brought. No bytes: it was `late`, or there will be none any more.
  struct Came {
    std::size_t bytes = 0;
    bool late = false;
  };

  explicit Wire(asio::any_io_executor const& executor) : timer_(executor) {}
  virtual ~Wire() = default;
  virtual bool is_secure() const = 0;

  // What comes before the first byte. False: there is nobody to talk to.
  Task<bool> greet(Clock::time_point deadline);
  Task<Came> read(std::span<char> into, Clock::time_point deadline);
  // In slices, each of which has to leave within `each`. False: not all of it left, and the wire is broken off.
  Task<bool> write(std::string_view text, Clock::duration each);
  // Bytes are there already: a read would not wait.
  virtual bool has_more() = 0;

  // Closes so that all that was written arrives, even when the other side is still sending; but does not wait longer than this.
  Task<void> part(Clock::duration longest);
  // Closes so that the other side knows that something is missing.
  void break_off();
  // Ends what is being waited for, as if the connection had gone.
  void give_up();

  // Calls when the other side has left (or sends what nobody asked for), unless the wire ends first.
  void when_left(std::function<void()> call);
  // The system keeps little for a listener who is slow.
  void keep_little();

 protected:
  virtual Socket& socket() = 0;
  virtual Task<bool> do_greet() = 0;
  virtual Task<std::size_t> do_read(std::span<char> into) = 0;
  virtual Task<bool> do_write(std::string_view slice) = 0;
  virtual Task<void> say_goodbye() = 0;

 private:
  class Watch;
  void watch(std::uint64_t wait, Clock::time_point deadline);

  asio::steady_timer timer_;
  std::uint64_t wait_ = 0;  // number of the wait that is on
  bool late_ = false, given_up_ = false;
};

std::shared_ptr<Wire> plain_wire(Socket socket);
std::shared_ptr<Wire> secure_wire(Socket socket, asio::ssl::context& tls);

// Ready to serve with this certificate.
Result<std::shared_ptr<asio::ssl::context>> tls_context(std::string const& certificate_file, std::string const& key_file);

}  // namespace rollbook::http
