#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/escape.h"
#include "report/words.h"

namespace rollbook {
namespace {

TEST(Words, NumbersHaveSeparatorsAndPlurals) {
  EXPECT_EQ(with_separators(0), "0");
  EXPECT_EQ(with_separators(999), "999");
  EXPECT_EQ(with_separators(4812), "4,812");
  EXPECT_EQ(with_separators(18446744073709551615u), "18,446,744,073,709,551,615");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(4812, "row waits", "rows wait"), "4,812 rows wait");
  EXPECT_EQ(size_in_words(1), "1 byte");
  EXPECT_EQ(size_in_words(1536), "1.5 KB");
  EXPECT_EQ(size_in_words(7'340'032), "7.0 MB");
  EXPECT_EQ(size_in_words(1ull << 60), "1,048,576 TB");
}

TEST(Words, TablesAreCalledByPlainWords) {
  EXPECT_EQ(one_of_table("orgs"), "organization");
  EXPECT_EQ(one_of_table("academicSessions"), "academic session");
  EXPECT_EQ(one_of_table("classes"), "class");
  EXPECT_EQ(one_of_table("users"), "person");
  EXPECT_EQ(many_of_table("users"), "people");
  EXPECT_EQ(many_of_table("orgs"), "organizations");
  EXPECT_EQ(many_of_table("classResources"), "class resources");
  EXPECT_EQ(one_of_table("courses"), "course");
  EXPECT_EQ(one_of_table("categories"), "category");
}

TEST(Words, WhatActsOrHidesIsMadeVisible) {
  EXPECT_EQ(visible("a\x1b[31mb"), "a␛[31mb");
  EXPECT_EQ(visible("two\nlines\t"), "two␊lines␉");
  EXPECT_EQ(visible(std::string_view("\0\x7f", 2)), "␀␡");
  EXPECT_EQ(visible("\xC2\x9B"
                    "31m"),
            "<U+009B>31m");  // C1: the same as ESC [
  EXPECT_EQ(visible("\xE2\x80\xAE"
                    "fdp"),
            "<U+202E>fdp");  // turns the rest of the line around
  EXPECT_EQ(visible("\xFF Zoë \xE2\x82"), "\xEF\xBF\xBD Zoë \xEF\xBF\xBD");
  EXPECT_EQ(visible("Zoë Ångström", 3), "Zoë…");
}

TEST(Words, ColumnsAreCountedAsATerminalShowsThem) {
  EXPECT_EQ(columns_of("Zoë"), 3u);
  EXPECT_EQ(columns_of("e\xCC\x81"), 1u);
  EXPECT_EQ(columns_of("学校"), 4u);
}

TEST(Utf8, BrokenSequencesBecomeOneReplacementEach) {
  auto const read = [](std::string_view bytes) {
    std::string out;
    append_json_string(out, bytes);
    return nlohmann::json::parse(out).get<std::string>();
  };
  std::string const mark = "\xEF\xBF\xBD";
  EXPECT_EQ(read("\xC0\xAF"), mark + mark);             // overlong
  EXPECT_EQ(read("\xED\xA0\x80"), mark + mark + mark);  // a surrogate
  EXPECT_EQ(read("\xF4\x90\x80\x80"), mark + mark + mark + mark);
  EXPECT_EQ(read("\xF0\x9F\x98"), mark);  // the beginning of a smiley
  EXPECT_EQ(read("\xF0\x9F\x98\x80"), "😀");
}

}  // namespace
}  // namespace rollbook
