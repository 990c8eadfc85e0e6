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

namespace rollbook::http {
namespace {

constexpr std::size_t read_size = 64 << 10;
// A piece of a body begins small and grows while it comes fast, so that many who are slow cost little.
constexpr std::size_t smallest_piece = 16 << 10, largest_piece = 256 << 10;
constexpr std::size_t most_empty_lines = 4;  // before a request; some old clients send one behind a form

Response sorry(Head const& head) { return calm_answer(dress_for(head), 500, "Something went wrong here, and it is our fault."); }

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

House::House(ServerOptions given, App& served) : options(std::move(given)), app(served), pages(std::max(options.page_threads, 1u)) {}

void House::tell_of_broken(std::string const& what) const {
  try {
    if (options.on_broken) options.on_broken(what);
  } catch (...) {
  }  // nobody is left to tell
}

Task<bool> Connection::on_a_page_thread(std::function<void()> const& work) {
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
    house_.tell_of_broken(what);
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
  for (bool first = true; again; first = false) {
    auto request = co_await read_request(deadline, first);
    again = false;
    if (auto* const incoming = std::get_if<Incoming>(&request)) {
      again = co_await answer(*incoming);
    } else if (auto* const declined = std::get_if<Declined>(&request)) {
      if (declined->dress == Dress::Text) declined->dress = dress_for_unread(inbox_);
      co_await decline(std::move(*declined));
    }
    again = again && !house_.closing;
    deadline = Clock::now() + (inbox_.empty() ? house_.options.idle : house_.options.head_deadline);
  }
  co_await wire_->part(house_.options.linger);
}

Task<void> Connection::turn_away(Declined declined) {
  between_requests_ = false;
  co_await decline(std::move(declined));
  co_await wire_->part(std::min(house_.options.linger, std::chrono::milliseconds(1000)));
}

Task<Wire::Came> Connection::read_more(std::size_t most, Clock::time_point deadline) {
  auto const size = inbox_.size();
  inbox_.resize(size + most);
  auto const came = co_await wire_->read({inbox_.data() + size, most}, deadline);
  inbox_.resize(size + came.bytes);
  co_return came;
}

Task<Connection::Request> Connection::read_request(Clock::time_point deadline, bool first) {
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
    if (between_requests_ && !first) deadline = Clock::now() + house_.options.head_deadline;
    between_requests_ = false;
  }
}

Connection::Request Connection::look_at_head(std::size_t size) {
  auto const raw = std::string_view(inbox_).substr(0, size);
  if (auto declined = judge_head(raw)) return std::move(*declined);
  auto incoming = Incoming::of(raw, house_.options.max_body);
  inbox_.erase(0, size);
  if (!incoming) return Declined{400, "The request is malformed."};
  if (incoming->too_large) return Declined{413, "This is too large for this server.", dress_for(incoming->head)};
  incoming->head.peer = peer_;
  incoming->head.secure = wire_->is_secure();
  house_.options.proxies.look_behind(incoming->head);
  return std::move(*incoming);
}

Task<bool> Connection::answer(Incoming& incoming) {
  ++house_.requests;
  between_requests_ = false;
  Asked asked(house_);
  std::function<void()> const begin = [&] {
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
  if (asked.declined) {
    asked.declined->dress = dress_for(incoming.head);
    co_await decline(std::move(*asked.declined));
    co_return false;
  }
  if (asked.thrown) asked.answer = sorry(incoming.head);
  auto& response = *asked.answer;
  if (response.events && !has_header(response, "content-type")) response.headers.push_back({"Content-Type", "text/event-stream"});
  bool const to_head = incoming.head.method == "HEAD";
  bool const close = !incoming.keep_alive || asked.early || asked.thrown || house_.closing;
  auto framing = framing_of(response, to_head, incoming.version_1_1, close);
  if (!framing) {
    house_.tell_of_broken("an answer with a status or headers that cannot be sent");
    response = sorry(incoming.head);
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
  std::function<void()> const hand_over = [&] {
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
      bool const endless = step.is == Is::WantsMore && inbox_.size() > read_size;  // between chunks
      if (step.is == Is::Malformed || endless) asked.declined = Declined{400, "The body of the request is malformed."};
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

}  // namespace rollbook::http
