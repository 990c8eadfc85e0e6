#include "http/wire.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <memory>

#include "http/certificate.h"

namespace rollbook::http {
namespace {

using boost::system::error_code;
constexpr auto told = asio::as_tuple(asio::use_awaitable);  // errors are values

// Somebody who does not read keeps at most this much of ours waiting.
constexpr std::size_t slice_size = 64 << 10;

class PlainWire final : public Wire {
 public:
  explicit PlainWire(Socket socket) : Wire(socket.get_executor()), own_(std::move(socket)) {}
  bool is_secure() const override { return false; }
  bool has_more() override {
    error_code error;
    return own_.available(error) > 0;
  }

 private:
  Socket& socket() override { return own_; }
  Task<bool> do_greet() override { co_return true; }
  Task<std::size_t> do_read(std::span<char> into) override {
    auto const [error, bytes] = co_await own_.async_read_some(asio::buffer(into.data(), into.size()), told);
    co_return error ? 0 : bytes;
  }
  Task<bool> do_write(std::string_view slice) override {
    auto const [error, bytes] = co_await asio::async_write(own_, asio::buffer(slice.data(), slice.size()), told);
    co_return !error;
  }
  Task<void> say_goodbye() override { co_return; }

  Socket own_;
};

class SecureWire final : public Wire {
 public:
  SecureWire(Socket socket, asio::ssl::context& tls) : Wire(socket.get_executor()), stream_(std::move(socket), tls) {}
  bool is_secure() const override { return true; }
  bool has_more() override {
    error_code error;
    return SSL_pending(stream_.native_handle()) > 0 || stream_.next_layer().available(error) > 0;
  }

 private:
  Socket& socket() override { return stream_.next_layer(); }
  Task<bool> do_greet() override {
    auto const [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, told);
    if (!error) co_return true;
    // A browser that was given http:// for this port shows these words.
    if (error.category() == asio::error::get_ssl_category() && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST) {
      constexpr std::string_view words =
          "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
          "This port speaks HTTPS. Write https:// in front of the address.\n";
      co_await asio::async_write(stream_.next_layer(), asio::buffer(words.data(), words.size()), told);
    }
    co_return false;
  }
  Task<std::size_t> do_read(std::span<char> into) override {
    auto const [error, bytes] = co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), told);
    co_return error ? 0 : bytes;
  }
  Task<bool> do_write(std::string_view slice) override {
    auto const [error, bytes] = co_await asio::async_write(stream_, asio::buffer(slice.data(), slice.size()), told);
    co_return !error;
  }
  Task<void> say_goodbye() override { co_await stream_.async_shutdown(told); }

  asio::ssl::stream<Socket> stream_;
};

// HTTP/1.1 or nothing: a client that offers only something else is told so by TLS.
int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* chosen_size, unsigned char const* offered, unsigned offered_size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";  // OpenSSL points into it
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, ours, sizeof ours - 1, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

// Ends the wait of this number at the deadline. A wait is made of several steps through TLS, and what is ended between two of them goes on: so it is
// ended again until it has noticed.
void Wire::watch(std::uint64_t wait, Clock::time_point deadline) {
  timer_.expires_at(deadline);
  timer_.async_wait([self = weak_from_this(), wait](error_code const& error) {
    auto const wire = self.lock();
    if (error || !wire || wire->wait_ != wait) return;
    wire->late_ = true;
    error_code ignored;
    wire->socket().cancel(ignored);
    wire->watch(wait, Clock::now() + std::chrono::milliseconds(100));
  });
}

// A wait lasts as long as this lives.
class Wire::Watch {
 public:
  Watch(Wire& wire, Clock::time_point deadline) : wire_(wire) {
    wire.late_ = false;
    wire.watch(wire.wait_, deadline);
  }
  Watch(Watch const&) = delete;
  ~Watch() { ++wire_.wait_; }  // the timer stays: the next wait sets it anew, which is cheaper than to cancel it as well

 private:
  Wire& wire_;
};

Task<bool> Wire::greet(Clock::time_point deadline) {
  if (given_up_) co_return false;
  Watch const watch(*this, deadline);
  co_return co_await do_greet();
}

Task<Wire::Came> Wire::read(std::span<char> into, Clock::time_point deadline) {
  if (given_up_) co_return Came{};
  Watch const watch(*this, deadline);
  auto const bytes = co_await do_read(into);
  co_return Came{bytes, bytes == 0 && late_ && !given_up_};
}

Task<bool> Wire::write(std::string_view text, Clock::duration each) {
  for (std::size_t at = 0; at < text.size(); at += slice_size) {
    if (given_up_) co_return false;
    Watch const watch(*this, Clock::now() + each);
    bool const written = co_await do_write(text.substr(at, slice_size));
    if (!written) co_return break_off(), false;
  }
  co_return true;
}

// A socket that is closed while bytes wait in it unread throws away what it still had to say; so they are read first.
Task<void> Wire::part(Clock::duration longest) {
  auto const deadline = Clock::now() + longest;
  if (!given_up_) {
    Watch const watch(*this, deadline);
    co_await say_goodbye();
  }
  error_code ignored;
  socket().shutdown(Socket::shutdown_send, ignored);
  std::array<char, 16 << 10> waste;
  while (!given_up_ && Clock::now() < deadline) {
    Watch const watch(*this, deadline);
    auto const [error, bytes] = co_await socket().async_read_some(asio::buffer(waste), told);
    if (error) break;
  }
  timer_.cancel();
  socket().close(ignored);
}

void Wire::break_off() {
  given_up_ = true;
  error_code ignored;
  socket().set_option(asio::socket_base::linger(true, 0), ignored);
  timer_.cancel();
  socket().close(ignored);
}

void Wire::give_up() {
  given_up_ = true;
  error_code ignored;
  socket().cancel(ignored);
}

void Wire::when_left(std::function<void()> call) {
  socket().async_wait(Socket::wait_read, [self = weak_from_this(), call = std::move(call)](error_code const& error) {
    auto const wire = self.lock();
    if (error || !wire) return;
    // A plain request that came early waits for its turn; through TLS nobody can see whether it is one, and who leaves says goodbye there.
    char first = 0;
    bool const left = wire->is_secure() || ::recv(wire->socket().native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
    if (left) call();
  });
}

void Wire::keep_little() {
  error_code ignored;
  socket().set_option(asio::socket_base::send_buffer_size(64 << 10), ignored);
}

std::shared_ptr<Wire> plain_wire(Socket socket) { return std::make_shared<PlainWire>(std::move(socket)); }
std::shared_ptr<Wire> secure_wire(Socket socket, asio::ssl::context& tls) { return std::make_shared<SecureWire>(std::move(socket), tls); }

Result<std::shared_ptr<asio::ssl::context>> tls_context(std::string const& certificate_file, std::string const& key_file) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  tls->set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); }, error);  // or OpenSSL asks the terminal
  tls->use_certificate_chain_file(certificate_file, error);
  if (error) return Trouble{"The certificate " + certificate_file + " cannot be used (" + error.message() + "). Name a PEM file with the whole chain."};
  tls->use_private_key_file(key_file, asio::ssl::context::pem, error);
  if (error)
    return Trouble{"The key " + key_file + " cannot be used (" + error.message() + "). Name the PEM file of the key of this certificate, without a password."};
  auto* const native = tls->native_handle();
  if (SSL_CTX_check_private_key(native) != 1) return Trouble{"The key " + key_file + " is not the key of the certificate " + certificate_file + "."};
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);  // tickets do, and cost no memory here
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);          // thousands of connections that wait cost little
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  return tls;
}

std::string end_of_certificate(std::string const& certificate_file) {
  std::unique_ptr<BIO, int (*)(BIO*)> const file(BIO_new_file(certificate_file.c_str(), "r"), BIO_free);
  std::unique_ptr<X509, void (*)(X509*)> const first(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  std::tm end{};
  if (!first || ASN1_TIME_to_tm(X509_get0_notAfter(first.get()), &end) != 1) return "";
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &end));
}

}  // namespace rollbook::http
