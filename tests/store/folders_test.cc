// What somebody left who died on the way is taken away after a day, and nothing else.
#include "store/folders.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "store/vault.h"

namespace rollbook::test {
namespace {

class LeftBehind : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/rollbook-test-XXXXXX";
    folder_ = ::mkdtemp(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void make(std::string const& name, int hours_old, std::string const& file = "") {
    auto const path = folder_ + "/" + name;
    std::filesystem::create_directories(path);
    if (!file.empty()) std::ofstream(path + "/" + file) << "half of a delivery";
    grow_old(path, hours_old);
  }
  void grow_old(std::string const& path, int hours) {
    timespec const then{std::time(nullptr) - hours * 60 * 60, 0}, times[] = {then, then};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }
  bool has(std::string const& name) { return std::filesystem::exists(std::filesystem::symlink_status(folder_ + "/" + name)); }

  std::string folder_;
};

TEST_F(LeftBehind, AfterADayItIsTakenAwayWithAllThatIsInIt) {
  make(".coming-old", 25, "users.csv");
  make(".coming-new", 23, "users.csv");
  store::remove_left_behind(folder_, ".coming-");
  EXPECT_FALSE(has(".coming-old"));
  EXPECT_TRUE(has(".coming-new/users.csv")) << "somebody may be at it still";
}

TEST_F(LeftBehind, WhatIsCalledOtherwiseStays) {
  make("deliveries", 1000, "users.csv");
  make("not.coming-", 1000);
  store::remove_left_behind(folder_, ".coming-");
  EXPECT_TRUE(has("deliveries/users.csv"));
  EXPECT_TRUE(has("not.coming-"));
}

TEST_F(LeftBehind, ALinkIsTakenAwayAndNotWhatItLeadsTo) {
  make("deliveries", 1000, "users.csv");
  std::filesystem::create_directory_symlink(folder_ + "/deliveries", folder_ + "/.coming-link");
  grow_old(folder_ + "/.coming-link", 25);
  store::remove_left_behind(folder_, ".coming-");
  EXPECT_FALSE(has(".coming-link"));
  EXPECT_TRUE(has("deliveries/users.csv"));
}

TEST_F(LeftBehind, TheNextDeliveryTakesAwayWhatIsLeftOfOneThatNeverCame) {
  store::Vault vault(folder_, store::ServerKey(store::ServerKey::Bytes{7}), 1);
  std::ofstream(folder_ + "/.coming-abcdef") << "half of a delivery";
  std::ofstream(folder_ + "/.coming-ghijkl") << "of today";
  grow_old(folder_ + "/.coming-abcdef", 25);
  ASSERT_TRUE(vault.write().ok());
  EXPECT_FALSE(has(".coming-abcdef"));
  EXPECT_TRUE(has(".coming-ghijkl"));
}

TEST_F(LeftBehind, OfAFolderThatIsNotThereNothingIsTaken) {
  store::remove_left_behind(folder_ + "/nowhere", ".coming-");
  EXPECT_FALSE(has("nowhere"));
}

}  // namespace
}  // namespace rollbook::test
