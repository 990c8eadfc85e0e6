// The server: sockets, TLS, limits. Boost stays behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/http.h"
#include "http/proxies.h"

namespace rollbook::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;      // 0: any that is free
  std::string tls_cert, tls_key;  // PEM files; both or none
  Proxies proxies = {};           // in front of it; their connections are not counted per address
  unsigned page_threads = 8;      // who call the App
  std::uint64_t max_body = 8ull << 30;
  std::size_t max_head = 16 << 10;  // bytes of request line and headers
  std::size_t max_connections = 4000, max_connections_per_address = 1500;
  std::chrono::milliseconds head_deadline{10'000};  // from the first byte, or the connection, to the end of the head
  std::chrono::milliseconds idle{60'000};           // between requests
  std::uint64_t least_bytes_per_second = 1000;      // of a body, over any `pace_window` that was spent waiting for it
  std::chrono::milliseconds pace_window{10'000};
  std::chrono::milliseconds write_deadline{30'000};  // for each 64 KiB to leave
  std::chrono::milliseconds events_comment{15'000};  // a stream that is silent for so long shows that it lives
  std::chrono::milliseconds linger{5'000};           // whoever still sends behind a last answer is read for so long, or the answer would be lost
  std::chrono::milliseconds farewell{5'000};         // for what is being answered when the server closes

  // Told of whatever the App throws, from any thread: the promise that was broken, or the type; never words that could be about people.
  std::function<void(std::string const&)> on_broken;
};

class Server {
 public:
  // Listens when it returns. `app` must outlive it.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, App& app);

  // Ends streams, lets requests that are being answered come to their end (some seconds at most), closes.
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;

  // What it has done so far; for tests and metrics.
  struct Counts {
    std::uint64_t connections = 0, open = 0;  // ever, and now
    std::uint64_t requests = 0, refused = 0;  // that reached the App; that the server itself declined, connections among them
    std::uint64_t streams = 0;                // of events, now
  };
  virtual Counts counts() const = 0;
};

}  // namespace rollbook::http
