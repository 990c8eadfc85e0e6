// Letters as mail servers take them.
#include "letters/message.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rollbook::letters {
namespace {

Message a_message() {
  return {.from = "rollbook@larkspur.example",
          .from_name = "Rollbook",
          .to = "anna@larkspur.example",
          .subject = "Held: sis",
          .date = 1'788'264'000,
          .id = "letter-7.abc@larkspur.example",
          .text = "Hello.\n",
          .html = "<p>Hello.</p>\n"};
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = text.find("\r\n", at);
    EXPECT_NE(end, std::string::npos);
    lines.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

TEST(Messages, NothingInANameEndsAHeader) {
  auto message = a_message();
  message.subject = "Held: x\r\nBcc: everybody@evil.example\r\n\r\n<script>";
  message.from_name = "Roll\"book\\\r\nX-Evil: 1";
  message.to = "anna@larkspur.example>\r\nRCPT TO:<evil@evil.example";
  message.id = "a\r\nb@c";
  auto const text = written(message);
  auto const head = text.substr(0, text.find("\r\n\r\n"));
  for (auto const& line : lines_of(head + "\r\n")) {
    EXPECT_FALSE(line.starts_with("Bcc") || line.starts_with("X-Evil") || line.starts_with("RCPT")) << line;
    EXPECT_LE(line.size(), 78u) << line;
  }
  EXPECT_EQ(text.find("\r\n\r\n<script>"), std::string::npos);
}

TEST(Messages, EveryLineIsShortAndOfAscii) {
  auto message = a_message();
  std::string long_name;
  for (int i = 0; i < 40; ++i) long_name += "Größenwahn-Straße 木";
  message.subject = message.from_name = long_name;
  message.text = std::string(5000, 'x') + "\n" + long_name + "\n.\nFrom here\n";
  message.html = "<p>" + long_name + "</p>";
  for (auto const& line : lines_of(written(message))) {
    EXPECT_LE(line.size(), 78u);
    for (unsigned char const c : line) EXPECT_TRUE(c < 127 && (c >= 32 || c == '\t')) << line;
    EXPECT_NE(line, ".");
  }
}

TEST(Messages, WordsAreCutBetweenCharacters) {
  EXPECT_EQ(encoded_words("Held: sis"), "Held: sis");
  EXPECT_EQ(encoded_words("Grün"), "=?utf-8?B?R3LDvG4=?=");
  EXPECT_EQ(encoded_words("=?utf-8?B?x?="), "=?utf-8?B?PT91dGYtOD9CP3g/PQ==?=") << "what looks like one is none";
  std::string many;
  for (int i = 0; i < 30; ++i) many += "木";
  auto const words = encoded_words(many);
  EXPECT_EQ(words.find("=?utf-8?B?" + std::string("5pyo")), 0u);
  for (auto const& line : lines_of(words + "\r\n")) {
    EXPECT_LE(line.size(), 76u);
    auto const inside = line.substr(line.find("B?") + 2, line.rfind("?=") - line.find("B?") - 2);
    EXPECT_EQ(inside.size() % 4, 0u);
    EXPECT_EQ(inside.find('='), std::string::npos) << "each character has three bytes, so whole words fill their groups";
  }
  EXPECT_EQ(encoded_words("\xff\xfe"), "=?utf-8?B?77+977+9?=") << "what is no UTF-8 is replaced";
}

TEST(Messages, QuotedPrintableKeepsWhatStandsThere) {
  EXPECT_EQ(quoted_printable("a=b\n"), "a=3Db\r\n");
  EXPECT_EQ(quoted_printable("ends in a space \n"), "ends in a space=20\r\n");
  EXPECT_EQ(quoted_printable(".\n"), "=2E\r\n");
  EXPECT_EQ(quoted_printable("ü"), "=C3=BC\r\n");
}

TEST(Messages, DatesAreThoseOfTheCalendar) {
  EXPECT_EQ(date_text(0), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(date_text(1'788'264'000), "Tue, 01 Sep 2026 12:00:00 +0000");
}

TEST(Messages, SayThatNobodyWroteThem) {
  auto const text = written(a_message());
  for (auto const* const line : {"Auto-Submitted: auto-generated\r\n", "Message-ID: <letter-7.abc@larkspur.example>\r\n", "MIME-Version: 1.0\r\n",
                                 "From: \"Rollbook\"\r\n <rollbook@larkspur.example>\r\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
  EXPECT_EQ(text, written(a_message())) << "the same each time";
}

}  // namespace
}  // namespace rollbook::letters
