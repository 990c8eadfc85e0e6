#include "http/connection.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <typeinfo>
#include <vector>

#include "base/demand.h"
#include "base/text.h"
#include "http/pace.h"

// (Within a co_await, g++ 12 destroys temporaries of a conditional expression twice: they have names here.)
namespace rollbook::http {
namespace {

constexpr std::size_t read_size = 64 << 10;
// A piece of a body begins small and grows while it comes fast, so that many who are slow cost little.
constexpr std::size_t smallest_piece = 16 << 10, largest_piece = 256 << 10;
constexpr std::size_t most_empty_lines = 4;  // before a request; some old clients send one behind a form

Response sorry() { return plain_answer(500, "Something went wrong here, and it is our fault. Try again; if it happens again, tell whoever runs this server."); }

bool has_header(Response const& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(), [&](Header const& header) { return lower(header.name) == name; });
}

}  // namespace

// What the App has been asked. It lives and dies on page threads, since it may hold what takes time to put away.
class Connection::Asked {
 public:
  explicit Asked(House& house) : house_(house) {}
  Asked(Asked const&) = delete;
  ~Asked() {
    if (exchange || (answer && answer->more))
      asio::post(house_.pages, [exchange = std::move(exchange), answer = std::move(answer)]() mutable { answer.reset(), exchange.reset(); });
  }

  // On a page thread: whoever answers in pieces may need the exchange for them, others do not.
  void has_answered() {
    if (answer && !answer->more) exchange.reset();
  }

  std::unique_ptr<Exchange> exchange;
  std::optional<Response> answer;
  std::optional<Declined> declined;
  bool gone = false, early = false, thrown = false;

 private:
  House& house_;
};

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

template <class Work>
Task<bool> Connection::on_a_page_thread(Work& work) {
  bool thrown = false;
  auto const loop = co_await asio::this_coro::executor;
  auto const careful = [this, &work, &thrown] {
    std::string what = "something that is no std::exception";
    try {
      return work();
    } catch (BrokenPromise const& broken) {
      what = broken.what();
    } catch (std::exception const& exception) {
      what = typeid(exception).name();  // its words might be about people
    } catch (...) {
    }
    thrown = true;
    if (house_.options.on_broken) house_.options.on_broken(what);
  };
  auto const start = [this, &loop, &careful](auto handler) {
    asio::post(house_.pages, [&loop, &careful, handler = std::move(handler)]() mutable {
      careful();
      asio::post(loop, std::move(handler));
    });
  };
  co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(start, asio::use_awaitable);
  co_return !thrown;
}

Task<void> Connection::converse() {
  auto deadline = Clock::now() + house_.options.head_deadline;
  bool again = co_await wire_->greet(deadline);
  while (again) {
    auto request = co_await read_request(deadline);
    again = false;
    if (auto* const incoming = std::get_if<Incoming>(&request)) again = co_await answer(*incoming);
    else if (auto* const declined = std::get_if<Declined>(&request)) co_await decline(std::move(*declined));
    between_requests_ = true;
    again = again && !house_.closing;
    deadline = Clock::now() + (inbox_.empty() ? house_.options.idle : house_.options.head_deadline);
  }
  co_await wire_->part(house_.options.linger);
}

Task<void> Connection::turn_away(Declined declined) {
  co_await decline(std::move(declined));
  co_await wire_->part(std::min(house_.options.linger, std::chrono::milliseconds(1000)));
}

void Connection::finish_soon() {
  if (between_requests_) wire_->give_up();
  if (hearing_) hearing_->hear(std::make_shared<std::string const>());
}

void Connection::finish_now() {
  if (hearing_) hearing_->leave();
  wire_->give_up();
}

Task<Wire::Came> Connection::read_more(std::size_t most, Clock::time_point deadline) {
  auto const size = inbox_.size();
  inbox_.resize(size + most);
  auto const came = co_await wire_->read({inbox_.data() + size, most}, deadline);
  inbox_.resize(size + came.bytes);
  co_return came;
}

Task<Connection::Request> Connection::read_request(Clock::time_point deadline) {
  auto const most = house_.options.max_head;
  std::size_t empty_lines = 0;
  HeadSearch search;
  for (;;) {
    auto found = search.look(inbox_);
    while (found == HeadSearch::Found::End && search.size() == 2 && ++empty_lines <= most_empty_lines) {
      inbox_.erase(0, 2);
      found = (search = {}).look(inbox_);
    }
    if (found == HeadSearch::Found::NoHead)
      co_return Declined{400, "This server speaks HTTP, and this is none. (If it is HTTPS: this port takes http:// only.)"};
    if (search.size() > most) {
      if (search.in_first_line()) co_return Declined{414, "The address is too long."};
      co_return Declined{431, "The headers of the request are too long."};
    }
    if (found == HeadSearch::Found::End) co_return look_at_head(search.size());

    if (inbox_.empty() && house_.closing) co_return std::monostate();
    between_requests_ = inbox_.empty();
    auto const came = co_await read_more(std::min<std::size_t>(4096, most + 1 - inbox_.size()), deadline);
    if (came.late && !inbox_.empty()) co_return Declined{408, "The request did not come in time."};
    if (came.bytes == 0) co_return std::monostate();
    if (between_requests_) deadline = std::min(deadline, Clock::now() + house_.options.head_deadline);
    between_requests_ = false;
  }
}

Connection::Request Connection::look_at_head(std::size_t size) {
  auto const raw = std::string_view(inbox_).substr(0, size);
  if (auto declined = judge_head(raw)) return std::move(*declined);
  auto incoming = Incoming::of(raw, house_.options.max_body);
  inbox_.erase(0, size);
  if (!incoming) return Declined{400, "The request is malformed."};
  if (incoming->too_large) return Declined{413, "This is too large for this server."};
  incoming->head.peer = peer_;
  incoming->head.secure = wire_->is_secure();
  return std::move(*incoming);
}

Task<bool> Connection::answer(Incoming& incoming) {
  ++house_.requests;
  between_requests_ = false;
  Asked asked(house_);
  auto begin = [&] {
    asked.exchange = house_.app.begin(incoming.head);
    demand(asked.exchange != nullptr);
    if (incoming.has_body) asked.answer = asked.exchange->take({});
    else asked.answer = asked.exchange->finish();
    asked.has_answered();
  };
  asked.thrown = !co_await on_a_page_thread(begin);
  asked.early = incoming.has_body;
  if (incoming.has_body && !asked.answer && !asked.thrown) co_await read_body(incoming, asked);

  if (asked.gone) co_return false;
  if (asked.declined) co_return co_await decline(std::move(*asked.declined)), false;
  if (asked.thrown) asked.answer = sorry();
  auto& response = *asked.answer;
  if (response.events && !has_header(response, "content-type")) response.headers.push_back({"Content-Type", "text/event-stream"});
  bool const to_head = incoming.head.method == "HEAD";
  bool const close = !incoming.keep_alive || asked.early || asked.thrown || house_.closing;
  auto framing = framing_of(response, to_head, incoming.version_1_1, close);
  if (!framing) {
    if (house_.options.on_broken) house_.options.on_broken("an answer with a status or headers that cannot be sent");
    response = sorry();
    framing = framing_of(response, to_head, incoming.version_1_1, true);
  }
  co_return co_await send(response, *framing);
}

Task<void> Connection::read_body(Incoming& incoming, Asked& asked) {
  using Is = Incoming::Step::Is;
  if (incoming.expects_continue && inbox_.empty()) {
    asked.gone = !co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    if (asked.gone) co_return;
  }
  Pace pace(house_.options.least_bytes_per_second, house_.options.pace_window);
  std::vector<char> piece(smallest_piece);
  std::size_t filled = 0;
  bool whole = false;
  auto hand_over = [&] {
    if (filled > 0) asked.answer = asked.exchange->take({piece.data(), filled});
    if (whole && !asked.answer) asked.answer = asked.exchange->finish();
    asked.has_answered();
  };

  while (!whole && !asked.answer) {
    for (filled = 0; filled < piece.size() && !whole;) {
      auto const step = incoming.read_body(inbox_, std::span(piece).subspan(filled));
      inbox_.erase(0, step.used);
      filled += step.made;
      whole = step.is == Is::Whole;
      if (step.is == Is::TooLarge) asked.declined = Declined{413, "This is too large for this server."};
      if (step.is == Is::Malformed || inbox_.size() > read_size) asked.declined = Declined{400, "The body of the request is malformed."};
      if (asked.declined) co_return;
      if (step.is != Is::WantsMore || (filled > 0 && !wire_->has_more())) break;

      auto const began = Clock::now();
      auto const came = co_await read_more(std::min(read_size, piece.size()), pace.next_look(began));
      asked.gone = came.bytes == 0 && !came.late;
      if (asked.gone) co_return;
      if (!pace.keeps(Clock::now() - began, came.bytes)) asked.declined = Declined{408, "The request came too slowly."};
      if (asked.declined) co_return;
    }
    asked.thrown = !co_await on_a_page_thread(hand_over);
    if (asked.thrown) co_return;
    if (filled == piece.size() && filled < largest_piece) piece.resize(filled * 2);
  }
  asked.early = !whole;
  if (inbox_.capacity() > read_size) inbox_.shrink_to_fit();
}

Task<void> Connection::decline(Declined declined) {
  ++house_.refused;
  auto response = plain_answer(declined.status, std::move(declined.text));
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
    auto const together = std::min(body.size(), read_size);
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
  auto ask = [&] { piece = response.more(); };
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
    if (!written) co_return wire_->break_off(), false;
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
