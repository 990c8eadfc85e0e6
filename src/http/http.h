// HTTP as the portal sees it: a head, a body that comes in pieces, an answer. No sockets and no library here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/channel.h"

namespace rollbook::http {

struct Header {
  std::string name, value;  // the name of a request's header is in small letters
};

// The head of a request, as it was sent: nothing in it is to be trusted, nothing is decoded yet.
struct Head {
  std::string method;  // GET, HEAD, POST, PUT, DELETE
  std::string path;    // begins with '/', percent signs and all
  std::string query;   // behind the '?', without it
  std::vector<Header> headers;
  std::string peer;                        // address of who asks: 127.0.0.1
  bool secure = false;                     // came over TLS
  std::optional<std::uint64_t> body_size;  // as announced; none: comes in chunks, or there is none

  // The value of the first header of this name (small letters); "" when there is none.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;  // content-type among them; length and connection are the server's
  std::string body;

  // A long body in pieces, behind `body`: asked for the next one when the last has left, from any page thread, never twice at once. An empty piece
  // ends it; trouble breaks the connection off, so that nobody takes half a file for a whole one.
  std::function<Result<std::string>()> more;

  // Or a stream of events (text/event-stream), behind `body`, open until the channel closes or the other side leaves.
  std::shared_ptr<Channel> events;
};

// One request being answered. It lives until it has answered, with `more` until the last piece was asked for. Called by one thread at a time, from the server's
// page threads; may take its time, others are served meanwhile.
class Exchange {
 public:
  virtual ~Exchange() = default;

  // A piece of the body, in order. An answer here ends it early: the rest is not read, and the connection is closed behind it. The first piece is
  // empty: nothing of the body was read yet, nor asked for with 100-continue, so whoever knows from the head that they refuse it does so here. Without a
  // body only `finish` is called.
  virtual std::optional<Response> take(std::string_view bytes) = 0;

  // The body is whole.
  virtual Response finish() = 0;
};

// What is served.
class App {
 public:
  virtual ~App() = default;

  // A head has arrived: who takes its body? Called from a page thread. Decides by the head alone, before any of the body is read, so that what is
  // too large or comes from nobody is refused at once.
  virtual std::unique_ptr<Exchange> begin(Head const& head) = 0;
};

}  // namespace rollbook::http
