// Who asks, when a proxy stands in front; and that nobody can say so of themselves.
#include "http/proxies.h"

#include "talk.h"

namespace rollbook::http::test {
namespace {

Proxies proxies(std::string const& networks) {
  auto read = Proxies::of(networks);
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.trouble().text);
  return read.ok() ? *read : Proxies();
}

struct Client {
  std::string peer;
  bool secure = false;
  bool operator==(Client const&) const = default;
};
std::ostream& operator<<(std::ostream& out, Client const& client) { return out << client.peer << (client.secure ? " over TLS" : ""); }

Client behind(Proxies const& trusted, std::string const& peer, std::vector<Header> headers, bool secure = false) {
  Head head;
  head.peer = peer;
  head.secure = secure;
  head.headers = std::move(headers);
  trusted.look_behind(head);
  return {head.peer, head.secure};
}
Client from(std::string const& peer, std::string const& hops, std::string const& networks = "10.0.0.0/8,fd00::/8") {
  return behind(proxies(networks), peer, {{"x-forwarded-for", hops}});
}

class ProxiedServer : public Serving {};

TEST(ProxiesInFront, AreTrustedByTheirAddressAlone) {
  auto const some = proxies("10.0.0.0/8, 192.168.1.7,fd00::/8,2001:db8::1");
  for (auto const* const address : {"10.0.0.1", "10.255.255.255", "192.168.1.7", "fd00::1", "fdff:ffff::", "2001:db8::1", "::ffff:10.1.1.1"})
    EXPECT_TRUE(some.trusts(address)) << address;
  for (auto const* const address : {"11.0.0.1", "9.255.255.255", "192.168.1.8", "fe00::1", "2001:db8::2", "::1", "", "10.0.0", "10.0.0.1 ", "::10.0.0.1", "a"})
    EXPECT_FALSE(some.trusts(address)) << address;
  EXPECT_FALSE(proxies("").trusts("127.0.0.1"));
  EXPECT_TRUE(proxies("10.1.2.3/25").trusts("10.1.2.127"));
  EXPECT_FALSE(proxies("10.1.2.3/25").trusts("10.1.2.128"));
}

TEST(ProxiesInFront, ThatAreNoAddressesAreRefused) {
  for (auto const* const text : {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "10.0.0", "fd00::/129", "proxy.example", "10.0.0.1,,10.0.0.2", ",",
                                 " ", "10.0.0.1;10.0.0.2", "*", "0.0.0.0/0", "::/0"})
    EXPECT_FALSE(Proxies::of(text).ok()) << text;
}

TEST(ProxiesInFront, WhatAStrangerSaysIsIgnored) {
  std::vector<Header> const lies = {{"x-forwarded-for", "1.2.3.4"}, {"x-forwarded-proto", "https"}};
  EXPECT_EQ(behind(proxies(""), "127.0.0.1", lies), (Client{"127.0.0.1", false}));
  EXPECT_EQ(behind(proxies("10.0.0.0/8"), "192.0.2.1", lies), (Client{"192.0.2.1", false}));
  EXPECT_EQ(behind(proxies("10.0.0.0/8"), "192.0.2.1", {{"x-forwarded-proto", "http"}}, true), (Client{"192.0.2.1", true}));
  EXPECT_EQ(behind(proxies("10.0.0.0/8"), "10.0.0.1", {{"forwarded", "for=1.2.3.4;proto=https"}, {"x-real-ip", "1.2.3.4"}}), (Client{"10.0.0.1", false}));
}

TEST(ProxiesInFront, TheRightmostThatIsNotTrustedIsTheClient) {
  EXPECT_EQ(from("10.0.0.1", "192.0.2.9").peer, "192.0.2.9");
  EXPECT_EQ(from("10.0.0.1", "1.1.1.1, 2.2.2.2,192.0.2.9").peer, "192.0.2.9") << "what the client has sent stands before";
  EXPECT_EQ(from("10.0.0.1", "1.1.1.1, 192.0.2.9, 10.0.0.3 ,\t10.0.0.2").peer, "192.0.2.9");
  EXPECT_EQ(from("10.0.0.1", "10.0.0.3, 10.0.0.2").peer, "10.0.0.3") << "a client within";
  EXPECT_EQ(behind(proxies("10.0.0.0/8"), "10.0.0.1", {{"x-forwarded-for", "1.1.1.1"}, {"host", "x"}, {"x-forwarded-for", "192.0.2.9"}}).peer, "192.0.2.9");
  EXPECT_EQ(from("10.0.0.1", "").peer, "10.0.0.1");
}

TEST(ProxiesInFront, AddressesComeInSeveralShapes) {
  EXPECT_EQ(from("10.0.0.1", "192.0.2.9:4711").peer, "192.0.2.9");
  EXPECT_EQ(from("10.0.0.1", "2001:DB8::9").peer, "2001:db8::9");
  EXPECT_EQ(from("10.0.0.1", "[2001:db8::9]").peer, "2001:db8::9");
  EXPECT_EQ(from("10.0.0.1", "[2001:db8::9]:443").peer, "2001:db8::9");
  EXPECT_EQ(from("fd00::1", "2001:db8::9, fd00::2").peer, "2001:db8::9");
  EXPECT_EQ(from("10.0.0.1", "::ffff:192.0.2.9").peer, "192.0.2.9") << "one client has one name";
  EXPECT_EQ(from("::ffff:10.0.0.1", "192.0.2.9").peer, "192.0.2.9");
}

TEST(ProxiesInFront, WhatIsNoAddressEndsTheList) {
  for (std::string const garbage : {"unknown", "_hidden", "192.0.2.9:", "192.0.2.9:x", "192.0.2.9:123456", "[2001:db8::9", "[2001:db8::9]x", "[192.0.2.9]",
                                    "[]", "::1%eth0", "192.0.2.9/8", "0x7f.1", "127.1", "192.000.002.009.1", "", " ", "'; DROP TABLE", "\xff\xfe"}) {
    EXPECT_EQ(from("10.0.0.1", "192.0.2.1, " + garbage).peer, "10.0.0.1") << garbage;
    EXPECT_EQ(from("10.0.0.1", "192.0.2.1, " + garbage + ", 10.0.0.2").peer, "10.0.0.2") << garbage;
    EXPECT_EQ(from("10.0.0.1", garbage + ", 192.0.2.1").peer, "192.0.2.1") << garbage;
  }
  std::string many;
  for (int i = 0; i < 4000; ++i) many += "10.0.0.2,";
  EXPECT_EQ(from("10.0.0.1", many + "10.0.0.3").peer, "10.0.0.2") << "a list as long as a head may be";
}

TEST(ProxiesInFront, TheSchemeIsWhatTheNearestSays) {
  auto const said = [](std::string const& scheme, bool secure = false) {
    return behind(proxies("10.0.0.1"), "10.0.0.1", {{"x-forwarded-proto", scheme}}, secure).secure;
  };
  EXPECT_TRUE(said("https"));
  EXPECT_TRUE(said(" HTTPS "));
  EXPECT_TRUE(said("http, https"));
  EXPECT_FALSE(said("https, http")) << "the first was sent by the client";
  for (std::string const garbage : {"", ",", "https,", "httpsx", "wss", "https https", "1"}) {
    EXPECT_FALSE(said(garbage)) << garbage;
    EXPECT_TRUE(said(garbage, true)) << garbage;
  }
  EXPECT_FALSE(said("http", true)) << "the proxy speaks TLS with us, the client does not with it";
}

TEST_F(ProxiedServer, BelievesItsProxiesAndNobodyElse) {
  words.pages["/who"] = {.answer = [](Head const& head, std::string const&) { return Words::plain(head.peer + (head.secure ? " secure" : "")); }};
  options.proxies = proxies("127.0.0.2");
  start();
  std::string const headers = "X-Forwarded-For: 6.6.6.6, 192.0.2.9\r\nX-Forwarded-Proto: https\r\n";
  Talk proxy(server->port(), "127.0.0.2"), stranger(server->port(), "127.0.0.3");
  proxy.say(request("GET", "/who", headers));
  EXPECT_EQ(hear(proxy).body, "192.0.2.9 secure");
  proxy.say(request("GET", "/who", "X-Forwarded-For: 192.0.2.10\r\n"));
  EXPECT_EQ(hear(proxy).body, "192.0.2.10") << "each request of a connection is another client's";
  stranger.say(request("GET", "/who", headers));
  EXPECT_EQ(hear(stranger).body, "127.0.0.3");
}

TEST_F(ProxiedServer, AllWhoComeThroughAProxyHaveMoreConnectionsThanOneAddress) {
  words.pages["/who"] = {.answer = [](Head const&, std::string const&) { return Words::plain("somebody"); }};
  options.proxies = proxies("127.0.0.2");
  options.max_connections_per_address = 2;
  start();
  for (auto const* const address : {"127.0.0.2", "127.0.0.3"}) {
    std::vector<Talk> talks;
    for (int i = 0; i < 6; ++i) talks.emplace_back(server->port(), address);
    int answered = 0;
    for (auto& talk : talks) {
      talk.say(request("GET", "/who"));
      answered += hear(talk).status == 200;
    }
    EXPECT_EQ(answered, address == std::string("127.0.0.2") ? 6 : 2) << address;
  }
}

}  // namespace
}  // namespace rollbook::http::test
