// What browsers send, and what others send in their name.
#include "http/forms.h"

#include <gtest/gtest.h>

#include <random>

#include "base/escape.h"

namespace rollbook::http {
namespace {

TEST(PercentTest, IsReadAndWritten) {
  EXPECT_EQ(percent_decoded("a%20b%C3%A9"), "a bé");
  EXPECT_EQ(percent_decoded("a+b"), "a+b");
  EXPECT_EQ(percent_decoded("a+b%2b", true), "a b+");
  EXPECT_EQ(percent_decoded(""), "");
  EXPECT_EQ(percent_encoded("a b/é~"), "a%20b%2F%C3%A9~");
  for (char const* const bad : {"%", "%4", "%4g", "%g4", "a%", "%00", "%ff", "%c3", "%ed%a0%80", "%c0%80", "\xff"})
    EXPECT_EQ(percent_decoded(bad), std::nullopt) << bad;
  EXPECT_EQ(percent_decoded("%ef%bf%bd"), "\xef\xbf\xbd");  // the sign for what cannot be read can itself be read
}

TEST(PercentTest, EveryTextComesBack) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (auto n = random() % 20; n > 0; --n) append_point(text, std::u32string_view(U"a %+&=;é\n\x7f😀\xFFFD")[random() % 12]);
    EXPECT_EQ(percent_decoded(percent_encoded(text)), text);
    EXPECT_EQ(percent_decoded(percent_encoded(text), true), text);
  }
}

TEST(FieldsTest, AreReadInTheirOrder) {
  auto const fields = read_fields("a=1&b=&c&a=two+words&%C3%A9=%26%3D&=x&&d=e=f");
  ASSERT_TRUE(fields.ok());
  std::vector<std::pair<std::string, std::string>> const wanted = {{"a", "1"}, {"b", ""}, {"c", ""}, {"a", "two words"}, {"é", "&="}, {"", "x"}, {"d", "e=f"}};
  EXPECT_EQ(fields->all, wanted);
  EXPECT_EQ((*fields)["a"], "1");
  EXPECT_EQ((*fields)["none"], "");
  EXPECT_TRUE(fields->has("c"));
  EXPECT_FALSE(fields->has("none"));
  EXPECT_EQ(fields->every("a"), (std::vector<std::string_view>{"1", "two words"}));
  EXPECT_TRUE(read_fields("")->all.empty());
}

TEST(FieldsTest, AreRefusedWhenTheyCannotBeRead) {
  for (char const* const bad : {"a=%", "%=a", "a=%00", "a=b&c=%ff"}) EXPECT_FALSE(read_fields(bad).ok()) << bad;
  EXPECT_TRUE(read_fields("a&b&c", 3).ok());
  EXPECT_FALSE(read_fields("a&b&c&d", 3).ok());
}

TEST(CookieTest, IsFoundByItsWholeName) {
  EXPECT_EQ(cookie("session=abc; theme=dark", "session"), "abc");
  EXPECT_EQ(cookie("session=abc; theme=dark", "theme"), "dark");
  EXPECT_EQ(cookie("mysession=bad; session=good", "session"), "good");
  EXPECT_EQ(cookie("sessions=bad", "session"), "");
  EXPECT_EQ(cookie("session", "session"), "");
  EXPECT_EQ(cookie(";;= ;session=\"a b\"", "session"), "a b");
  EXPECT_EQ(cookie("session=first; session=second", "session"), "first");
  EXPECT_EQ(cookie("session=a=b", "session"), "a=b");
  EXPECT_EQ(cookie("session=", "session"), "");
  EXPECT_EQ(cookie("session=\"", "session"), "\"");
  EXPECT_EQ(cookie("", "session"), "");
}

// A form as it was understood.
struct Understood {
  std::string files;  // field:name(content)
  std::vector<std::pair<std::string, std::string>> fields;
  std::string trouble;
  bool operator==(Understood const&) const = default;
};

Understood read(std::string const& body, std::function<std::size_t()> const& step, std::string const& type = "multipart/form-data; boundary=xy") {
  Understood understood;
  bool open = false;
  auto form = Multipart::of(
      type,
      [&](Multipart::File const& file) -> std::optional<Trouble> {
        EXPECT_FALSE(std::exchange(open, true));
        understood.files += file.field + ":" + file.name + "(";
        return std::nullopt;
      },
      [&](std::string_view piece) -> std::optional<Trouble> {
        EXPECT_TRUE(open);
        EXPECT_FALSE(piece.empty());
        understood.files += piece;
        return std::nullopt;
      },
      [&]() -> std::optional<Trouble> {
        EXPECT_TRUE(std::exchange(open, false));
        understood.files += ")";
        return std::nullopt;
      });
  if (!form) return understood.trouble = form.trouble().text, understood;
  std::optional<Trouble> trouble;
  for (std::size_t at = 0; at < body.size() && !trouble;) {
    auto const size = std::min(step(), body.size() - at);
    trouble = form->take(std::string_view(body).substr(at, size));
    at += size;
  }
  if (!trouble) trouble = form->finish();
  understood.fields = form->fields().all;
  if (trouble) understood.trouble = trouble->text;
  return understood;
}

Understood read(std::string const& body) {
  return read(body, [] { return std::string::npos; });
}

std::string part(std::string const& disposition, std::string const& content) {
  return "--xy\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
}

TEST(MultipartTest, ReadsFieldsAndFiles) {
  auto const understood = read(part("name=\"a\"", "1") + part("name=up; filename=\"my roster.zip\"", "PK\r\n--x\r\n") + part("name=\"b\"", "two\r\nlines") +
                               part("name=\"none\"; filename=\"\"", "") + "--xy--\r\n");
  EXPECT_EQ(understood.trouble, "");
  EXPECT_EQ(understood.files, "up:my roster.zip(PK\r\n--x\r\n)none:()");
  EXPECT_EQ(understood.fields, (std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"b", "two\r\nlines"}}));
}

TEST(MultipartTest, ReadsAnEmptyForm) {
  EXPECT_EQ(read("--xy--\r\n").trouble, "");
  EXPECT_EQ(read("--xy--").trouble, "");
}

TEST(MultipartTest, ReadsOddButLawfulForms) {
  auto const understood = read(
      "some words before\r\n--xy \t\r\nX-Other: 1\r\ncontent-DISPOSITION:form-data;name=a\r\nContent-Type: text/plain\r\n\r\n1\r\n--xy--\r\nand "
      "behind\r\n--xy\r\n");
  EXPECT_EQ(understood.trouble, "");
  EXPECT_EQ(understood.fields, (std::vector<std::pair<std::string, std::string>>{{"a", "1"}}));
  auto const whole = [] { return std::string::npos; };
  EXPECT_EQ(read("--a b--", whole, "Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b\"").trouble, "");
}

TEST(MultipartTest, ReadsNamesAsBrowsersWriteThem) {
  auto const name = [](std::string const& disposition) { return read(part(disposition, "") + "--xy--").files; };
  EXPECT_EQ(name("name=\"a%22b\"; filename=\"c%22d%0D%0Ae%20f.zip\""), "a\"b:c\"d\r\ne%20f.zip()");
  EXPECT_EQ(name("name=\"a\"; filename=\"c\\\"d.zip\""), "a:c\"d.zip()");
  EXPECT_EQ(name("name=\"a\"; filename=\"C:\\dir\\e.zip\""), "a:C:\\dir\\e.zip()");
  EXPECT_EQ(name("name=\"a\"; filename=\"../../etc/passwd\""), "a:../../etc/passwd()");
  EXPECT_EQ(name("filename=\"x;name=y.zip\"; name=\"a\""), "a:x;name=y.zip()");
  EXPECT_EQ(name("name=\"é\"; filename=\"ü.zip\""), "é:ü.zip()");
}

TEST(MultipartTest, TellsWhatIsDamaged) {
  auto const good = part("name=\"a\"", "1");
  for (std::string const& bad : std::vector<std::string>{
           "", "no form at all", good, good + "--xy", good + "--xy-", good.substr(0, good.size() - 2), "--xy\r\n\r\n\r\n--xy--",
           "--xy\r\nA: b\r\n\r\n\r\n--xy--", "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xy--", part("", "1") + "--xy--",
           part("filename=\"a\"", "1") + "--xy--", "--xy\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--xy--", part("name=\"a", "1") + "--xy--",
           part("name=\"a\"", "\xff") + "--xy--", part("name=\"\xff\"", "1") + "--xy--", part("name=\"a\"", std::string(1, '\0')) + "--xy--",
           "--xy\r\n" + std::string(9000, 'A'), "--xy" + std::string(9000, ' ')}) {
    EXPECT_NE(read(bad).trouble, "") << bad;
    EXPECT_NE(read(bad, [] { return 1; }).trouble, "") << bad;
  }
}

TEST(MultipartTest, RefusesWhatIsNoForm) {
  for (std::string const type : {"", "text/plain", "multipart/mixed; boundary=xy", "multipart/form-data", "multipart/form-data; boundary=",
                                 "multipart/form-data; boundary=\"xy", "multipart/form-data; boundary=x\x01y", "multipart/form-data; xboundary=xy"})
    EXPECT_NE(read(
                  "--xy--", [] { return 1; }, type)
                  .trouble,
              "")
        << type;
  EXPECT_NE(read(
                "--xy--", [] { return 1; }, "multipart/form-data; boundary=" + std::string(71, 'x'))
                .trouble,
            "");
}

TEST(MultipartTest, BoundsWhatItKeeps) {
  std::string const most(64 << 10, 'x');
  EXPECT_EQ(read(part("name=a", most) + "--xy--").trouble, "");
  EXPECT_NE(read(part("name=a", most + "x") + "--xy--").trouble, "");
  EXPECT_NE(read(part("name=a", most + "x") + "--xy--", [] { return 1000; }).trouble, "");
  std::string many, large;
  for (int i = 0; i < 1001; ++i) many += part("name=a", "");
  for (int i = 0; i < 17; ++i) large += part("name=a", most);
  EXPECT_NE(read(many + "--xy--").trouble, "");
  EXPECT_NE(read(large + "--xy--").trouble, "");
}

TEST(MultipartTest, PassesTroubleOnAndAsksNoMore) {
  int begun = 0, pieces = 0, ends = 0;
  std::optional<Trouble> at_begin, at_piece, at_end;
  auto const run = [&] {
    begun = pieces = ends = 0;
    auto form = Multipart::of(
        "multipart/form-data; boundary=xy", [&](auto const&) { return ++begun, at_begin; }, [&](auto) { return ++pieces, at_piece; },
        [&] { return ++ends, at_end; });
    auto const body = part("name=a; filename=b", "content") + part("name=a; filename=b", "content") + "--xy--";
    std::optional<Trouble> trouble;
    for (char const c : body) trouble = form->take({&c, 1});
    EXPECT_EQ(form->finish().has_value(), trouble.has_value());
    return trouble ? trouble->text : "";
  };
  EXPECT_EQ(run(), "");
  EXPECT_EQ(begun, 2);
  EXPECT_EQ(ends, 2);
  at_end = Trouble{"full"};
  EXPECT_EQ(run(), "full");
  EXPECT_EQ(ends, 1);
  at_piece = Trouble{"slow"};
  EXPECT_EQ(run(), "slow");
  EXPECT_EQ(pieces, 1);
  EXPECT_EQ(ends, 0);
  at_begin = Trouble{"no"};
  EXPECT_EQ(run(), "no");
  EXPECT_EQ(pieces, 0);
}

// The property that counts: how a form is cut by the network makes no difference. Contents are made of what looks like delimiters.
TEST(MultipartTest, IsTheSameInPiecesOfEverySize) {
  std::mt19937 random(20260831);
  std::vector<std::string> const bits = {"\r",   "\n",      "\r\n",   "-",         "--", "x", "y",     "--x",
                                         "--xy", "\r\n--x", "\r\n--", "\r\r\n--x", "a",  "é", "\r\n-", "\r\n--xz"};
  for (int i = 0; i < 300; ++i) {
    std::string body;
    Understood wanted;
    for (auto parts = random() % 4; parts > 0; --parts) {
      std::string content;
      for (auto n = random() % 12; n > 0; --n) content += bits[random() % bits.size()];
      if (content.find("\r\n--xy") != std::string::npos || content.starts_with("--xy")) continue;
      if (random() % 2 == 0) {
        body += part("name=f; filename=g", content);
        wanted.files += "f:g(" + content + ")";
      } else {
        body += part("name=v", content);
        wanted.fields.emplace_back("v", content);
      }
    }
    body += "--xy--\r\n";
    ASSERT_EQ(read(body), wanted) << body;
    for (std::size_t size = 1; size < body.size(); ++size) ASSERT_EQ(read(body, [=] { return size; }), wanted) << size << ": " << body;
    ASSERT_EQ(read(body, [&] { return 1 + random() % 9; }), wanted) << body;
  }
}

}  // namespace
}  // namespace rollbook::http
