// How answers leave. (Within a co_await, g++ 12 destroys temporaries of a conditional expression twice: they have names here.)
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <utility>

#include "http/connection.h"

namespace rollbook::http {

constexpr std::size_t first_bytes = 64 << 10;  // of a body go together with the head

// What a listener has heard and not written yet. Told by any thread, asked by its loop.
class Connection::Hearing : public std::enable_shared_from_this<Hearing> {
 public:
  explicit Hearing(asio::any_io_executor const& loop) : bell(loop) {}

  void hear(std::shared_ptr<std::string const> event) {
    {
      std::lock_guard const lock(mutex_);
      if (event->empty()) ended_ = true;
      else newest_ = std::move(event);
    }
    ring();
  }
  void leave() {
    left = true;
    ring();
  }

  // The newest event; none: an empty one when there will be no more.
  std::shared_ptr<std::string const> take() {
    std::lock_guard const lock(mutex_);
    rung_ = false;
    if (newest_ || !ended_) return std::exchange(newest_, nullptr);
    return std::make_shared<std::string const>();
  }

  asio::steady_timer bell;
  bool left = false;  // of its loop alone

 private:
  void ring() {
    {
      std::lock_guard const lock(mutex_);
      if (std::exchange(rung_, true)) return;
    }
    asio::post(bell.get_executor(), [self = shared_from_this()] { self->bell.cancel(); });
  }

  std::mutex mutex_;
  std::shared_ptr<std::string const> newest_;
  bool ended_ = false, rung_ = false;
};

Connection::Connection(House& house, std::shared_ptr<Wire> wire, std::string peer) : house_(house), wire_(std::move(wire)), peer_(std::move(peer)) {}
Connection::~Connection() = default;

void Connection::finish_soon() {
  if (between_requests_) wire_->give_up();
  if (hearing_) hearing_->hear(std::make_shared<std::string const>());
}

void Connection::finish_now() {
  if (hearing_) hearing_->leave();
  wire_->give_up();
}

Task<void> Connection::decline(Declined declined) {
  ++house_.refused;
  auto response = calm_answer(declined.dress, declined.status, declined.text, {}, declined.status == 503 ? 60 : 0);
  co_await send(response, *framing_of(response, false, true, true));
}

Task<bool> Connection::send(Response& response, Framing const& framing) {
  using Body = Framing::Body;
  std::string_view body = response.body;
  auto text = head_text(response, framing, std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  if (framing.body == Body::None) co_return co_await write(text) && !framing.close;

  if (framing.body == Body::Chunks) {
    if (!body.empty()) text += chunk(body);
    body = {};
  } else {
    auto const together = std::min(body.size(), first_bytes);
    text += body.substr(0, together);
    body.remove_prefix(together);
  }
  if (!co_await write(text) || !co_await write(body)) co_return false;
  if (response.events) co_return co_await send_events(*response.events, framing);
  if (response.more) co_return co_await send_more(response, framing);
  co_return !framing.close;
}

Task<bool> Connection::send_more(Response& response, Framing const& framing) {
  using Body = Framing::Body;
  bool const chunked = framing.body == Body::Chunks;
  std::optional<Result<std::string>> piece;
  std::function<void()> const ask = [&] { piece = response.more(); };
  std::uint64_t sent = response.body.size();
  for (;;) {
    bool const asked = co_await on_a_page_thread(ask);
    bool const last = asked && *piece && (*piece)->empty();
    if (asked && *piece) sent += (*piece)->size();
    bool const fits = framing.body != Body::Length || (last ? sent == *framing.length : sent <= *framing.length);
    if (!asked || !*piece || !fits) co_return wire_->break_off(), false;
    if (last) break;
    auto const text = chunked ? chunk(**piece) : std::move(**piece);
    bool const written = co_await write(text);
    if (!written) co_return false;
  }
  if (!chunked) co_return !framing.close;
  auto const last_chunk = chunk({});
  bool const ended = co_await write(last_chunk);
  co_return ended && !framing.close;
}

Task<bool> Connection::send_events(Channel& channel, Framing const& framing) {
  struct Listening {
    Channel& channel;
    House& house;
    std::uint64_t number;
    ~Listening() { channel.stop(number), --house.streams; }
  };
  hearing_ = std::make_shared<Hearing>(co_await asio::this_coro::executor);
  wire_->keep_little();
  wire_->when_left([hearing = hearing_] { hearing->leave(); });
  ++house_.streams;
  Listening const listening{channel, house_, channel.listen([hearing = hearing_](auto event) { hearing->hear(std::move(event)); })};
  inbox_ = {};

  bool const chunked = framing.body == Framing::Body::Chunks;
  std::string text;
  while (!hearing_->left) {
    auto const event = hearing_->take();
    if (event && event->empty()) {
      text = chunk({});
      if (chunked) co_await write(text);
      break;
    }
    text.clear();
    if (event) {
      text = *event;
    } else {
      hearing_->bell.expires_after(house_.options.events_comment);
      auto const [rung] = co_await hearing_->bell.async_wait(asio::as_tuple(asio::use_awaitable));
      if (!rung) text = ":\n\n";  // so that nobody on the way takes it for dead
    }
    if (text.empty()) continue;
    if (chunked) text = chunk(text);
    bool const written = co_await write(text);
    if (!written) break;
  }
  hearing_.reset();
  co_return false;
}

}  // namespace rollbook::http
