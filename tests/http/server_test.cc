// What the server does for people who mean well.
#include "http/talk.h"

namespace rollbook::http::test {
namespace {

class ServerTest : public Serving {};

TEST_F(ServerTest, AnswersWithDateAndLength) {
  start();
  auto const reply = ask(request("GET", "/hello", "", ""));
  EXPECT_EQ(reply.status, 200) << reply.head;
  EXPECT_EQ(reply.body, "hello ");
  EXPECT_TRUE(reply.has("\r\nDate: ")) << reply.head;
  EXPECT_TRUE(reply.has("GMT\r\n")) << reply.head;
  EXPECT_TRUE(reply.has("\r\nContent-Length: 6\r\n")) << reply.head;
  EXPECT_TRUE(reply.has("\r\nContent-Type: text/plain\r\n")) << reply.head;
}

TEST_F(ServerTest, TellsTheAppWhatWasSent) {
  Head seen;
  words.pages["/a%20b"] = {.answer = [&](Head const& head, std::string const&) { return seen = head, Words::plain(""); }};
  start();
  ask("GET /a%20b?c=%41&d HTTP/1.1\r\nHost: here:80\r\nX-Odd: \t two words \r\nCookie: a=1\r\nCOOKIE: b=2\r\n\r\n");
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.path, "/a%20b");
  EXPECT_EQ(seen.query, "c=%41&d");
  EXPECT_EQ(seen.peer, "127.0.0.1");
  EXPECT_FALSE(seen.secure);
  EXPECT_EQ(seen.body_size, std::nullopt);
  EXPECT_EQ(seen.header("x-odd"), "two words");
  EXPECT_EQ(seen.header("cookie"), "a=1");
  EXPECT_EQ(seen.header("none"), "");
}

TEST_F(ServerTest, KeepsAConnectionForTheNextRequest) {
  start();
  auto talk = this->talk();
  for (int i = 0; i < 5; ++i) {
    talk.say(request("GET", "/hello?" + std::to_string(i)));
    EXPECT_EQ(hear(talk).body, "hello " + std::to_string(i));
    talk.say(request("POST", "/echo", "", "body " + std::to_string(i)));
    EXPECT_EQ(hear(talk).body, "body " + std::to_string(i));
  }
  EXPECT_EQ(server->counts().connections, 1u);
  EXPECT_EQ(server->counts().requests, 10u);
}

TEST_F(ServerTest, AnswersRequestsThatWereSentAtOnceInTheirOrder) {
  start();
  std::string all;
  for (int i = 0; i < 100; ++i) all += i % 2 == 0 ? request("GET", "/hello?" + std::to_string(i)) : request("POST", "/echo", "", std::to_string(i));
  auto talk = this->talk();
  talk.say(all);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(hear(talk).body, (i % 2 == 0 ? "hello " : "") + std::to_string(i));
}

TEST_F(ServerTest, TakesARequestByteByByte) {
  start();
  auto talk = this->talk();
  for (char const c : request("POST", "/echo", "X-A: b\r\n", "slowly") + request("GET", "/hello?2")) talk.say({&c, 1});
  EXPECT_EQ(hear(talk).body, "slowly");
  EXPECT_EQ(hear(talk).body, "hello 2");
}

TEST_F(ServerTest, ClosesWhenAskedTo) {
  start();
  auto talk = this->talk();
  talk.say(request("GET", "/hello", "Connection: close\r\n"));
  EXPECT_TRUE(hear(talk).has("Connection: close"));
  EXPECT_TRUE(talk.is_closed());
}

TEST_F(ServerTest, ClosesBehindOldClientsUnlessTheyAskNotTo) {
  start();
  auto talk = this->talk();
  talk.say("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(hear(talk).has("Connection: keep-alive"));
  talk.say("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(hear(talk).has("Connection: close"));
  EXPECT_TRUE(talk.is_closed());
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  words.pages["/long"] = {.answer = [](Head const&, std::string const&) {
    auto response = Words::plain("");
    response.more = []() -> Result<std::string> { return std::string("never asked for"); };
    return response;
  }};
  start();
  auto talk = this->talk();
  talk.say(request("HEAD", "/hello") + request("HEAD", "/long") + request("GET", "/hello?next"));
  auto const reply = hear(talk, true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.has("Content-Length: 6\r\n")) << reply.head;
  EXPECT_EQ(hear(talk, true).status, 200);
  EXPECT_EQ(hear(talk).body, "hello next");
}

TEST_F(ServerTest, NothingFollowsAnAnswerWithoutContent) {
  words.pages["/none"] = {
      .answer = [](Head const&, std::string const&) { return Response{.status = 204, .headers = {}, .body = "dropped", .more = {}, .events = {}}; }};
  start();
  auto talk = this->talk();
  talk.say(request("GET", "/none") + request("GET", "/hello"));
  auto const reply = hear(talk);
  EXPECT_EQ(reply.status, 204);
  EXPECT_FALSE(reply.has("Content-Length"));
  EXPECT_EQ(hear(talk).body, "hello ");
}

TEST_F(ServerTest, TakesBodiesInChunks) {
  start();
  auto talk = this->talk();
  talk.say("POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
  talk.say("5\r\nhello\r\n1;name=value\r\n,\r\n00006\r\n there\r\n0\r\nX-Trailer: ignored\r\n\r\n" + request("GET", "/hello?2"));
  EXPECT_EQ(hear(talk).body, "hello, there");
  EXPECT_EQ(hear(talk).body, "hello 2");
}

TEST_F(ServerTest, TakesChunksOfEverySizeCutAnywhere) {
  start();
  std::string body, chunks;
  for (std::size_t size = 1; size < 300; size += 7) {
    std::string const piece(size, static_cast<char>('a' + size % 26));
    char digits[9];
    std::snprintf(digits, sizeof digits, "%zx", size);
    body += piece, chunks += std::string(digits) + "\r\n" + piece + "\r\n";
  }
  auto const whole = "POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n";
  for (std::size_t cut = 1; cut < 40; ++cut) {
    auto talk = this->talk();
    for (std::size_t at = 0; at < whole.size(); at += cut * 37) talk.say(std::string_view(whole).substr(at, cut * 37));
    EXPECT_EQ(hear(talk).body, body) << cut;
  }
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAskedFor) {
  start();
  auto talk = this->talk();
  talk.say("POST /echo HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(talk.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  talk.say("body");
  EXPECT_EQ(hear(talk).body, "body");
}

TEST_F(ServerTest, DoesNotAskForABodyThatIsRefusedByItsHead) {
  words.pages["/closed"] = {.take = [](std::string_view piece, std::string const&) -> std::optional<Response> {
    EXPECT_EQ(piece, "");
    return Words::plain("no", 403);
  }};
  start();
  auto talk = this->talk();
  talk.say("POST /closed HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4000000\r\n\r\n");
  auto const reply = hear(talk);
  EXPECT_EQ(reply.status, 403);
  EXPECT_TRUE(reply.has("Connection: close"));
  EXPECT_TRUE(talk.is_closed());
}

TEST_F(ServerTest, AnEarlyAnswerArrivesThoughTheBodyStillComes) {
  words.pages["/picky"] = {.take = [](std::string_view, std::string const& before) -> std::optional<Response> {
    if (before.size() < 100'000) return std::nullopt;
    return Words::plain("enough", 422);
  }};
  start();
  auto talk = this->talk();
  talk.say(request("POST", "/picky", "Content-Length: 20000000\r\n"));
  std::string const megabyte(1 << 20, 'x');
  for (int i = 0; i < 19; ++i) talk.say(megabyte);
  auto const reply = hear(talk);
  EXPECT_EQ(reply.status, 422) << reply.head;
  EXPECT_EQ(reply.body, "enough");
  EXPECT_TRUE(talk.is_closed());
  EXPECT_LT(words.taken, 1'000'000u);
}

TEST_F(ServerTest, HandsOverLongBodiesInPieces) {
  start();
  auto talk = this->talk();
  constexpr std::size_t megabytes = 64;
  talk.say(request("POST", "/size", "Content-Length: " + std::to_string(megabytes << 20) + "\r\n"));
  std::string const megabyte(1 << 20, 'x');
  for (std::size_t i = 0; i < megabytes; ++i) ASSERT_TRUE(talk.say(megabyte));
  EXPECT_EQ(hear(talk).body, std::to_string(megabytes << 20));
  EXPECT_LE(words.largest_piece, 256u << 10);
  EXPECT_GT(words.largest_piece, 100'000u);
}

TEST_F(ServerTest, ReadsNoFasterThanItsAppTakes) {
  std::atomic<bool> open = false;
  words.pages["/slow"] = {.take = [&](std::string_view, std::string const&) -> std::optional<Response> {
                            soon([&] { return open.load(); });
                            return std::nullopt;
                          },
                          .keeps = false};
  start();
  auto talk = this->talk();
  talk.say(request("POST", "/slow", "Content-Length: 100000000\r\n"));
  timeval const patience{0, 300'000};
  ::setsockopt(talk.socket(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  std::string const megabyte(1 << 20, 'x');
  std::size_t said = 0;
  while (said < 100 && talk.say(megabyte)) ++said;
  EXPECT_LT(said, 30u);  // the buffers of the system are full, ours do not grow
  EXPECT_LE(words.taken, 256u << 10);
  open = true;
  talk.hang_up();
  server.reset();
}

TEST_F(ServerTest, SendsLongBodiesInPieces) {
  words.pages["/long"] = {.answer = [](Head const& head, std::string const&) {
    auto response = Words::plain("begin;");
    if (head.query == "length") response.headers.push_back({"Content-Length", "5000006"});
    response.more = [left = 50]() mutable -> Result<std::string> { return left-- > 0 ? std::string(100'000, 'x') : std::string(); };
    return response;
  }};
  start();
  for (std::string const query : {"", "?length"}) {
    auto talk = this->talk();
    talk.say(request("GET", "/long" + query) + request("GET", "/hello"));
    auto const reply = hear(talk);
    EXPECT_EQ(reply.has("Transfer-Encoding: chunked"), query.empty()) << reply.head;
    EXPECT_EQ(reply.body, "begin;" + std::string(5'000'000, 'x'));
    EXPECT_EQ(hear(talk).body, "hello ");
  }
  auto old = talk();
  old.say("GET /long HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  auto const reply = hear(old);
  EXPECT_FALSE(reply.has("Transfer-Encoding"));
  EXPECT_EQ(reply.body.size(), 5'000'006u);
}

TEST_F(ServerTest, BreaksOffWhenABodyCannotBeWhole) {
  auto const page = [](std::function<Result<std::string>(int)> piece) {
    return Words::Page{.answer = [piece](Head const& head, std::string const&) {
      auto response = Words::plain("");
      if (head.query == "length") response.headers.push_back({"Content-Length", "25"});
      response.more = [piece, n = 0]() mutable { return piece(n++); };
      return response;
    }};
  };
  words.pages["/trouble"] = page([](int n) -> Result<std::string> { return n < 2 ? Result<std::string>(std::string(10, 'x')) : Trouble{"the disk is gone"}; });
  words.pages["/throws"] = page([](int n) -> Result<std::string> { return demand(n < 2), std::string(10, 'x'); });
  words.pages["/short"] = page([](int n) -> Result<std::string> { return n < 2 ? std::string(10, 'x') : std::string(); });
  words.pages["/long"] = page([](int) -> Result<std::string> { return std::string(10, 'x'); });
  start();
  for (std::string const path : {"/trouble", "/throws", "/trouble?length", "/throws?length", "/short?length", "/long?length"}) {
    for (std::string const version : {"1.1", "1.0"}) {
      auto talk = this->talk();
      talk.say("GET " + path + " HTTP/" + version + "\r\nHost: here\r\n\r\n");
      auto const text = talk.rest();
      EXPECT_TRUE(text.find("\r\n0\r\n") == std::string::npos) << path << text;
      EXPECT_TRUE(talk.was_broken_off()) << path << " " << version;
    }
  }
  EXPECT_EQ(ask(request("GET", "/hello")).status, 200);
}

TEST_F(ServerTest, WhateverTheAppThrowsIsAnApology) {
  std::mutex mutex;
  std::vector<std::string> broken;
  options.on_broken = [&](std::string const& what) {
    std::lock_guard const lock(mutex);
    broken.push_back(what);
  };
  words.pages["/promise"] = {.answer = [](Head const&, std::string const&) -> Response { throw BrokenPromise("a promise of a test"); }};
  words.pages["/memory"] = {.answer = [](Head const&, std::string const&) -> Response { throw std::bad_alloc(); }};
  words.pages["/secret"] = {.answer = [](Head const&, std::string const&) -> Response { throw std::runtime_error("the name of a child"); }};
  words.pages["/odd"] = {.answer = [](Head const&, std::string const&) -> Response { throw 7; }};
  words.pages["/take"] = {.take = [](std::string_view piece, std::string const&) -> std::optional<Response> { return demand(piece.empty()), std::nullopt; }};
  words.pages["/split"] = {.answer = [](Head const&, std::string const&) {
    return Response{.status = 200, .headers = {{"Location", "/a\r\nSet-Cookie: b=c"}}, .body = "", .more = {}, .events = {}};
  }};
  words.pages["/status"] = {.answer = [](Head const&, std::string const&) { return Words::plain("", 1000); }};
  start();
  for (std::string const path : {"/promise", "/memory", "/secret", "/odd", "/take", "/split", "/status"}) {
    auto const reply = ask(request("POST", path, "", "body"));
    EXPECT_EQ(reply.status, 500) << path;
    EXPECT_NE(reply.body.find("our fault"), std::string::npos);
    EXPECT_FALSE(reply.has("Set-Cookie"));
  }
  EXPECT_EQ(ask(request("GET", "/hello")).status, 200);
  server.reset();
  EXPECT_EQ(broken.size(), 7u);
  for (auto const& what : broken) EXPECT_EQ(what.find("child"), std::string::npos);
  EXPECT_EQ(words.begun, words.gone);
}

TEST_F(ServerTest, EndsWhatItsAppBeganWhenTheOtherSideLeaves) {
  start();
  {
    auto talk = this->talk();
    talk.say(request("POST", "/echo", "Content-Length: 100\r\n") + "some");
    ASSERT_TRUE(soon([&] { return words.begun == 1; }));
  }
  EXPECT_TRUE(soon([&] { return words.gone == 1; }));
  EXPECT_TRUE(soon([&] { return server->counts().open == 0; }));
}

TEST_F(ServerTest, ManyAtOnceAreAllAnswered) {
  words.pages["/wait"] = {.answer = [](Head const& head, std::string const&) {
    std::this_thread::sleep_for(1ms);
    return Words::plain(head.query);
  }};
  start();
  std::vector<std::thread> clients;
  std::atomic<int> right = 0;
  for (int c = 0; c < 16; ++c)
    clients.emplace_back([&, c] {
      auto talk = this->talk();
      for (int i = 0; i < 100; ++i) {
        auto const word = std::to_string(c) + "." + std::to_string(i);
        talk.say(request("GET", "/wait?" + word));
        right += hear(talk).body == word;
      }
    });
  for (auto& client : clients) client.join();
  EXPECT_EQ(right, 1600);
}

TEST_F(ServerTest, LetsWhatIsBeingAnsweredComeToItsEndWhenItCloses) {
  std::atomic<bool> inside = false;
  words.pages["/slow"] = {.answer = [&](Head const&, std::string const&) {
    inside = true;
    std::this_thread::sleep_for(300ms);
    return Words::plain("done");
  }};
  start();
  auto busy = talk(), idle = talk(), half = talk();
  half.say("GET / HT");
  busy.say(request("GET", "/slow") + request("GET", "/hello"));
  ASSERT_TRUE(soon([&] { return inside.load(); }));
  auto const port = server->port();
  std::thread closing([&] { server.reset(); });
  auto const reply = hear(busy);
  EXPECT_EQ(reply.body, "done");
  EXPECT_TRUE(reply.has("Connection: close"));
  busy.hang_up();
  half.hang_up();
  EXPECT_TRUE(idle.is_closed());
  closing.join();
  EXPECT_FALSE(Talk(port).connected);
  EXPECT_EQ(words.begun, words.gone);
}

TEST_F(ServerTest, DoesNotWaitForStrangersWhenItCloses) {
  options.farewell = 200ms;
  words.pages["/long"] = {.answer = [](Head const&, std::string const&) {
    auto response = Words::plain("");
    response.more = []() -> Result<std::string> { return std::string(100'000, 'x'); };
    return response;
  }};
  start();
  auto deaf = talk(), half = talk(), upload = talk();
  deaf.say(request("GET", "/long"));
  half.say("GET / HT");
  upload.say(request("POST", "/echo", "Content-Length: 100\r\n") + "some");
  ASSERT_TRUE(soon([&] { return words.begun == 2; }));
  auto const began = Clock::now();
  server.reset();
  EXPECT_LT(Clock::now() - began, 3s);
  EXPECT_EQ(words.begun, words.gone);
}

TEST_F(ServerTest, ShowsTheAddressOfWhoAsksAsPeopleWriteIt) {
  options.address = "::";
  words.pages["/peer"] = {.answer = [](Head const& head, std::string const&) { return Words::plain(head.peer); }};
  start();
  EXPECT_EQ(ask(request("GET", "/peer")).body, "127.0.0.1");
}

TEST_F(ServerTest, SaysWhyItCannotStart) {
  start();
  auto second = options;
  second.port = server->port();
  auto const same_port = Server::start(second, words);
  ASSERT_FALSE(same_port.ok());
  EXPECT_NE(same_port.trouble().text.find("another port"), std::string::npos) << same_port.trouble().text;
  auto no_address = options;
  no_address.address = "localhorst";
  EXPECT_FALSE(Server::start(no_address, words).ok());
  auto no_key = options;
  no_key.tls_cert = "cert.pem";
  EXPECT_FALSE(Server::start(no_key, words).ok());
  no_key.tls_key = "key.pem";
  auto const no_file = Server::start(no_key, words);
  ASSERT_FALSE(no_file.ok());
  EXPECT_NE(no_file.trouble().text.find("cert.pem"), std::string::npos);
}

}  // namespace
}  // namespace rollbook::http::test
