// Files as received: what goes in comes out, and nothing that was tampered with does.
#include "store/vault.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace rollbook::test {
namespace {

using namespace store;
namespace fs = std::filesystem;

ServerKey key(unsigned char fill = 7) {
  ServerKey::Bytes bytes;
  bytes.fill(fill);
  return ServerKey(bytes);
}

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (auto& c : text) c = static_cast<char>(random());
  return text;
}

class InAFolder : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/rollbook-test-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { fs::remove_all(folder_); }

  VaultName put(Vault& vault, std::string_view text, std::size_t step = 10'000) {
    auto writer = vault.write();
    EXPECT_TRUE(writer.ok()) << (writer.ok() ? "" : writer.trouble().text);
    for (std::size_t at = 0; at < text.size(); at += step) (*writer)->write(text.substr(at, step));
    auto name = (*writer)->finish();
    EXPECT_TRUE(name.ok()) << (name.ok() ? "" : name.trouble().text);
    return *name;
  }
  std::string path(VaultName const& name) const { return folder_ + "/" + name.hash.substr(0, 2) + "/" + name.hash; }
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (auto const& entry : fs::recursive_directory_iterator(folder_))
      if (entry.is_regular_file()) all.push_back(entry.path());
    return all;
  }
  static std::string bytes_of(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write_bytes(std::string const& path, std::string const& bytes) { std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes; }

  std::string folder_;
};

class TheVault : public InAFolder {};

TEST_F(TheVault, GivesBackFilesOfAnySize) {
  Vault vault(folder_, key(), 1);
  for (std::size_t const size : {0u, 1u, 65'535u, 65'536u, 65'537u, 131'072u, 1'000'003u}) {
    auto const text = noise(size, static_cast<unsigned>(size));
    auto const name = put(vault, text);
    auto const reader = vault.read(name);
    ASSERT_TRUE(reader.ok()) << size << ": " << reader.trouble().text;
    ASSERT_EQ((*reader)->size(), size);
    std::string back(size, '\0');
    EXPECT_FALSE((*reader)->read(0, size, back.data()));
    EXPECT_EQ(back, text);
    EXPECT_FALSE(vault.verify(name)) << size;
  }
}

TEST_F(TheVault, AnyPartCanBeReadWithoutTheRest) {
  Vault vault(folder_, key(), 1);
  auto const text = noise(400'000, 3);
  auto const opened = vault.read(put(vault, text));
  auto const& reader = *opened;
  std::mt19937 random(4);
  for (int turn = 0; turn < 300; ++turn) {
    auto const at = random() % text.size(), size = random() % std::min<std::size_t>(text.size() - at + 1, 150'000);
    std::string part(size, '\0');
    ASSERT_FALSE(reader->read(at, size, part.data()));
    ASSERT_EQ(part, text.substr(at, size)) << at << " " << size;
  }
}

TEST_F(TheVault, KeepsTheSameFileOnceHoweverItArrives) {
  Vault vault(folder_, key(), 1);
  auto const text = noise(200'000, 5);
  auto const name = put(vault, text, 1);
  EXPECT_EQ(put(vault, text, 77'777), name);
  EXPECT_EQ(files().size(), 1u);
  EXPECT_TRUE(vault.has(name));
  EXPECT_FALSE(vault.remove(name));
  EXPECT_FALSE(vault.has(name));
  EXPECT_FALSE(vault.remove(name)) << "twice is as good as once";
}

TEST_F(TheVault, ShowsNothingToWhoHasNotItsKey) {
  Vault vault(folder_, key(), 1);
  std::string const secret = "sourcedId,givenName\nu1,Ada\n";
  auto const name = put(vault, secret);
  EXPECT_EQ(bytes_of(path(name)).find("Ada"), std::string::npos);
  EXPECT_EQ(fs::status(path(name)).permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
  for (auto const& other : {Vault(folder_, key(8), 1), Vault(folder_, key(), 2)}) {
    auto const reader = other.read(name);
    ASSERT_FALSE(reader.ok()) << "another key, or another district";
    EXPECT_NE(reader.trouble().text.find("not what was put there"), std::string::npos);
  }
  Vault elsewhere(folder_ + "/b", key(), 2);
  EXPECT_NE(put(elsewhere, secret), name) << "the same file has another name in another district";
}

TEST_F(TheVault, NoticesAnyChangedByte) {
  Vault vault(folder_, key(), 1);
  auto const name = put(vault, noise(300, 6));
  auto const whole = bytes_of(path(name));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    write_bytes(path(name), changed);
    ASSERT_TRUE(vault.verify(name)) << at;
  }
  write_bytes(path(name), whole);
  EXPECT_FALSE(vault.verify(name));
}

TEST_F(TheVault, NoticesWhatIsCutOffOrAddedOrMoved) {
  Vault vault(folder_, key(), 1);
  auto const name = put(vault, noise(200'000, 7));
  auto const whole = bytes_of(path(name));
  constexpr std::size_t header = 50, piece = 65'536 + 16;
  for (auto const size : {std::size_t{0}, std::size_t{10}, header, header + piece, header + 3 * piece, whole.size() - 1}) {
    write_bytes(path(name), whole.substr(0, size));
    EXPECT_TRUE(vault.verify(name)) << size;
  }
  write_bytes(path(name), whole + "x");
  EXPECT_TRUE(vault.verify(name));
  auto moved = whole.substr(0, header) + whole.substr(header + piece, piece) + whole.substr(header, piece) + whole.substr(header + 2 * piece);
  write_bytes(path(name), moved);
  EXPECT_TRUE(vault.verify(name));
  // A shorter file that says so: the number of pieces fits, but the last one was not sealed as the last.
  auto shorter = whole.substr(0, header + 2 * piece);
  std::uint64_t const size = 131'072;
  for (std::size_t i = 0; i < 8; ++i) shorter[header - 8 + i] = static_cast<char>(size >> (8 * i));
  write_bytes(path(name), shorter);
  EXPECT_TRUE(vault.verify(name));
}

TEST_F(TheVault, NoticesAFileUnderTheNameOfAnother) {
  Vault vault(folder_, key(), 1);
  auto const one = put(vault, "one"), other = put(vault, "other");
  fs::copy_file(path(one), path(other), fs::copy_options::overwrite_existing);
  auto const trouble = vault.verify(other);
  ASSERT_TRUE(trouble);
  EXPECT_NE(trouble->text.find("another content"), std::string::npos);
}

TEST_F(TheVault, WhatIsNotFinishedLeavesNothing) {
  Vault vault(folder_, key(), 1);
  {
    auto writer = vault.write();
    (*writer)->write(noise(500'000, 9));
    EXPECT_EQ(files().size(), 1u);
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(TheVault, NamesAreNoPaths) {
  Vault vault(folder_, key(), 1);
  put(vault, "x");
  for (std::string const& name :
       std::vector<std::string>{"", "../../../../etc/passwd", std::string(64, '.'), std::string(63, 'a') + "/", std::string(64, 'A')}) {
    EXPECT_FALSE(vault.read({name}).ok());
    EXPECT_FALSE(vault.has({name}));
    EXPECT_TRUE(vault.remove({name}));
  }
  EXPECT_FALSE(vault.read({std::string(64, 'a')}).ok()) << "not there";
}

class TheServerKey : public InAFolder {
 protected:
  void SetUp() override {
    InAFolder::SetUp();
    ::unsetenv("ROLLBOOK_KEY");
    ::unsetenv("ROLLBOOK_KEY_FILE");
  }
  void TearDown() override {
    InAFolder::TearDown();
    ::unsetenv("ROLLBOOK_KEY");
    ::unsetenv("ROLLBOOK_KEY_FILE");
  }
};

TEST_F(TheServerKey, IsMadeBesideTheDataAndStays) {
  auto const data = folder_ + "/data/";
  auto const first = ServerKey::load(data);
  ASSERT_TRUE(first.ok()) << first.trouble().text;
  auto const file = folder_ + "/data.key";
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(bytes_of(file).size(), 65u);
  EXPECT_EQ(ServerKey::load(folder_ + "/data")->derive("sealing-", 1), first->derive("sealing-", 1));
  EXPECT_NE(ServerKey::load(folder_ + "/other")->derive("sealing-", 1), first->derive("sealing-", 1));
  EXPECT_NE(first->derive("sealing-", 2), first->derive("sealing-", 1));
  EXPECT_NE(first->derive("content-", 1), first->derive("sealing-", 1));
}

TEST_F(TheServerKey, ThatOthersMayReadIsRefused) {
  ASSERT_TRUE(ServerKey::load(folder_ + "/data").ok());
  fs::permissions(folder_ + "/data.key", fs::perms::group_read, fs::perm_options::add);
  EXPECT_NE(ServerKey::load(folder_ + "/data").trouble().text.find("chmod 600"), std::string::npos);
}

TEST_F(TheServerKey, ThatIsBrokenIsNeverReplaced) {
  for (std::string const& text : std::vector<std::string>{"", "abc\n", std::string(64, 'x') + "\n", std::string(66, 'a') + "\n"}) {
    write_bytes(folder_ + "/data.key", text);
    ::chmod((folder_ + "/data.key").c_str(), 0600);
    auto const loaded = ServerKey::load(folder_ + "/data");
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.trouble().text.find(std::string(20, 'x')), std::string::npos) << "nothing of a key is ever told";
    EXPECT_EQ(bytes_of(folder_ + "/data.key"), text);
  }
}

TEST_F(TheServerKey, ComesFromTheEnvironmentForADatabase) {
  auto const* const home = ::getenv("HOME");
  std::string const before = home == nullptr ? "" : home;
  ::unsetenv("HOME");
  EXPECT_FALSE(ServerKey::load("").ok()) << "there is nowhere to keep one";
  ::setenv("HOME", folder_.c_str(), 1);
  EXPECT_TRUE(ServerKey::load("").ok());
  EXPECT_EQ(::access((folder_ + "/.rollbook.key").c_str(), F_OK), 0);
  ::setenv("HOME", before.c_str(), 1);
  ::setenv("ROLLBOOK_KEY", std::string(64, 'a').c_str(), 1);
  auto const from_environment = ServerKey::load("");
  ASSERT_TRUE(from_environment.ok());
  ::unsetenv("ROLLBOOK_KEY");
  write_bytes(folder_ + "/k", std::string(64, 'a'));
  ::chmod((folder_ + "/k").c_str(), 0600);
  ::setenv("ROLLBOOK_KEY_FILE", (folder_ + "/k").c_str(), 1);
  EXPECT_EQ(ServerKey::load("")->derive("sealing-", 1), from_environment->derive("sealing-", 1));
  ::setenv("ROLLBOOK_KEY", "short", 1);
  EXPECT_FALSE(ServerKey::load("").ok());
}

}  // namespace
}  // namespace rollbook::test
