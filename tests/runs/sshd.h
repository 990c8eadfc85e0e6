// A real SFTP server, sshd, on a free port of this machine, for the tests that push to one; and what may stand between.
//
// It lets in whoever runs the test, by a key or by a password: known_password.cc gives sshd a password of the test's own in place of the system's.
#pragma once

#include <arpa/inet.h>
#include <crypt.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "runs/relay.h"

namespace rollbook::test {

class Sshd {
 public:
  static constexpr auto password = "Larkspur-7 of June";
  static bool is_installed() { return ::access("/usr/sbin/sshd", X_OK) == 0; }

  Sshd() {
    char name[] = "/tmp/rollbook-sftp-XXXXXX";
    folder_ = ::mkdtemp(name);
    std::filesystem::create_directory(in());
    if (::geteuid() == 0) std::filesystem::create_directories("/run/sshd");  // sshd of the superuser wants it
    for (std::string const key : {"host", "host2", "user"}) run("ssh-keygen -q -t ed25519 -N '' -f " + folder_ + "/" + key);
    std::filesystem::copy_file(folder_ + "/user.pub", folder_ + "/authorized");
    // Not one that the system gives: until sshd has it, another connection of this machine may be given the same.
    std::random_device random;
    do port_ = 10'000 + static_cast<int>(random() % 20'000);
    while (is_taken(port_));
    begin("host");
  }
  Sshd(Sshd const&) = delete;
  ~Sshd() {
    end();
    std::filesystem::remove_all(folder_);
  }

  std::string const& folder() const { return folder_; }
  std::string in() const { return folder_ + "/in"; }  // where files are put
  int port() const { return port_; }
  std::string key() const { return read(folder_ + "/user"); }
  std::size_t files_there() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(in()), std::filesystem::directory_iterator()));
  }

  static std::string run(std::string const& command) {
    auto* const pipe = ::popen(command.c_str(), "r");
    std::string out;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return out;
  }
  static std::string user() {
    auto name = run("id -un");
    name.pop_back();
    return name;
  }
  std::string fingerprint(std::string const& key) const {
    std::istringstream in(run("ssh-keygen -l -E sha256 -f " + folder_ + "/" + key + ".pub"));
    std::string bits, hash;
    in >> bits >> hash;
    return "ssh-ed25519 " + hash;
  }
  static std::string read(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }

  void begin(std::string const& host_key) {
    std::ofstream(folder_ + "/config") << "ListenAddress 127.0.0.1:" << port_ << "\nHostKey " << folder_ << "/" << host_key << "\nAuthorizedKeysFile "
                                       << folder_ << "/authorized\nPidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication yes\n"
                                       << "Subsystem sftp internal-sftp\n";
    crypt_data room{};
    std::string const hash = ::crypt_r(password, "$5$rollbooktests", &room);
    // Not by fork: this process has threads, and whatever one of them holds at that moment the child would wait for, for ever.
    auto const config = folder_ + "/config", preload = std::string("LD_PRELOAD=") + ROLLBOOK_KNOWN_PASSWORD, known = "ROLLBOOK_TEST_PASSWORD=" + hash;
    std::vector<std::string> words = {"/usr/sbin/sshd", "-D", "-e", "-f", config}, names = {preload, known, "PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    auto const pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> all;
      for (auto& text : texts) all.push_back(text.data());
      all.push_back(nullptr);
      return all;
    };
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    for (int const number : {0, 1, 2}) ::posix_spawn_file_actions_addopen(&files, number, "/dev/null", O_RDWR, 0);
    int const trouble = ::posix_spawn(&server_, "/usr/sbin/sshd", &files, nullptr, pointers(words).data(), pointers(names).data());
    ::posix_spawn_file_actions_destroy(&files);
    ASSERT_EQ(trouble, 0);
    for (int i = 0; i < 500; ++i) {
      if (int const socket = connected(port_); socket >= 0) {
        ::close(socket);
        return;
      }
      ::usleep(20'000);
    }
    FAIL() << "sshd did not begin";
  }
  void end() {
    if (server_ <= 0) return;
    ::kill(server_, SIGTERM);
    ::waitpid(server_, nullptr, 0);
    server_ = -1;
  }

 private:
  std::string folder_;
  int port_ = 0;
  pid_t server_ = -1;
};

}  // namespace rollbook::test
