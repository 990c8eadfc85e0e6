// The server: sockets, TLS, limits. Boost.Beast stays in server.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "http/http.h"

namespace rollbook::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;      // 0: any that is free
  std::string tls_cert, tls_key;  // PEM files; both or none
  unsigned page_threads = 8;      // who call the App
  std::uint64_t max_body = 8ull << 30;
  std::size_t max_head = 16 << 10;  // bytes of request line and headers
  std::size_t max_connections = 4000, max_connections_per_address = 1500;
  std::chrono::milliseconds head_deadline{10'000};  // from the first byte, or the connection, to the end of the head
  std::chrono::milliseconds idle{60'000};           // between requests
  std::uint64_t least_bytes_per_second = 1000;      // of a body, over any ten seconds
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
    std::uint64_t connections = 0, open = 0, requests = 0, refused = 0, streams = 0;
  };
  virtual Counts counts() const = 0;
};

}  // namespace rollbook::http
