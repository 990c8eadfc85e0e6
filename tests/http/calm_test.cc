// What is said where there is no page: who gets which dress, and that none of it is dear.
#include "http/calm.h"

#include <openssl/evp.h>

#include "talk.h"

namespace rollbook::http::test {
namespace {

std::string const browser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

std::string value_of(Response const& response, std::string_view name) {
  for (auto const& header : response.headers)
    if (header.name == name) return header.value;
  return "";
}

Dress dress(std::string const& path, std::string const& accept) {
  Head head;
  head.path = path;
  if (!accept.empty()) head.headers.push_back({"accept", accept});
  return dress_for(head);
}

class CalmServer : public Serving {};

TEST(CalmAnswers, ComeInTheDressThatWasAskedFor) {
  EXPECT_EQ(dress("/", "text/html,*/*;q=0.8"), Dress::Page);
  EXPECT_EQ(dress("/", "Application/JSON"), Dress::Json);
  EXPECT_EQ(dress("/districts/1/history.json", "text/html"), Dress::Json);
  EXPECT_EQ(dress("/", "*/*"), Dress::Text);
  EXPECT_EQ(dress("/", ""), Dress::Text);
  EXPECT_EQ(dress_for_unread("GET / HTTP/1.1\r\naccept: text/html\r\n"), Dress::Page);
  EXPECT_EQ(dress_for_unread("GET / HTTP/1.1\r\naccept: application/json\r\n"), Dress::Json);
  EXPECT_EQ(dress_for_unread(""), Dress::Text);
}

TEST(CalmAnswers, SayWhatHappenedWhatToDoAndWhenToComeAgain) {
  for (int const status : {400, 404, 405, 408, 413, 414, 429, 431, 500, 501, 503, 505, 599}) {
    auto const page = calm_answer(Dress::Page, status, "It is so.", "", 7);
    EXPECT_EQ(page.status, status);
    EXPECT_EQ(value_of(page, "retry-after"), "7");
    EXPECT_EQ(value_of(page, "content-type"), "text/html; charset=utf-8");
    EXPECT_NE(page.body.find("<p>It is so.</p>"), std::string::npos);
    EXPECT_LT(page.body.size(), 2000u);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
    EXPECT_NE(value_of(page, "content-security-policy").find("default-src 'none'"), std::string::npos);
  }
  EXPECT_EQ(calm_answer(Dress::Json, 429, "It is so.", "Wait.", 7).body, "{\"status\":429,\"what\":\"It is so.\",\"how\":\"Wait.\",\"retry_after\":7}\n");
  EXPECT_EQ(calm_answer(Dress::Json, 413, "It is so.", "Less.").body, "{\"status\":413,\"what\":\"It is so.\",\"how\":\"Less.\"}\n");
  EXPECT_EQ(calm_answer(Dress::Text, 503, "It is so.").body, "It is so. Try again in a minute; nothing is lost.\n");
  EXPECT_EQ(value_of(calm_answer(Dress::Text, 503, "It is so."), "retry-after"), "");
}

TEST(CalmAnswers, HaveAStyleThatTheirPolicyKnows) {
  unsigned char digest[32];
  unsigned int size = 0;
  ASSERT_EQ(EVP_Digest(calm_style().data(), calm_style().size(), digest, &size, EVP_sha256(), nullptr), 1);
  unsigned char text[48];
  EVP_EncodeBlock(text, digest, 32);
  EXPECT_EQ(calm_style_hash(), "sha256-" + std::string(reinterpret_cast<char const*>(text)));
  auto const page = calm_answer(Dress::Page, 429, "It is so.");
  EXPECT_NE(page.body.find("<style>" + std::string(calm_style()) + "</style>"), std::string::npos);
  EXPECT_NE(value_of(page, "content-security-policy").find("style-src '" + std::string(calm_style_hash()) + "'"), std::string::npos);
}

TEST_F(CalmServer, DeclinesABrowserWithAPageAndAProgramWithJson) {
  options.max_body = 1000;
  start();
  auto const page = ask("GET / HTTP/1.1\r\nHost: a b\r\n" + browser + "\r\n");
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(page.has("content-type: text/html")) << page.head;
  EXPECT_NE(page.body.find("it must name one host"), std::string::npos) << page.body;
  EXPECT_EQ(ask("GET /" + std::string(17000, 'a') + " HTTP/1.1\r\n").body.find('<'), std::string::npos);
  auto const long_head = ask(request("GET", "/", browser + "x: " + std::string(20000, 'a') + "\r\n"));
  EXPECT_EQ(long_head.status, 431);
  EXPECT_NE(long_head.body.find("Delete the cookies"), std::string::npos) << long_head.body;
  auto const program = ask("POST /echo HTTP/1.1\r\nHost: here\r\nAccept: application/json\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(program.status, 413);
  EXPECT_EQ(program.body, "{\"status\":413,\"what\":\"This is too large for this server.\",\"how\":\"Send less at a time.\"}\n");
  auto const chunks = ask("POST /echo HTTP/1.1\r\nHost: here\r\n" + browser + "Transfer-Encoding: chunked\r\n\r\nffff\r\n" + std::string(2000, 'x'));
  EXPECT_EQ(chunks.status, 413);
  EXPECT_TRUE(chunks.has("content-type: text/html")) << chunks.head;
}

}  // namespace
}  // namespace rollbook::http::test
