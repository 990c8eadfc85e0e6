#include "export/zip_stream.h"

#include <gtest/gtest.h>

#include <thread>

#include "delivery/load.h"

namespace rollbook::test {
namespace {

std::string zip_of(std::vector<std::pair<std::string, std::string>> const& files, unsigned packers = 1, std::size_t pieces = 1000) {
  std::string bytes;
  auto const here = std::this_thread::get_id();
  ZipStream zip(
      [&](std::string_view piece) {
        EXPECT_EQ(std::this_thread::get_id(), here) << "who takes the bytes need not think of threads";
        bytes += piece;
      },
      packers);
  for (auto const& [name, text] : files) {
    zip.begin(name);
    for (std::size_t at = 0; at < text.size(); at += pieces) zip.write(std::string_view(text).substr(at, pieces));
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

// Lengths around the ends of blocks, what is found again and again and what is found nowhere.
TEST(ZipStream, AnyNumberOfThreadsAndPiecesGivesTheSameBytesAndTheyAreReadBack) {
  constexpr std::size_t block = std::size_t{1} << 20;
  std::vector<std::pair<std::string, std::string>> files;
  std::uint64_t random = 7;
  for (std::size_t const size : {std::size_t{0}, std::size_t{1}, block - 1, block, block + 1, 9 * block, 11 * block + 12'345}) {
    std::string text;
    while (text.size() < size) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      text += size % 2 == 0 ? "0a1b2c3d-" + std::to_string(random % 1000) + ",active\n" : std::string(1, static_cast<char>(random >> 56));
    }
    text.resize(size);
    files.emplace_back("f" + std::to_string(files.size()) + ".csv", text);
  }
  auto const alone = zip_of(files);
  for (unsigned const packers : {2u, 3u, 8u})
    for (std::size_t const pieces : {std::size_t{65'536}, 3 * block + 17}) EXPECT_TRUE(zip_of(files, packers, pieces) == alone) << packers << " " << pieces;
  auto read = delivery::load_received("a zip", {{"OneRoster.zip", alone}}, true, 2);
  ASSERT_TRUE(read.ok()) << read.trouble().text;
  ASSERT_TRUE(delivery::arrived_whole(*read));
  ASSERT_EQ(read->files.size(), files.size());
  for (auto const& file : read->files)
    for (auto const& [name, text] : files)
      if (file.path == name) {
        EXPECT_TRUE(file.bytes == text) << name;
      }
}

TEST(ZipStream, WhoBreaksOffWaitsForNobody) {
  std::string const text(std::size_t{20} << 20, 'x');
  std::size_t bytes = 0;
  ZipStream zip([&](std::string_view piece) { bytes += piece.size(); }, 2);
  zip.begin("users.csv");
  zip.write(text);
  EXPECT_GT(bytes, 0u) << "what is ready leaves at once";
}

TEST(ZipStream, WithoutFilesItIsAnEmptyArchive) { EXPECT_EQ(zip_of({}).size(), 22u); }

}  // namespace
}  // namespace rollbook::test
