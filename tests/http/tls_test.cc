// The same through TLS, and what happens when one side does not speak it.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>

#include "http/talk.h"

namespace rollbook::http::test {
namespace {

// A certificate that signs itself, as PEM files in a folder of its own.
class Certificate {
 public:
  Certificate() {
    char name[] = "/tmp/rollbook_tls_XXXXXX";
    folder_ = ::mkdtemp(name);
    auto* const pair = EVP_EC_gen("P-256");
    auto* const x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, pair);
    auto* const subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    X509_sign(x509, pair, EVP_sha256());
    write(cert(), [&](FILE* file) { PEM_write_X509(file, x509); });
    write(key(), [&](FILE* file) { PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr); });
    write(locked_key(),
          [&](FILE* file) { PEM_write_PrivateKey(file, pair, EVP_aes_128_cbc(), reinterpret_cast<unsigned char const*>("open"), 4, nullptr, nullptr); });
    X509_free(x509);
    EVP_PKEY_free(pair);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  std::string cert() const { return folder_ + "/cert.pem"; }
  std::string key() const { return folder_ + "/key.pem"; }
  std::string locked_key() const { return folder_ + "/locked_key.pem"; }

 private:
  static void write(std::string const& path, std::function<void(FILE*)> const& what) {
    auto* const file = std::fopen(path.c_str(), "w");
    what(file);
    std::fclose(file);
  }
  std::string folder_;
};

// TLS over a connection of ours.
class Secret {
 public:
  // `offered`: protocols as browsers offer them.
  explicit Secret(std::uint16_t port, int highest = 0, std::string_view offered = "\x02h2\x08http/1.1")
      : talk(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_alpn_protos(context_, reinterpret_cast<unsigned char const*>(offered.data()), static_cast<unsigned>(offered.size()));
    SSL_CTX_set_security_level(context_, 0);
    if (highest != 0) SSL_CTX_set_max_proto_version(context_, highest), SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, talk.socket());
    is_open = SSL_connect(ssl_) == 1;
  }
  Secret(Secret const&) = delete;
  ~Secret() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ERR_clear_error();
  }
  bool say(std::string_view text) {
    while (!text.empty()) {
      auto const sent = SSL_write(ssl_, text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 1 << 20)));
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  std::string until(std::string_view end) {
    std::string text;
    char c = 0;
    while (!text.ends_with(end) && SSL_read(ssl_, &c, 1) == 1) text += c;
    return text;
  }
  std::string rest() {
    std::string text, buffer(1 << 16, '\0');
    for (int got; (got = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()))) > 0;) text.append(buffer, 0, static_cast<std::size_t>(got));
    ended_well = SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN;
    return text;
  }
  std::string version() const { return SSL_get_version(ssl_); }
  std::string cipher() const { return SSL_get_cipher_name(ssl_); }
  std::string protocol() const {
    unsigned char const* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<char const*>(name), size};
  }
  void say_goodbye() { SSL_shutdown(ssl_); }

  Talk talk;
  bool is_open = false, ended_well = false;

 private:
  SSL_CTX* context_;
  SSL* ssl_;
};

class TlsTest : public Serving {
 protected:
  TlsTest() { options.tls_cert = certificate.cert(), options.tls_key = certificate.key(); }
  Certificate certificate;
};

TEST_F(TlsTest, AnswersAndKeepsTheConnection) {
  bool secure = false;
  words.pages["/secure"] = {.answer = [&](Head const& head, std::string const&) { return secure = head.secure, Words::plain("yes"); }};
  start();
  Secret secret(server->port());
  ASSERT_TRUE(secret.is_open);
  EXPECT_EQ(secret.version(), "TLSv1.3");
  secret.say(request("GET", "/secure") + request("POST", "/echo", "", "whisper"));
  EXPECT_TRUE(secret.until("yes").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(secure);
  EXPECT_TRUE(secret.until("whisper").ends_with("whisper"));
  secret.say(request("GET", "/hello?1", "Connection: close\r\n"));
  EXPECT_TRUE(secret.rest().ends_with("hello 1"));
  EXPECT_TRUE(secret.ended_well);
}

TEST_F(TlsTest, SpeaksNothingOlderThanTls12) {
  start();
  Secret good(server->port(), TLS1_2_VERSION);
  EXPECT_TRUE(good.is_open);
  EXPECT_EQ(good.version(), "TLSv1.2");
  EXPECT_NE(good.cipher().find("ECDHE"), std::string::npos) << good.cipher();
  Secret old(server->port(), TLS1_1_VERSION);
  EXPECT_FALSE(old.is_open);
}

TEST_F(TlsTest, AgreesOnHttp11OrOnNothing) {
  start();
  Secret browser(server->port()), simple(server->port(), 0, ""), new_only(server->port(), 0, "\x02h2");
  EXPECT_TRUE(browser.is_open);
  EXPECT_EQ(browser.protocol(), "http/1.1");
  EXPECT_TRUE(simple.is_open);
  EXPECT_EQ(simple.protocol(), "");
  EXPECT_FALSE(new_only.is_open);
}

TEST_F(TlsTest, LongBodiesBothWays) {
  words.pages["/long"] = {.answer = [](Head const&, std::string const&) {
    auto response = Words::plain("");
    response.headers.push_back({"Content-Length", "20000000"});
    response.more = [left = 200]() mutable -> Result<std::string> { return left-- > 0 ? std::string(100'000, 'x') : std::string(); };
    return response;
  }};
  start();
  Secret secret(server->port());
  secret.say(request("POST", "/size", "Content-Length: 20000000\r\n"));
  secret.say(std::string(20'000'000, 'x'));
  EXPECT_TRUE(secret.until("20000000").ends_with("\r\n\r\n20000000"));
  EXPECT_LE(words.largest_piece, 256u << 10);
  secret.say(request("GET", "/long", "Connection: close\r\n"));
  secret.until("\r\n\r\n");
  EXPECT_EQ(secret.rest(), std::string(20'000'000, 'x'));
}

TEST_F(TlsTest, AnEarlyAnswerArrivesThoughTheBodyStillComes) {
  words.pages["/picky"] = {.take = [](std::string_view, std::string const&) -> std::optional<Response> { return Words::plain("no", 403); }};
  start();
  Secret secret(server->port());
  secret.say(request("POST", "/picky", "Content-Length: 5000000\r\n") + std::string(3'000'000, 'x'));
  EXPECT_TRUE(secret.rest().ends_with("no"));
}

TEST_F(TlsTest, BreaksOffWithoutAGoodbye) {
  words.pages["/trouble"] = {.answer = [](Head const&, std::string const&) {
    auto response = Words::plain("half");
    response.more = []() -> Result<std::string> { return Trouble{"the disk is gone"}; };
    return response;
  }};
  start();
  Secret secret(server->port());
  secret.say("GET /trouble HTTP/1.0\r\n\r\n");
  secret.rest();
  EXPECT_FALSE(secret.ended_well);
}

TEST_F(TlsTest, SlowBodiesAreToldSo) {
  options.pace_window = 200ms;
  start();
  Secret secret(server->port());
  secret.say(request("POST", "/echo", "Content-Length: 1000\r\n") + "x");
  EXPECT_TRUE(secret.rest().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(secret.ended_well);
}

TEST_F(TlsTest, SlowButSteadyBodiesSurviveTheLooks) {
  options.pace_window = 100ms;
  options.least_bytes_per_second = 0;
  start();
  Secret secret(server->port());
  secret.say(request("POST", "/echo", "Content-Length: 60\r\n"));
  for (int i = 0; i < 6; ++i) secret.say(std::string(10, static_cast<char>('a' + i))), std::this_thread::sleep_for(130ms);
  EXPECT_TRUE(secret.until("ffff").ends_with("eeeeeeeeeeffff"));
}

TEST_F(TlsTest, StreamsEventsAndNoticesWhoLeaves) {
  auto const channel = std::make_shared<Channel>();
  words.pages["/events"] = {
      .answer = [=](Head const&, std::string const&) { return Response{.status = 200, .headers = {}, .body = "", .more = {}, .events = channel}; }};
  start();
  {
    Secret secret(server->port());
    secret.say(request("GET", "/events"));
    secret.until("\r\n\r\n");
    channel->publish("step", "1");
    EXPECT_TRUE(secret.until("data: 1\n\n").ends_with("event: step\ndata: 1\n\n"));
    channel->publish("step", "2");
    EXPECT_TRUE(secret.until("data: 2\n\n").ends_with("event: step\ndata: 2\n\n"));
    EXPECT_EQ(server->counts().streams, 1u);
    secret.say_goodbye();
    EXPECT_TRUE(soon([&] { return server->counts().streams == 0; }, 2s));
  }
  EXPECT_TRUE(soon([&] { return server->counts().open == 0; }));
}

TEST_F(TlsTest, PlainHttpIsToldToSpeakHttps) {
  start();
  auto talk = this->talk();
  talk.say(request("GET", "/hello"));
  auto const answer = talk.rest();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_NE(answer.find("https://"), std::string::npos);
}

TEST_F(TlsTest, NobodyWaitsForAHandshakeForEver) {
  options.head_deadline = 200ms;
  start();
  auto silent = talk(), half = talk();
  half.say(std::string("\x16\x03\x01\x02\x00\x01", 6));
  auto const began = Clock::now();
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(half.is_closed());
  EXPECT_LT(Clock::now() - began, 4s);
  Secret secret(server->port());
  EXPECT_TRUE(secret.is_open);
  EXPECT_EQ(secret.rest(), "");
}

TEST_F(TlsTest, GarbageDoesNoHarm) {
  start();
  for (int i = 0; i < 300; ++i) {
    auto talk = this->talk();
    std::string text(static_cast<std::size_t>(i * 7 % 200 + 1), '\0');
    for (auto& c : text) c = static_cast<char>(i * 31 + 17 * (&c - text.data()));
    if (i % 2 == 0) text.insert(0, "\x16\x03\x01");
    talk.say(text);
    talk.end_of_speech();
    EXPECT_TRUE(talk.is_closed());
  }
  Secret secret(server->port());
  EXPECT_TRUE(secret.is_open);
}

TEST_F(TlsTest, ClosesInPeaceWithConnectionsOpen) {
  options.farewell = 200ms;
  start();
  Secret idle(server->port()), busy(server->port());
  busy.say(request("POST", "/echo", "Content-Length: 10\r\n"));
  ASSERT_TRUE(soon([&] { return words.begun == 1; }));
  auto const began = Clock::now();
  server.reset();
  EXPECT_LT(Clock::now() - began, 8s);
}

TEST_F(TlsTest, SaysWhatIsWrongWithACertificate) {
  Certificate const other;
  auto const trouble = [&](std::string cert, std::string key) {
    options.tls_cert = std::move(cert), options.tls_key = std::move(key);
    auto const started = Server::start(options, words);
    return started.ok() ? "" : started.trouble().text;
  };
  EXPECT_NE(trouble("/nowhere/cert.pem", certificate.key()).find("/nowhere/cert.pem"), std::string::npos);
  EXPECT_NE(trouble(certificate.cert(), "/nowhere/key.pem").find("/nowhere/key.pem"), std::string::npos);
  EXPECT_NE(trouble(certificate.cert(), other.key()).find("key"), std::string::npos);
  EXPECT_NE(trouble(certificate.cert(), certificate.locked_key()).find("without a password"), std::string::npos);
  EXPECT_NE(trouble(certificate.key(), certificate.key()).find("whole chain"), std::string::npos);
  EXPECT_EQ(trouble(certificate.cert(), certificate.key()), "");
}

class PlainTest : public Serving {};

TEST_F(PlainTest, TlsIsToldThatThisIsNone) {
  start();
  auto const began = Clock::now();
  Secret secret(server->port());
  EXPECT_FALSE(secret.is_open);
  EXPECT_LT(Clock::now() - began, 2s);
}

}  // namespace
}  // namespace rollbook::http::test
