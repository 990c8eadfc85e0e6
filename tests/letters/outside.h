// Servers outside, on free ports of this machine: one for mail (aiosmtpd), one that receives webhooks. Each ends with the test that began it.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "letters/json_of_a_test.h"

extern char** environ;

namespace rollbook::test {

// A port on which somebody listens who never says anything.
inline int listening(int& port) {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(socket, 8), 0);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return socket;
}

class Outside {
 public:
  static bool is_installed() { return std::system("/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null") == 0; }

  // A certificate for 127.0.0.1 and localhost, in the folder; it is its own authority.
  static void make_certificate(std::string const& folder) {
    auto const command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext "
                         "subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " + folder + "/key.pem -out " + folder + "/cert.pem 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << "openssl";
  }

  Outside(std::string const& script, std::string folder, std::vector<std::string> const& arguments) : folder_(std::move(folder)) {
    std::filesystem::remove(folder_ + "/port");
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    std::vector<std::string> words{"/usr/bin/python3", std::string(ROLLBOOK_SOURCE_DIR) + "/tests/letters/" + script, folder_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    ::posix_spawn_file_actions_addopen(&actions, 2, (folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    EXPECT_EQ(::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[0]);
    stdin_ = ends[1];
    for (int i = 0; i < 3000 && !std::filesystem::exists(folder_ + "/port"); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::ifstream(folder_ + "/port") >> port_;
    EXPECT_GT(port_, 0) << script << " did not begin; what it says is in " << folder_ << "/log";
  }
  Outside(Outside const&) = delete;
  ~Outside() {
    ::close(stdin_);
    int status = 0;
    for (int i = 0; i < 500; ++i) {
      if (::waitpid(pid_, &status, WNOHANG) == pid_) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status, 0);
  }

  int port() const { return port_; }
  // What came, in order: names and texts of the JSON that the script has kept.
  static std::vector<std::map<std::string, std::string>> kept(std::string const& folder) {
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".json") names.push_back(entry.path().string());
    std::sort(names.begin(), names.end());
    std::vector<std::map<std::string, std::string>> all;
    for (auto const& name : names) {
      std::ostringstream text;
      text << std::ifstream(name).rdbuf();
      all.push_back(fields_of(text.str()));
    }
    return all;
  }
  std::vector<std::map<std::string, std::string>> kept() const { return kept(folder_); }

 private:
  std::string folder_;
  pid_t pid_ = 0;
  int stdin_ = -1, port_ = 0;
};

}  // namespace rollbook::test
