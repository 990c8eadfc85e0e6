// What the server does about people who do not mean well, or whose programs are broken.
#include <sys/resource.h>

#include <random>

#include "http/talk.h"

namespace rollbook::http::test {
namespace {

class HostileTest : public Serving {
 protected:
  void expect_answer(std::string const& text, int status) {
    auto talk = this->talk();
    talk.say(text);
    auto const reply = hear(talk);
    EXPECT_EQ(reply.status, status) << testing::PrintToString(text.substr(0, 200)) << "\n" << reply.head;
    if (status < 400) return;
    EXPECT_TRUE(reply.has("content-type: text/plain; charset=utf-8\r\n")) << reply.head;
    EXPECT_TRUE(reply.has("Connection: close\r\n")) << reply.head;
    EXPECT_LT(reply.body.size(), 200u);
    EXPECT_TRUE(talk.is_closed()) << text;
  }
  void say_slowly(Talk& talk, std::string const& text, std::chrono::milliseconds each) {
    for (char const c : text) {
      if (!talk.say({&c, 1})) return;
      std::this_thread::sleep_for(each);
    }
  }
};

TEST_F(HostileTest, RefusesWhatTwoProgramsCouldUnderstandInTwoWays) {
  start();
  std::string const host = "Host: here\r\n";
  std::string const get = "GET /hello HTTP/1.1\r\n", post = "POST /echo HTTP/1.1\r\n" + host;
  struct Case {
    std::string text;
    int status;
  };
  for (auto const& [text, status] : std::vector<Case>{
           {get + "\r\n", 400},                                     // no host
           {get + host + "Host: there\r\n\r\n", 400},               //
           {get + host + host + "\r\n", 400},                       //
           {get + "Host: here, there\r\n\r\n", 400},                //
           {get + "Host: user@here\r\n\r\n", 400},                  //
           {get + host + "A: b\r\n c\r\n\r\n", 400},                // continued
           {get + " A: b\r\n" + host + "\r\n", 400},                //
           {get + host + "\tA: b\r\n\r\n", 400},                    //
           {get + host + "A : b\r\n\r\n", 400},                     // a space before the colon
           {get + host + ": b\r\n\r\n", 400},                       //
           {get + host + "no colon\r\n\r\n", 400},                  //
           {get + host + "A(b): c\r\n\r\n", 400},                   //
           {get + host + std::string("A: b\0c\r\n\r\n", 10), 400},  //
           {get + host + "A: b\x01\r\n\r\n", 400},                  //
           {get + host + "A: b\x7f\r\n\r\n", 400},                  //
           {get + host + "A: b\rc\r\n\r\n", 400},                   // ends of line that are none
           {get + host + "A: b\nC: d\r\n\r\n", 400},                //
           {"GET /hello HTTP/1.1\nHost: here\n\n", 400},            //
           {post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
           {post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\naa", 400},
           {post + "Content-Length: 1, 1\r\n\r\na", 400},
           {post + "Content-Length: -1\r\n\r\n", 400},
           {post + "Content-Length: +1\r\n\r\na", 400},
           {post + "Content-Length: 0x1\r\n\r\na", 400},
           {post + "Content-Length: 1 1\r\n\r\na", 400},
           {post + "Content-Length:\r\n\r\n", 400},
           {post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
           {post + "Content-Length: 999999999999999999\r\n\r\n", 413},
           {post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
           {post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", 400},
           {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
           {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
           {post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501},
           {post + "Transfer-Encoding: \x0b"
                   "chunked\r\n\r\n0\r\n\r\n",
            400},
           {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
           {post + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", 417},
           {"GET /hello HTTP/2.0\r\n" + host + "\r\n", 505},
           {"GET /hello HTTP/0.9\r\n\r\n", 505},
           {"GET /hello HTTP/1.2\r\n" + host + "\r\n", 505},
           {"GET /hello\r\n\r\n", 400},
           {"GET  /hello HTTP/1.1\r\n" + host + "\r\n", 400},
           {"GET /hello  HTTP/1.1\r\n" + host + "\r\n", 400},
           {"GET /hel lo HTTP/1.1\r\n" + host + "\r\n", 400},
           {" GET /hello HTTP/1.1\r\n" + host + "\r\n", 400},
           {"GET hello HTTP/1.1\r\n" + host + "\r\n", 400},
           {"GET http://here/hello HTTP/1.1\r\n" + host + "\r\n", 400},
           {"GET /hello# HTTP/1.1\r\n" + host + "\r\n", 400},
           {"GET /h\xc3\xa9llo HTTP/1.1\r\n" + host + "\r\n", 400},
           {"GET /hello http/1.1\r\n" + host + "\r\n", 400},
           {"GET /hello HTTP/1.1 \r\n" + host + "\r\n", 400},
           {"G(T /hello HTTP/1.1\r\n" + host + "\r\n", 400},
           {"get /hello HTTP/1.1\r\n" + host + "\r\n", 501},
           {"BREW /hello HTTP/1.1\r\n" + host + "\r\n", 501},
           {"CONNECT here:80 HTTP/1.1\r\n" + host + "\r\n", 501},
           {"TRACE /hello HTTP/1.1\r\n" + host + "\r\n", 501},
           {"OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 501},
           {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
           {std::string("\x16\x03\x01\x02\x00\x01", 6), 400},        // TLS
           {"\r\n\r\n\r\n\r\n\r\n\r\n" + get + host + "\r\n", 400},  // one too many
           {"\r\n" + get + host + "\r\n", 200},
           {get + "hOsT:here\r\n\r\n", 200},
           {get + "Host:\r\n\r\n", 200},
           {get + "Host: [::1]:8080\r\n\r\n", 200},
           {get + host + "A: \xc3\xa9\r\n\r\n", 200},
       })
    expect_answer(text, status);
}

TEST_F(HostileTest, RefusesChunksThatAreNone) {
  start();
  std::string const head = "POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::string const chunks : {"x\r\n\r\n", "-1\r\n\r\n", "1\r\nab\r\n0\r\n\r\n", "1\na\r\n0\r\n\r\n", "fffffffffffffffff\r\n\r\n",
                                   "1;a=\"\r\nb\"\r\na\r\n0\r\n\r\n", "1;a\nb\r\na\r\n0\r\n\r\n", "0\r\nno colon\r\n\r\n", " 1\r\na\r\n0\r\n\r\n"})
    expect_answer(head + chunks, 400);
  expect_answer(head + "ffffffffffffffff\r\n\r\n", 413);
  expect_answer(head + "1;a=" + std::string(200'000, 'b') + "\r\na\r\n0\r\n\r\n", 400);
  expect_answer(head + "0\r\nA: " + std::string(200'000, 'b') + "\r\n\r\n", 400);
}

TEST_F(HostileTest, RefusesWhatIsTooLarge) {
  options.max_head = 2000;
  options.max_body = 1000;
  start();
  std::string const host = "Host: here\r\n", get = "GET /hello HTTP/1.1\r\n" + host;
  expect_answer("GET /" + std::string(5000, 'a'), 414);
  expect_answer("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414);
  expect_answer(get + "A: " + std::string(5000, 'a'), 431);
  expect_answer(get + "A: " + std::string(1900, 'a') + "\r\nB: " + std::string(100, 'a') + "\r\n\r\n", 431);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "A:\r\n";
  expect_answer(get + many + "\r\n", 431);
  expect_answer(request("POST", "/echo", "", std::string(1001, 'x')), 413);
  expect_answer("POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n", 413);
  expect_answer("POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n3e8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n", 413);
  expect_answer("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n", 413);
  expect_answer(request("POST", "/echo", "", std::string(1000, 'x')), 200);
  EXPECT_EQ(server->counts().refused, 9u);
}

TEST_F(HostileTest, AHeadMustComeInTime) {
  options.head_deadline = 300ms;
  start();
  auto const began = Clock::now();
  auto slow = talk();
  say_slowly(slow, "GET /hello HTTP/1.1\r\nHost: here\r\nA: bbbbbbbbbbbbbbbbb", 20ms);
  EXPECT_EQ(hear(slow).status, 408);
  EXPECT_TRUE(slow.is_closed());
  EXPECT_LT(Clock::now() - began, 4s);

  auto silent = talk();
  EXPECT_EQ(silent.rest(), "");  // nobody asked for anything
  EXPECT_TRUE(silent.is_closed(0ms));

  auto second = talk();
  second.say(request("GET", "/hello"));
  EXPECT_EQ(hear(second).status, 200);
  std::this_thread::sleep_for(500ms);  // time between requests is another matter
  second.say("GET ");
  EXPECT_EQ(hear(second).status, 408);
}

TEST_F(HostileTest, TimeBetweenRequestsIsNotTakenFromTheNextHead) {
  options.idle = 1s;
  options.head_deadline = 1s;
  start();
  auto talk = this->talk();
  talk.say(request("GET", "/hello"));
  EXPECT_EQ(hear(talk).status, 200);
  std::this_thread::sleep_for(600ms);
  talk.say("GET /hello HTTP/1.1\r\n");
  std::this_thread::sleep_for(600ms);
  talk.say("Host: here\r\n\r\n");
  EXPECT_EQ(hear(talk).status, 200);
}

TEST_F(HostileTest, WhoAsksForNothingAnyMoreIsLeft) {
  options.idle = 200ms;
  start();
  auto talk = this->talk();
  talk.say(request("GET", "/hello"));
  EXPECT_EQ(hear(talk).status, 200);
  EXPECT_EQ(talk.rest(3s), "");
  EXPECT_TRUE(talk.is_closed(0ms));
}

TEST_F(HostileTest, ABodyMustComeWithSomeSpeed) {
  options.pace_window = 300ms;
  options.least_bytes_per_second = 200;
  start();
  auto slow = talk();
  slow.say(request("POST", "/echo", "Content-Length: 1000\r\n"));
  say_slowly(slow, std::string(30, 'x'), 20ms);
  EXPECT_EQ(hear(slow).status, 408);
  EXPECT_TRUE(slow.is_closed());

  auto silent = talk();
  silent.say(request("POST", "/echo", "Content-Length: 1000\r\n"));
  EXPECT_EQ(hear(silent).status, 408);

  auto modem = talk();
  modem.say(request("POST", "/echo", "Content-Length: 2000\r\n"));
  for (int i = 0; i < 20; ++i) modem.say(std::string(100, 'x')), std::this_thread::sleep_for(40ms);
  EXPECT_EQ(hear(modem).status, 200);
  EXPECT_TRUE(soon([&] { return words.gone == words.begun; }));
}

TEST_F(HostileTest, TimeThatTheAppTakesIsNoFaultOfTheSender) {
  options.pace_window = 200ms;
  words.pages["/slow"] = {.take = [](std::string_view, std::string const&) -> std::optional<Response> {
    std::this_thread::sleep_for(150ms);
    return std::nullopt;
  }};
  start();
  auto talk = this->talk();
  talk.say(request("POST", "/slow", "Content-Length: 60000\r\n"));
  talk.say(std::string(60'000, 'x'));
  EXPECT_EQ(hear(talk).status, 200);
}

TEST_F(HostileTest, WhoDoesNotReadTheAnswerIsLeft) {
  options.write_deadline = 300ms;
  words.pages["/long"] = {.answer = [](Head const&, std::string const&) { return Words::plain(std::string(50'000'000, 'x')); }};
  words.pages["/longer"] = {.answer = [](Head const&, std::string const&) {
    auto response = Words::plain("");
    response.more = []() -> Result<std::string> { return std::string(100'000, 'x'); };
    return response;
  }};
  start();
  auto one = talk(), two = talk();
  one.say(request("GET", "/long"));
  two.say(request("GET", "/longer"));
  EXPECT_TRUE(soon([&] { return words.gone == 2 && server->counts().open == 0; }));
}

TEST_F(HostileTest, NobodyFillsTheHouseAlone) {
  options.max_connections = 5;
  options.max_connections_per_address = 3;
  start();
  std::vector<Talk> inside;
  for (int i = 0; i < 3; ++i) inside.push_back(talk());
  ASSERT_TRUE(soon([&] { return server->counts().open == 3; }));
  {
    auto one_too_many = talk();
    auto const reply = hear(one_too_many);
    EXPECT_EQ(reply.status, 503);
    EXPECT_TRUE(reply.has("retry-after: 60\r\n")) << reply.head;
    EXPECT_TRUE(one_too_many.is_closed());
  }
  inside.emplace_back(server->port(), "127.0.0.2");
  inside.emplace_back(server->port(), "127.0.0.3");
  for (auto& talk : inside) {
    talk.say(request("GET", "/hello"));
    EXPECT_EQ(hear(talk).status, 200);
  }
  Talk full(server->port(), "127.0.0.4");
  EXPECT_EQ(hear(full).status, 503);
  inside.front().hang_up();
  EXPECT_TRUE(soon([&] { return ask(request("GET", "/hello")).status == 200; }));
}

TEST_F(HostileTest, AStormOfConnectionsBlowsOver) {
  options.max_connections = 50;
  start();
  for (int round = 0; round < 5; ++round) {
    std::vector<Talk> storm;
    for (int i = 0; i < 300; ++i) storm.push_back(talk());
    for (auto& talk : storm) talk.say("GET /hello");
  }
  EXPECT_TRUE(soon([&] { return ask(request("GET", "/hello")).status == 200; }));
}

TEST_F(HostileTest, SurvivesThatTheSystemHasNoMoreFiles) {
  start();
  EXPECT_EQ(ask(request("GET", "/hello")).status, 200);
  ASSERT_TRUE(soon([&] { return server->counts().open == 0; }));
  rlimit normal{};
  getrlimit(RLIMIT_NOFILE, &normal);
  {
    auto const next = ::dup(0);
    ::close(next);
    auto const none = rlimit{static_cast<rlim_t>(next) + 1, normal.rlim_max};
    std::thread meanwhile([&] {
      std::this_thread::sleep_for(300ms);
      setrlimit(RLIMIT_NOFILE, &normal);
    });
    setrlimit(RLIMIT_NOFILE, &none);
    auto talk = this->talk();  // the last file
    EXPECT_TRUE(talk.connected);
    talk.say(request("GET", "/hello"));
    EXPECT_EQ(hear(talk, false, 100ms).status, 0);
    EXPECT_EQ(hear(talk).status, 200);
    meanwhile.join();
  }
}

// Requests that were right once: cut, doubled, with bytes changed or put in.
class Garbage {
 public:
  std::string next() {
    static std::vector<std::string> const seeds = {
        request("GET", "/hello?a=b", "Cookie: a=b; c=d\r\nAccept: */*\r\n"),
        request("POST", "/echo", "Content-Type: text/plain\r\n", "some body"),
        "POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;a=\"b\"\r\nabc\r\n0\r\nX: y\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        "HEAD /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    };
    static std::vector<std::string> const pieces = {"\r\n",
                                                    "\n",
                                                    "\r",
                                                    " ",
                                                    "\t",
                                                    ":",
                                                    ",",
                                                    std::string(1, '\0'),
                                                    "Content-Length: 5\r\n",
                                                    "Transfer-Encoding: chunked\r\n",
                                                    "HTTP/1.1",
                                                    "0\r\n\r\n",
                                                    "\xff",
                                                    "Host: there\r\n",
                                                    ";",
                                                    "ffffffff\r\n",
                                                    "\r\n\r\n",
                                                    "Connection: close\r\n"};
    auto text = seeds[below(seeds.size())];
    if (below(3) == 0) text += seeds[below(seeds.size())];
    for (auto changes = below(4); changes > 0 && !text.empty(); --changes) {
      auto const at = below(text.size());
      switch (below(5)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, below(8));
          break;
        case 2:
          text.insert(at, pieces[below(pieces.size())]);
          break;
        case 3:
          text.insert(at, text.substr(below(text.size()), below(30)));
          break;
        default:
          if (below(4) == 0) text.resize(at);
      }
    }
    return text;
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  std::mt19937 random_{20260831};
};

TEST_F(HostileTest, TenThousandGarbledRequestsDoNoHarm) {
  start();
  Garbage garbage;
  auto const began = Clock::now();
  std::map<std::string, int> answers;
  for (int i = 0; i < 10'000; ++i) {
    auto const text = garbage.next();
    auto talk = this->talk();
    ASSERT_TRUE(talk.connected);
    talk.say(text);
    talk.end_of_speech();
    auto const answer = talk.rest(5s);
    ASSERT_TRUE(talk.is_closed(0ms)) << "left waiting: " << testing::PrintToString(text);
    ASSERT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << testing::PrintToString(text);
    ++answers[answer.substr(0, 12)];
  }
  EXPECT_LT(Clock::now() - began, 120s);
  EXPECT_GT(answers["HTTP/1.1 200"], 1000);
  EXPECT_GT(answers["HTTP/1.1 400"], 1000);
  EXPECT_EQ(answers.count("HTTP/1.1 500"), 0u);
  EXPECT_EQ(ask(request("GET", "/hello")).status, 200);
  EXPECT_TRUE(soon([&] { return words.gone == words.begun && server->counts().open == 0; }));
}

}  // namespace
}  // namespace rollbook::http::test
