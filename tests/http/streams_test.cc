// Streams of events: many at once, none of them slow for the others.
#include <sys/resource.h>

#include <fstream>

#include "http/talk.h"

namespace rollbook::http::test {
namespace {

TEST(ChannelTest, TellsWhoListensEachEventAndThenTheEnd) {
  Channel channel;
  std::vector<std::string> heard;
  auto const number = channel.listen([&](auto event) { heard.push_back(*event); });
  channel.publish("progress", "one\ntwo\r\nthree\rfour");
  channel.close();
  channel.publish("progress", "never");
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard[0], "event: progress\ndata: one\ndata: two\ndata: three\ndata: four\n\n");
  EXPECT_EQ(heard[1], "");
  EXPECT_EQ(channel.listeners(), 1u);
  channel.stop(number);
  EXPECT_EQ(channel.listeners(), 0u);
}

TEST(ChannelTest, TellsWhoComesLateHowThingsStand) {
  Channel channel;
  channel.publish("progress", "old");
  channel.publish("progress", "new");
  std::vector<std::string> heard;
  auto const listen = [&] { channel.listen([&](auto event) { heard.push_back(*event); }); };
  listen();
  EXPECT_EQ(heard, std::vector<std::string>{"event: progress\ndata: new\n\n"});
  channel.close();
  heard.clear();
  listen();
  EXPECT_EQ(heard, (std::vector<std::string>{"event: progress\ndata: new\n\n", ""}));
}

TEST(ChannelTest, ANameCannotBeginAFieldOfItsOwn) {
  Channel channel;
  channel.publish("a\ndata: b", "c");
  std::string heard;
  channel.listen([&](auto event) { heard = *event; });
  EXPECT_EQ(heard, "event: adata: b\ndata: c\n\n");
}

TEST(ChannelTest, WhoHasStoppedIsNotToldAgain) {
  Channel channel;
  std::atomic<bool> done = false;
  std::thread publisher([&] {
    while (!done) channel.publish("a", "b");
  });
  for (int i = 0; i < 2000; ++i) {
    auto alive = std::make_unique<std::atomic<int>>(0);
    auto const number = channel.listen([&told = *alive](auto) { ++told; });
    channel.stop(number);
  }
  done = true;
  publisher.join();
}

class StreamsTest : public Serving {
 protected:
  StreamsTest() {
    words.pages["/events"] = {.answer = [this](Head const&, std::string const&) {
      return Response{.status = 200, .headers = {{"Cache-Control", "no-store"}}, .body = "", .more = {}, .events = channel};
    }};
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  Talk listener(std::string const& version = "1.1") {
    auto talk = this->talk();
    talk.say("GET /events HTTP/" + version + "\r\nHost: here\r\n\r\n");
    return talk;
  }
  static unsigned threads() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("Threads:")) return static_cast<unsigned>(std::stoul(line.substr(8)));
    return 0;
  }

  std::shared_ptr<Channel> channel = std::make_shared<Channel>();
};

TEST_F(StreamsTest, SendsEventsAsTheyHappen) {
  start();
  auto talk = listener();
  auto const head = talk.until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos) << head;
  for (std::string const data : {"1", "2", "3"}) {
    channel->publish("step", data);
    EXPECT_NE(talk.until("\n\n").find("event: step\ndata: " + data + "\n\n"), std::string::npos);
  }
  channel->close();
  EXPECT_TRUE(talk.rest().ends_with("\r\n0\r\n\r\n"));
  EXPECT_TRUE(soon([&] { return channel->listeners() == 0 && server->counts().streams == 0; }));
}

TEST_F(StreamsTest, OldClientsGetThemWithoutChunks) {
  start();
  auto talk = listener("1.0");
  EXPECT_EQ(talk.until("\r\n\r\n").find("chunked"), std::string::npos);
  channel->publish("step", "1");
  EXPECT_EQ(talk.until("\n\n"), "event: step\ndata: 1\n\n");
  channel->publish("step", "2");
  EXPECT_EQ(talk.until("\n\n"), "event: step\ndata: 2\n\n");
  channel->close();
  EXPECT_EQ(talk.rest(), "");
}

TEST_F(StreamsTest, TheLastEventArrivesThoughTheChannelClosesAtOnce) {
  start();
  for (int i = 0; i < 50; ++i) {
    channel = std::make_shared<Channel>();
    auto talk = listener("1.0");
    talk.until("\r\n\r\n");
    channel->publish("step", "nearly");
    channel->publish("step", "done");
    channel->close();
    EXPECT_TRUE(talk.rest().ends_with("event: step\ndata: done\n\n")) << i;
  }
}

TEST_F(StreamsTest, AThousandListenToOneChannelWithoutAThreadEach) {
  start();
  auto const before = threads();
  std::vector<Talk> talks;
  for (int i = 0; i < 1000; ++i) talks.push_back(listener());
  ASSERT_TRUE(soon([&] { return server->counts().streams == 1000; })) << server->counts().streams;
  EXPECT_LE(threads(), before);
  EXPECT_EQ(channel->listeners(), 1000u);

  auto const began = Clock::now();
  EXPECT_EQ(ask(request("GET", "/hello")).body, "hello ");
  EXPECT_LT(Clock::now() - began, 1s);

  channel->publish("step", "for all");
  for (auto& talk : talks) EXPECT_NE(talk.until("for all\n\n").find("event: step"), std::string::npos);
  for (auto& talk : talks) talk.hang_up();
  EXPECT_TRUE(soon([&] { return server->counts().streams == 0 && channel->listeners() == 0; }));
}

TEST_F(StreamsTest, ASlowListenerIsToldOnlyTheNewest) {
  start();
  auto slow = listener("1.0"), quick = listener("1.0");
  ASSERT_TRUE(soon([&] { return channel->listeners() == 2; }));
  constexpr int events = 20'000;
  for (int i = 1; i <= events; ++i) channel->publish("step", std::to_string(i) + std::string(5000, '.'));
  channel->publish("step", "newest");
  EXPECT_TRUE(quick.until("newest\n\n").ends_with("data: newest\n\n"));
  auto const heard = slow.until("newest\n\n");
  EXPECT_TRUE(heard.ends_with("data: newest\n\n"));
  EXPECT_LT(heard.size(), 20u << 20);  // of a hundred megabytes
}

TEST_F(StreamsTest, ASilentStreamShowsThatItLives) {
  options.events_comment = 50ms;
  start();
  auto talk = listener("1.0");
  talk.until("\r\n\r\n");
  EXPECT_EQ(talk.until("\n\n"), ":\n\n");
  EXPECT_EQ(talk.until("\n\n"), ":\n\n");
  channel->publish("step", "1");
  EXPECT_TRUE(talk.until("data: 1\n\n").ends_with("event: step\ndata: 1\n\n"));
}

TEST_F(StreamsTest, WhoLeavesIsNoticedAtOnce) {
  start();
  auto talk = listener();
  ASSERT_TRUE(soon([&] { return server->counts().streams == 1; }));
  talk.hang_up();
  EXPECT_TRUE(soon([&] { return server->counts().streams == 0 && server->counts().open == 0; }, 2s));
}

TEST_F(StreamsTest, WhoDoesNotReadIsLeft) {
  options.write_deadline = 200ms;
  start();
  auto deaf = listener();
  ASSERT_TRUE(soon([&] { return server->counts().streams == 1; }));
  EXPECT_TRUE(soon([&] {
    channel->publish("step", std::string(100'000, '.'));
    return server->counts().streams == 0;
  }));
}

TEST_F(StreamsTest, TheServerEndsThemWhenItCloses) {
  start();
  auto talk = listener();
  ASSERT_TRUE(soon([&] { return server->counts().streams == 1; }));
  std::thread closing([&] { server.reset(); });
  EXPECT_TRUE(talk.rest().ends_with("\r\n0\r\n\r\n"));
  talk.hang_up();
  closing.join();
  EXPECT_EQ(channel->listeners(), 0u);
  channel->publish("step", "to nobody");
}

TEST_F(StreamsTest, ListenersComeAndGoWhileOthersPublish) {
  start();
  std::atomic<bool> done = false;
  std::vector<std::thread> publishers;
  for (int i = 0; i < 2; ++i)
    publishers.emplace_back([&] {
      while (!done) channel->publish("step", "x"), std::this_thread::sleep_for(100us);
    });
  for (int i = 0; i < 300; ++i) {
    auto talk = listener();
    if (i % 3 > 0) talk.until(i % 3 == 1 ? "step" : "\r\n\r\n");
  }
  EXPECT_TRUE(soon([&] { return server->counts().streams == 0; }));
  server.reset();
  done = true;
  for (auto& publisher : publishers) publisher.join();
}

}  // namespace
}  // namespace rollbook::http::test
