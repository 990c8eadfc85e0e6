// Pushing to a real SFTP server, sshd, on a free port of this machine: put, refused, gone in the middle, tried again.
#include "runs/sftp.h"

#include <arpa/inet.h>

#include "runs/outward.h"
#include "runs/sshd.h"

namespace rollbook::test {
namespace {

namespace fs = std::filesystem;

class Sftp : public testing::Test {
 protected:
  void SetUp() override {
    if (!Sshd::is_installed()) GTEST_SKIP() << "sshd is not installed (openssh-server)";
    sshd_.emplace();
    place_ = {"127.0.0.1", sshd_->port(), Sshd::user(), sshd_->in(), sshd_->fingerprint("host")};
    limits_.private_addresses = true;
    limits_.silence = std::chrono::seconds(20);
    limits_.pauses = {std::chrono::milliseconds(10), std::chrono::milliseconds(10)};
    file_ = ::open(sshd_->folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    for (std::size_t i = 0; i < 300'000; ++i) bytes_ += static_cast<char>(i * 31 % 251);
    ASSERT_EQ(::write(file_, bytes_.data(), bytes_.size()), static_cast<ssize_t>(bytes_.size()));
  }
  void TearDown() override {
    if (file_ >= 0) ::close(file_);
  }

  std::string key() { return sshd_->key(); }
  std::string put() { return Sshd::read(sshd_->in() + "/roster.zip"); }
  // What is the matter, or "".
  std::string push(runs::SftpPlace const& place, std::string const& secret, std::function<bool()> const& stops = {}) {
    auto const trouble = runs::push_by_sftp(place, secret, "roster.zip", file_, bytes_.size(), limits_, stops);
    return trouble ? trouble->text : "";
  }

  std::optional<Sshd> sshd_;
  std::string bytes_;
  int file_ = -1;
  runs::SftpPlace place_;
  runs::SftpLimits limits_;
};

TEST_F(Sftp, AFileIsPutAndReplacesTheOneBefore) {
  EXPECT_EQ(push(place_, key()), "");
  EXPECT_EQ(put(), bytes_);
  bytes_.resize(1000);
  EXPECT_EQ(push(place_, key()), "");
  EXPECT_EQ(put(), bytes_);
  EXPECT_EQ(sshd_->files_there(), 1u) << "nothing half is left";
}

TEST_F(Sftp, APasswordLetsInToo) {
  EXPECT_EQ(push(place_, Sshd::password), "");
  EXPECT_EQ(put(), bytes_);
  EXPECT_EQ(sshd_->files_there(), 1u);
  EXPECT_NE(push(place_, std::string(Sshd::password) + "!").find("does not let"), std::string::npos) << "no other one does";
}

TEST_F(Sftp, TheKeyOfTheServerIsShownAsSshKeygenShowsIt) {
  auto const asked = runs::ask_host_key(place_, limits_);
  ASSERT_TRUE(asked.ok()) << asked.trouble().text;
  EXPECT_EQ(*asked, sshd_->fingerprint("host"));
}

TEST_F(Sftp, AServerWithAnotherKeyGetsNothing) {
  sshd_->end();
  sshd_->begin("host2");
  auto const why = push(place_, key());
  EXPECT_NE(why.find("is not the one that was confirmed"), std::string::npos) << why;
  EXPECT_NE(why.find(sshd_->fingerprint("host")), std::string::npos) << why;
  EXPECT_NE(why.find(sshd_->fingerprint("host2")), std::string::npos) << why;
  place_.host_key.clear();
  EXPECT_NE(push(place_, key()), "") << "and nobody is trusted who was not confirmed";
  EXPECT_EQ(sshd_->files_there(), 0u);
}

TEST_F(Sftp, WhoIsNotLetInIsToldSoOnceAndWithoutTheSecret) {
  Relay relay(sshd_->port(), 0, 0);
  place_.port = relay.port;
  for (std::string const secret : {"Larkspur-7-wrong", "-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense\n-----END OPENSSH PRIVATE KEY-----\n"}) {
    auto const before = relay.connections.load();
    auto const why = push(place_, secret);
    EXPECT_TRUE(why.find("in: the password or key is not right") != std::string::npos || why.find("private key for") != std::string::npos) << why;
    EXPECT_EQ(why.find("Larkspur"), std::string::npos);
    EXPECT_EQ(why.find("nonsense"), std::string::npos);
    EXPECT_EQ(relay.connections.load(), before + 1) << "a wrong password is not tried again: accounts are locked for that";
  }
  Sshd::run("ssh-keygen -q -t ed25519 -N '' -f " + sshd_->folder() + "/stranger");
  EXPECT_NE(push(place_, Sshd::read(sshd_->folder() + "/stranger")).find("does not let"), std::string::npos);
  EXPECT_EQ(sshd_->files_there(), 0u);
}

TEST_F(Sftp, AServerThatGoesAwayInTheMiddleIsTriedAgain) {
  Relay relay(sshd_->port(), 2, 100'000);
  place_.port = relay.port;
  EXPECT_EQ(push(place_, key()), "");
  EXPECT_EQ(relay.connections.load(), 3);
  EXPECT_EQ(put(), bytes_);
  EXPECT_EQ(sshd_->files_there(), 1u);
}

TEST_F(Sftp, OneThatKeepsGoingAwayIsGivenUp) {
  Relay relay(sshd_->port(), 9, 100'000);
  place_.port = relay.port;
  auto const why = push(place_, key());
  EXPECT_NE(why.find("went away in the middle"), std::string::npos) << why;
  EXPECT_NE(why.find("tried 3 times"), std::string::npos) << why;
  EXPECT_FALSE(fs::exists(sshd_->in() + "/roster.zip")) << "what is half has no name";
  sshd_->end();
  place_.port = sshd_->port();
  EXPECT_NE(push(place_, key()).find("cannot be reached"), std::string::npos);
}

TEST_F(Sftp, ASilentServerHoldsNobodyUp) {
  Relay relay(sshd_->port(), 9, 100'000, true);
  place_.port = relay.port;
  limits_.silence = std::chrono::milliseconds(1500);
  limits_.pauses.clear();
  EXPECT_NE(push(place_, key()).find("silent for too long"), std::string::npos);
  limits_.silence = std::chrono::seconds(60);
  std::atomic<bool> stops{false};
  std::thread later([&] { std::this_thread::sleep_for(std::chrono::seconds(1)), stops = true; });
  EXPECT_EQ(push(place_, key(), [&] { return stops.load(); }), "It was stopped.");
  later.join();
}

TEST_F(Sftp, NothingStaysOpen) {
  auto const open = [] { return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()); };
  push(place_, key());
  auto const before = open();
  push(place_, key());
  push(place_, "wrong");
  EXPECT_TRUE(runs::ask_host_key(place_, limits_).ok());
  {
    Relay relay(sshd_->port(), 9, 100'000);
    place_.port = relay.port;
    push(place_, key());
  }
  EXPECT_EQ(open(), before);
}

TEST_F(Sftp, AFolderThatIsNotThereIsNamed) {
  place_.folder = sshd_->folder() + "/nowhere";
  EXPECT_NE(push(place_, key()).find("is the folder there"), std::string::npos);
}

TEST_F(Sftp, ServersOfThisMachineAreTheDecisionOfTheOperator) {
  limits_.private_addresses = false;
  for (std::string const host : {"127.0.0.1", "localhost", "0.0.0.0", "::1", "::ffff:127.0.0.1"}) {
    place_.host = host;
    EXPECT_NE(push(place_, key()).find("ROLLBOOK_SFTP_PRIVATE"), std::string::npos) << host;
    EXPECT_NE(runs::ask_host_key(place_, limits_).trouble().text.find("ROLLBOOK_SFTP_PRIVATE"), std::string::npos) << host;
  }
}

TEST(Outward, PrivateAddressesAreTold) {
  auto const is_private = [](std::string const& text) {
    sockaddr_in four{};
    sockaddr_in6 six{};
    four.sin_family = AF_INET, six.sin6_family = AF_INET6;
    if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) return runs::is_private(reinterpret_cast<sockaddr*>(&four));
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr), 1) << text;
    return runs::is_private(reinterpret_cast<sockaddr*>(&six));
  };
  for (auto const* const one : {"10.1.2.3", "127.0.0.1", "169.254.169.254", "172.31.255.255", "192.168.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
                                "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"})
    EXPECT_TRUE(is_private(one)) << one;
  for (auto const* const one : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "169.253.0.1", "2001:4860::1", "64:ff9b::808:808", "2002:808:808::"})
    EXPECT_FALSE(is_private(one)) << one;
}

}  // namespace
}  // namespace rollbook::test
