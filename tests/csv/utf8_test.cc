// Is it UTF-8, and if not, what is it? Answers go into a sentence that tells a person which "save as" to choose.
#include "csv/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace rollbook::csv {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, TakesEveryWellFormedCharacter) {
  for (auto const good : {""sv, "plain"sv, "\x7f"sv, "\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv, "\xef\xbf\xbf"sv,
                          "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv, "\0"sv})
    EXPECT_EQ(first_invalid_utf8(good), std::string_view::npos);
}

TEST(Utf8, NamesTheFirstByteThatIsNone) {
  struct Case {
    std::string_view bytes;
    char const* what;
  };
  for (auto const& [bytes, what] : {Case{"\x80"sv, "a byte that continues nothing"},
                                    {"\xc3"sv, "half a letter"},
                                    {"\xc3("sv, "half a letter, then another"},
                                    {"\xc0\x80"sv, "an overlong NUL"},
                                    {"\xc1\xbf"sv, "an overlong letter"},
                                    {"\xe0\x9f\xbf"sv, "overlong, three bytes"},
                                    {"\xed\xa0\x80"sv, "a surrogate"},
                                    {"\xed\xbf\xbf"sv, "another surrogate"},
                                    {"\xf0\x8f\xbf\xbf"sv, "overlong, four bytes"},
                                    {"\xf4\x90\x80\x80"sv, "beyond U+10FFFF"},
                                    {"\xf5\x80\x80\x80"sv, "beyond any"},
                                    {"\xff"sv, "never a byte of UTF-8"},
                                    {"\xe6\x9d"sv, "two of three bytes"},
                                    {"\xf0\x9f\x8f"sv, "three of four"}})
    for (std::size_t before = 0; before < 70; ++before)
      for (std::string_view good : {""sv, "\xc3\xa9"sv}) {
        auto const text = std::string(before, 'a') + std::string(good) + std::string(bytes);
        ASSERT_EQ(first_invalid_utf8(text), before + good.size()) << what << " behind " << before;
        ASSERT_EQ(first_invalid_utf8(text + std::string(40, 'z')), before + good.size()) << what << " behind " << before;
      }
}

TEST(Sniffing, KnowsTheMarks) {
  EXPECT_EQ(sniff_encoding(""), Encoding::Empty);
  EXPECT_EQ(sniff_encoding("sourcedId,name\n"), Encoding::Utf8);
  EXPECT_EQ(sniff_encoding("\xef\xbb\xbfsourcedId"), Encoding::Utf8WithBom);
  EXPECT_EQ(sniff_encoding("\xef\xbb"), Encoding::Utf8);
  EXPECT_EQ(sniff_encoding("\xff\xfes\0o\0"sv), Encoding::Utf16LittleEndian);
  EXPECT_EQ(sniff_encoding("\xfe\xff\0s\0o"sv), Encoding::Utf16BigEndian);
  EXPECT_EQ(sniff_encoding("\xff\xfe\0\0s\0\0\0"sv), Encoding::Utf32);
  EXPECT_EQ(sniff_encoding("\0\0\xfe\xff"sv), Encoding::Utf32);
}

TEST(Sniffing, KnowsUtf16WithoutAMark) {
  EXPECT_EQ(sniff_encoding("s\0o\0u\0r\0c\0e\0d\0I\0d\0"sv), Encoding::Utf16LittleEndian);
  EXPECT_EQ(sniff_encoding("\0s\0o\0u\0r\0c\0e\0d\0I\0d"sv), Encoding::Utf16BigEndian);
  EXPECT_EQ(sniff_encoding("sourcedId\0,name"sv), Encoding::Utf8) << "a single NUL is damage, not an encoding";
}

TEST(Sniffing, GuessesWhatOldProgramsWrite) {
  EXPECT_EQ(guess_legacy_encoding("plain"), "an unknown encoding");
  EXPECT_EQ(guess_legacy_encoding("Jos\xe9 Mu\xf1oz,Zo\xeb,Fran\xe7ois"), "Windows-1252");
  EXPECT_EQ(guess_legacy_encoding("M\xfcller,Gr\xf6\xdf"), "Windows-1252");
  EXPECT_EQ(guess_legacy_encoding("O\x92"
                                  "Brien,D\x92"
                                  "Angelo"),
            "Windows-1252");
  EXPECT_EQ(guess_legacy_encoding("\x93\x8c\x8b\x9e,\x8e\x52\x93\x63,\x91\xbe\x98\x59"), "Shift_JIS");  // 東京,山田,太郎
  EXPECT_EQ(guess_legacy_encoding("\xc5\xec\xb5\xfe,\xbb\xb3\xc5\xc4"), "EUC-JP");                      // 東京,山田
  EXPECT_EQ(guess_legacy_encoding("Jos\x82 Mu\xa4oz,M\x81ller"), "an old DOS or Macintosh encoding (CP437, Mac Roman)");
}

}  // namespace
}  // namespace rollbook::csv
