// A conversation: requests come one after another, each is answered, until one side has enough. One coroutine a connection, always on the thread of its
// loop; what the App does is done on page threads meanwhile.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "http/head.h"
#include "http/incoming.h"
#include "http/outgoing.h"
#include "http/server.h"
#include "http/wire.h"

namespace rollbook::http {

// What all connections share.
struct House {
  ServerOptions options;
  App& app;
  asio::thread_pool pages;
  std::atomic<std::uint64_t> connections{0}, open{0}, requests{0}, refused{0}, streams{0};
  std::atomic<bool> closing{false};

  House(ServerOptions given, App& served);
  void tell_of_broken(std::string const& what) const;
};

class Connection {
 public:
  Connection(House& house, std::shared_ptr<Wire> wire, std::string peer);
  ~Connection();

  Task<void> converse();
  // Says why there is no conversation, and goes.
  Task<void> turn_away(Declined declined);

  // The server closes: what has begun may come to its end.
  void finish_soon();
  void finish_now();

 private:
  class Asked;
  class Hearing;
  using Request = std::variant<std::monostate, Incoming, Declined>;  // none: the other side has gone

  Task<Request> read_request(Clock::time_point deadline, bool first);
  Request look_at_head(std::size_t size);
  Task<bool> answer(Incoming& incoming);
  Task<void> read_body(Incoming& incoming, Asked& asked);
  Task<Wire::Came> read_more(std::size_t most, Clock::time_point deadline);

  // In sending.cc. These return whether the connection can be used again.
  Task<bool> send(Response& response, Framing const& framing);
  Task<bool> send_more(Response& response, Framing const& framing);
  Task<bool> send_events(Channel& channel, Framing const& framing);
  Task<void> decline(Declined declined);
  Task<bool> write(std::string_view text) { return wire_->write(text, house_.options.write_deadline); }

  // Does something of the App's on a page thread. False: it has thrown.
  Task<bool> on_a_page_thread(std::function<void()> const& work);

  House& house_;
  std::shared_ptr<Wire> wire_;
  std::string peer_;
  std::string inbox_;  // has come and was not looked at yet
  bool between_requests_ = true;
  std::shared_ptr<Hearing> hearing_;  // while it listens to a channel
};

}  // namespace rollbook::http
