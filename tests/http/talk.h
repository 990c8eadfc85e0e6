// A client that knows nothing but sockets, so that it can say what no library would; and a server with an App of a few words.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "http/forms.h"
#include "http/server.h"

namespace rollbook::http::test {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A connection of ours to a port of this machine.
class Talk {
 public:
  explicit Talk(std::uint16_t port, std::string const& from = "127.0.0.1") {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, from.c_str(), &address.sin_addr);
    if (from != "127.0.0.1") ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    address.sin_port = htons(port);
    int const at_once = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    connected = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  Talk(Talk const&) = delete;
  Talk(Talk&& other) noexcept : connected(other.connected), heard_(std::move(other.heard_)), socket_(std::exchange(other.socket_, -1)) {}
  ~Talk() { hang_up(); }

  void hang_up() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void end_of_speech() { ::shutdown(socket_, SHUT_WR); }
  int socket() const { return socket_; }

  // False when the other side has gone.
  bool say(std::string_view text) {
    while (!text.empty()) {
      auto const sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Whatever comes until the other side closes.
  std::string rest(std::chrono::milliseconds patience = 10s) {
    while (hear_more(patience)) {
    }
    return std::exchange(heard_, "");
  }
  // What comes up to and with this text; what there is when the other side closes or is silent for so long.
  std::string until(std::string_view end, std::chrono::milliseconds patience = 10s) {
    std::size_t at;
    while ((at = heard_.find(end)) == std::string::npos)
      if (!hear_more(patience)) return std::exchange(heard_, "");
    auto text = heard_.substr(0, at + end.size());
    heard_.erase(0, text.size());
    return text;
  }
  std::string bytes(std::size_t count, std::chrono::milliseconds patience = 10s) {
    while (heard_.size() < count && hear_more(patience)) {
    }
    auto text = heard_.substr(0, count);
    heard_.erase(0, text.size());
    return text;
  }
  bool is_closed(std::chrono::milliseconds patience = 10s) {
    while (hear_more(patience)) {
    }
    return closed_;
  }
  // The other side has not ended well, but broken off.
  bool was_broken_off() const { return broken_; }

  bool connected = false;

 private:
  bool hear_more(std::chrono::milliseconds patience) {
    if (closed_) return false;
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char buffer[1 << 16];
    auto const got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) return broken_ = got < 0, closed_ = true, false;
    heard_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  std::string heard_;
  int socket_ = -1;
  bool closed_ = false, broken_ = false;
};

// An answer, taken apart by hand.
struct Reply {
  int status = 0;
  std::string head, body;
  bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
};

inline std::string unchunked(Talk& talk) {
  std::string body;
  for (;;) {
    auto const size = std::stoul("0" + talk.until("\r\n"), nullptr, 16);
    body += talk.bytes(size);
    if (talk.until("\r\n") != "\r\n") return body + "(broken off)";
    if (size == 0) return body;
  }
}

// Reads an answer whose body has a length or chunks, or goes on to the end.
inline Reply hear(Talk& talk, bool to_head = false, std::chrono::milliseconds patience = 10s) {
  Reply reply;
  reply.head = talk.until("\r\n\r\n", patience);
  if (!reply.head.starts_with("HTTP/1.1 ") || reply.head.size() < 12) return reply;
  reply.status = std::stoi(reply.head.substr(9, 3));
  if (to_head || reply.status == 204 || reply.status == 304 || reply.status == 100) return reply;
  auto const length = reply.head.find("Content-Length: ");
  if (length != std::string::npos) reply.body = talk.bytes(std::stoul(reply.head.substr(length + 16)));
  else if (reply.has("Transfer-Encoding: chunked")) reply.body = unchunked(talk);
  else reply.body = talk.rest();
  return reply;
}

inline std::string request(std::string const& method, std::string const& path, std::string const& headers = "", std::string const& body = "") {
  auto const length = body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return method + " " + path + " HTTP/1.1\r\nHost: here\r\n" + length + headers + "\r\n" + body;
}

// An App made of functions by path. Each gets the head and the whole body; `takes` may look at pieces.
struct Words : App {
  struct Page {
    std::function<Response(Head const&, std::string const& body)> answer = [](Head const&, std::string const&) { return plain("?"); };
    std::function<std::optional<Response>(std::string_view piece, std::string const& before)> take = {};
    bool keeps = true;  // the body
  };

  static Response plain(std::string body, int status = 200) {
    return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body), .more = {}, .events = {}};
  }

  std::map<std::string, Page> pages;
  std::atomic<std::uint64_t> begun{0}, gone{0}, largest_piece{0}, taken{0};

  std::unique_ptr<Exchange> begin(Head const& head) override {
    struct OfPage : Exchange {
      Words& words;
      Page const& page;
      Head head;
      std::string body;
      std::atomic<int> inside{0};
      OfPage(Words& words, Page const& page, Head head) : words(words), page(page), head(std::move(head)) {}
      ~OfPage() override { ++words.gone; }
      std::optional<Response> take(std::string_view bytes) override {
        EXPECT_EQ(inside++, 0) << "two threads at once";
        words.largest_piece = std::max<std::uint64_t>(words.largest_piece, bytes.size());
        words.taken += bytes.size();
        auto answer = page.take ? page.take(bytes, body) : std::nullopt;
        if (page.keeps) body += bytes;
        --inside;
        return answer;
      }
      Response finish() override { return page.answer(head, body); }
    };
    auto const page = pages.find(head.path);
    static Page const none{.answer = [](Head const&, std::string const&) { return plain("not here", 404); }};
    auto exchange = std::make_unique<OfPage>(*this, page == pages.end() ? none : page->second, head);
    ++begun;
    return exchange;
  }
};

// A server over an App of words, on any free port.
class Serving : public testing::Test {
 protected:
  Serving() {
    options.port = 0;
    options.linger = 1s;
    words.pages["/hello"] = {.answer = [](Head const& head, std::string const&) { return Words::plain("hello " + head.query); }};
    words.pages["/echo"] = {.answer = [](Head const&, std::string const& body) { return Words::plain(body); }};
    words.pages["/size"] = {
        .answer = [this](Head const&, std::string const&) { return Words::plain(std::to_string(words.taken)); }, .take = {}, .keeps = false};
  }
  void start() {
    auto started = Server::start(options, words);
    ASSERT_TRUE(started.ok()) << started.trouble().text;
    server = std::move(*started);
  }
  Talk talk() { return Talk(server->port()); }
  Reply ask(std::string const& text) {
    auto talk = this->talk();
    talk.say(text);
    return hear(talk);
  }
  // Becomes true soon.
  static bool soon(std::function<bool()> const& is_so, std::chrono::milliseconds patience = 10s) {
    for (auto const end = Clock::now() + patience; Clock::now() < end; std::this_thread::sleep_for(2ms))
      if (is_so()) return true;
    return is_so();
  }

  ServerOptions options;
  Words words;
  std::unique_ptr<Server> server;
};

}  // namespace rollbook::http::test
