#include "export/zip_stream.h"

#include <gtest/gtest.h>

#include "delivery/load.h"

namespace rollbook::test {
namespace {

std::string zip_of(std::vector<std::pair<std::string, std::string>> const& files) {
  std::string bytes;
  ZipStream zip([&](std::string_view piece) { bytes += piece; });
  for (auto const& [name, text] : files) {
    zip.begin(name);
    for (std::size_t at = 0; at < text.size(); at += 1000) zip.write(std::string_view(text).substr(at, 1000));
    zip.end();
  }
  zip.finish();
  return bytes;
}

TEST(ZipStream, WhatIsWrittenIsReadBack) {
  std::string large;
  for (int i = 0; i < 200'000; ++i) large += std::to_string(i * 7919) + ",";
  auto const bytes = zip_of({{"users.csv", large}, {"empty.csv", ""}, {"manifest.csv", "a,b\n1,2\n"}});
  EXPECT_LT(bytes.size(), large.size());
  auto read = delivery::load_received("a zip", {{"OneRoster.zip", bytes}}, true, 2);
  ASSERT_TRUE(read.ok()) << read.trouble().text;
  ASSERT_TRUE(delivery::arrived_whole(*read));
  ASSERT_EQ(read->files.size(), 3u);
  for (auto const& file : read->files)
    if (file.path == "users.csv") {
      EXPECT_EQ(file.bytes, large);
    }
}

TEST(ZipStream, TheSameFilesGiveTheSameBytes) {
  EXPECT_EQ(zip_of({{"a.csv", "1"}}), zip_of({{"a.csv", "1"}}));
  EXPECT_NE(zip_of({{"a.csv", "1"}}), zip_of({{"a.csv", "2"}}));
}

TEST(ZipStream, WithoutFilesItIsAnEmptyArchive) { EXPECT_EQ(zip_of({}).size(), 22u); }

}  // namespace
}  // namespace rollbook::test
