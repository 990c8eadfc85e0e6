// The SFTP door from outside: OpenSSH's own client puts, resumes, lists, gets, renames and removes; whoever guesses is shut out; nobody leaves their folder.
#include "doors/server.h"

#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "bundle/zip_builder.h"
#include "doors/shut_out.h"
#include "doors/takers.h"
#include "runs/libssh.h"
#include "runs/relay.h"
#include "runs/school.h"
#include "store/events.h"

namespace rollbook::test {
namespace {
namespace fs = std::filesystem;
using namespace doors;

store::Actor const anna{"anna", "2026-09-01T08:00:00Z", "a test"};

std::string read_file(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class SftpDoor : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    if (runs::libssh() == nullptr) GTEST_SKIP() << "libssh is not installed";
    ::signal(SIGPIPE, SIG_IGN);
    add_source();
    add_source("hr");
    zones_ = *Zones::open(folder() + "/landing");
    for (auto const* const who : {"sis", "hr"}) {
      ASSERT_EQ(std::system(("ssh-keygen -q -t ed25519 -N '' -f " + folder() + "/" + who + ".key").c_str()), 0);
      ASSERT_TRUE(add_key(home_->operations(), source(who), read_file(folder() + "/" + who + ".key.pub"), anna).ok());
    }
    start();
  }
  void TearDown() override {
    server_.reset();
    zones_.reset();
    Runs::TearDown();
  }
  store::Source source(std::string const& name = "sis") { return *store::find_source(home_->operations(), district_, name); }
  void start() {
    server_.reset();
    ServerOptions options{.place = place_, .key = hub().key, .zones = zones_};
    options.now = [this] { return now_.load(); };
    options.log = [this](std::string const& line) { log_ += line + "\n"; };
    options.login_seconds = login_seconds_;
    options.idle_seconds = idle_seconds_;
    auto server = Server::start(options);
    ASSERT_TRUE(server.ok()) << server.trouble().text;
    server_ = std::move(*server);
  }

  struct Did {
    int status = 0;
    std::string said;
  };
  // What the client of OpenSSH does with these commands.
  Did sftp(std::string const& commands, std::string const& who = "sis", std::string const& user = "") {
    auto const script = folder() + "/commands", said = folder() + "/said";
    std::ofstream(script) << commands;
    auto const name = user.empty() ? account_of(home_->operations(), source(who).id)->name : user;
    auto const line = "sftp -q -b " + script + " -F none -oBatchMode=yes -oIdentitiesOnly=yes -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -i " +
                      folder() + "/" + who + ".key -P " + std::to_string(server_->port()) + " " + name + "@127.0.0.1 >" + said + " 2>&1";
    auto const status = std::system(line.c_str());
    return {WEXITSTATUS(status), read_file(said)};
  }
  // A client that shows a password. True when it is let in.
  bool with_password(std::string const& user, std::string const& password) {
    auto const& ssh = *runs::libssh();
    auto* const session = ssh.ssh_new();
    int port = server_->port(), no = 0;
    long timeout = 20;
    ssh.ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
    ssh.ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    ssh.ssh_options_set(session, SSH_OPTIONS_USER, user.c_str());
    ssh.ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &timeout);
    ssh.ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    bool const in = ssh.ssh_connect(session) == SSH_OK && ssh.ssh_userauth_password(session, nullptr, password.c_str()) == SSH_AUTH_SUCCESS;
    ssh.ssh_disconnect(session);
    ssh.ssh_free(session);
    return in;
  }
  std::vector<ZoneEntry> arrived(std::string const& who = "sis") { return (*zones_->of(source(who).id))->list(); }
  std::vector<std::int64_t> take(std::int64_t later = 0) {
    TakersOptions options{.place = place_, .key = hub().key, .zones = zones_};
    options.now = [&] { return static_cast<std::int64_t>(std::time(nullptr)) + later; };
    options.day_in = [](std::string const&, std::int64_t) { return 20260901; };
    return Takers::look(options, *home_, takings_, [](std::string const& what) { ADD_FAILURE() << what; });
  }
  std::string a_file(std::string const& name, std::string const& bytes) {
    std::ofstream(folder() + "/" + name, std::ios::binary) << bytes;
    return folder() + "/" + name;
  }

  std::shared_ptr<Zones> zones_;
  std::unique_ptr<Server> server_;
  std::map<std::int64_t, Taking> takings_;
  std::atomic<std::int64_t> now_{1'788'264'000};
  std::int64_t login_seconds_ = 60, idle_seconds_ = 600;
  std::string log_;
};
INSTANTIATE_TEST_SUITE_P(, SftpDoor, both_databases(), name_of_database);

TEST_P(SftpDoor, AZipIsPutAndBecomesARun) {
  auto const zip = zipped(two_schools(3).files());
  auto const did = sftp("put " + a_file("roster.zip", zip) + "\nls -l\n");
  EXPECT_EQ(did.status, 0) << did.said << log_;
  EXPECT_NE(did.said.find("roster.zip"), std::string::npos) << did.said;
  ASSERT_EQ(arrived().size(), 1u);
  EXPECT_TRUE(arrived("hr").empty());
  EXPECT_EQ(take().size(), 1u);
  auto h = hub();
  EXPECT_EQ((*runs::work_one(h, district_))->outcome, "applied");
  EXPECT_EQ(account_of(home_->operations(), source().id)->last_from, "127.0.0.1");
}

TEST_P(SftpDoor, FilesAreResumedReadRenamedAndRemoved) {
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>('a' + i % 23);
  auto const path = a_file("big.csv", bytes);
  auto const half = a_file("half", bytes.substr(0, 100'001));
  EXPECT_EQ(sftp("put " + half + " big.csv\n").status, 0);
  auto const resumed = sftp("reput " + path + " big.csv\nget big.csv " + folder() + "/back\nrename big.csv other.csv\nls\n");
  EXPECT_EQ(resumed.status, 0) << resumed.said;
  EXPECT_EQ(read_file(folder() + "/back"), bytes);
  ASSERT_EQ(arrived().size(), 1u);
  EXPECT_EQ(arrived()[0].name, "other.csv");
  EXPECT_EQ(arrived()[0].size, bytes.size());
  EXPECT_EQ(sftp("rm other.csv\n").status, 0);
  EXPECT_TRUE(arrived().empty());
}

TEST_P(SftpDoor, ThereIsNoWayOutOfTheFolder) {
  EXPECT_EQ(sftp("put " + a_file("own.csv", "x") + "\n", "hr").status, 0);
  auto const foreign = std::to_string(source("hr").id), to = folder() + "/stolen";
  std::vector<std::string> const ways{
      "get ../" + foreign + "/own.csv " + to,        "get /etc/passwd " + to,        "cd ..", "mkdir inner", "ln -s /etc/passwd link",
      "put " + folder() + "/own.csv ../outside.csv", "rename own.csv ../outside.csv"};
  for (auto const& command : ways) EXPECT_NE(sftp(command + "\n").status, 0) << command;
  EXPECT_FALSE(fs::exists(folder() + "/stolen"));
  EXPECT_FALSE(fs::exists(folder() + "/landing/files/outside.csv"));
  EXPECT_TRUE(arrived().empty());
}

TEST_P(SftpDoor, ThereIsNoShellAndNoForwarding) {
  auto const name = account_of(home_->operations(), source().id)->name;
  auto const ssh = "timeout 20 ssh -F none -oBatchMode=yes -oIdentitiesOnly=yes -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -i " + folder() +
                   "/sis.key -p " + std::to_string(server_->port()) + " " + name + "@127.0.0.1 ";
  EXPECT_NE(std::system((ssh + "echo inside >" + folder() + "/said 2>/dev/null").c_str()), 0);
  EXPECT_EQ(read_file(folder() + "/said"), "");
  EXPECT_NE(std::system((ssh + "-W 127.0.0.1:" + std::to_string(server_->port()) + " </dev/null >" + folder() + "/said 2>/dev/null").c_str()), 0);
  EXPECT_EQ(read_file(folder() + "/said"), "");
}

TEST_P(SftpDoor, APasswordIsMadeByRollbookAndIsGoodUntilTheNextOne) {
  auto const name = account_of(home_->operations(), source().id)->name;
  EXPECT_FALSE(with_password(name, ""));
  auto const first = *make_password(home_->operations(), source(), anna);
  EXPECT_GE(first.size(), 40u);
  EXPECT_TRUE(with_password(name, first));
  EXPECT_FALSE(with_password(account_of(home_->operations(), source("hr").id)->name, first)) << "it is of one account";
  auto const second = *make_password(home_->operations(), source(), anna);
  EXPECT_FALSE(with_password(name, first));
  EXPECT_TRUE(with_password(name, second));
  ASSERT_FALSE(end_password(home_->operations(), source(), anna));
  EXPECT_FALSE(with_password(name, second));
  EXPECT_FALSE(with_password(name, ""));
}

TEST_P(SftpDoor, WhoGuessesIsShutOutAlsoAfterARestartAndThatIsTold) {
  auto const name = account_of(home_->operations(), source().id)->name;
  auto const password = *make_password(home_->operations(), source(), anna);
  for (int i = 0; i < failures_of_address; ++i) EXPECT_FALSE(with_password(name, "wrong " + std::to_string(i)));
  EXPECT_FALSE(with_password(name, password)) << "not even with the right one";
  EXPECT_NE(sftp("ls\n").status, 0);
  start();
  EXPECT_FALSE(with_password(name, password)) << "after a restart, and on another node";
  ASSERT_EQ(shut_out_now(home_->operations(), now_).size(), 1u);
  EXPECT_EQ(shut_out_now(home_->operations(), now_)[0].subject, "127.0.0.1");
  auto const events = store::untold_events(home_->operations(), 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, store::EventKind::AccountBanned);
  EXPECT_EQ(events[0].source, source().id);
  EXPECT_NE(log_.find("127.0.0.1 is shut out"), std::string::npos);
  EXPECT_EQ(log_.find("wrong"), std::string::npos);
  now_ = now_ + shut_for + 1;
  EXPECT_TRUE(with_password(name, password)) << "an hour later";
}

// Each has a landing folder of its own; who they are, whom they know and whom they shut out is the same.
TEST_P(SftpDoor, TwoNodesHaveTheSameKeysAccountsAndBans) {
  auto const known = folder() + "/known";
  auto const meets = [&](std::string const& how) {
    auto const line = "sftp -q -b /dev/null -F none -oBatchMode=yes -oIdentitiesOnly=yes -oHostKeyAlias=rollbook -oStrictHostKeyChecking=" + how +
                      " -oUserKnownHostsFile=" + known + " -i " + folder() + "/sis.key -P " + std::to_string(server_->port()) + " " +
                      account_of(home_->operations(), source().id)->name + "@127.0.0.1 >/dev/null 2>&1";
    return std::system(line.c_str()) == 0;
  };
  ASSERT_TRUE(meets("accept-new"));
  auto const password = *make_password(home_->operations(), source(), anna);
  auto const name = account_of(home_->operations(), source().id)->name;
  auto first_zones = std::exchange(zones_, *Zones::open(folder() + "/landing of another"));
  auto first = std::exchange(server_, nullptr);
  start();
  EXPECT_TRUE(meets("yes")) << "the key that was taken up at the first";
  EXPECT_TRUE(with_password(name, password)) << "that was made at the first";
  std::swap(first, server_);
  for (int i = 0; i < failures_of_address; ++i) EXPECT_FALSE(with_password(name, "wrong " + std::to_string(i)));
  std::swap(first, server_);
  EXPECT_FALSE(with_password(name, password)) << "who was shut out there";
  EXPECT_FALSE(meets("yes"));
}

TEST_P(SftpDoor, AnAddressIsLetInAgainByTheOperator) {
  for (int i = 0; i < failures_of_address; ++i) EXPECT_FALSE(with_password("nobody", "wrong"));
  EXPECT_NE(sftp("ls\n").status, 0);
  EXPECT_TRUE(store::untold_events(home_->operations(), 10).empty()) << "names that nobody has wake nobody";
  EXPECT_TRUE(let_in_again(home_->operations(), "127.0.0.9", anna));
  EXPECT_FALSE(let_in_again(home_->operations(), "127.0.0.1", anna));
  EXPECT_EQ(sftp("ls\n").status, 0);
}

TEST_P(SftpDoor, OnlyAddressesThatAreAllowedMayCome) {
  ASSERT_FALSE(set_allowed(home_->operations(), source(), "192.0.2.0/24, 2001:db8::/32", anna));
  EXPECT_NE(sftp("ls\n").status, 0);
  EXPECT_EQ(sftp("ls\n", "hr").status, 0);
  EXPECT_TRUE(set_allowed(home_->operations(), source(), "everywhere else", anna));
  ASSERT_FALSE(set_allowed(home_->operations(), source(), "127.0.0.0/8", anna));
  EXPECT_EQ(sftp("ls\n").status, 0);
}

TEST_P(SftpDoor, AKeyThatWasRemovedIsGoodNoMoreAndASourceThatEndedHasNoAccount) {
  auto const keys = keys_of(home_->operations(), source().id);
  ASSERT_EQ(keys.size(), 1u);
  ASSERT_FALSE(remove_key(home_->operations(), source(), keys[0].fingerprint, anna));
  EXPECT_NE(sftp("ls\n").status, 0);
  home_->operations().run("UPDATE sources SET state = 'deactivated' WHERE id = ?", source("hr").id);
  EXPECT_NE(sftp("ls\n", "hr").status, 0);
}

TEST_P(SftpDoor, TheKeyOfTheServerStaysAndANewOneIsAnnounced) {
  auto const& operations = home_->operations();
  (void)operations;
  auto const before = host_keys_of(home_->operations(), "2026-09-01");
  ASSERT_EQ(before.size(), 2u);
  start();
  auto const same = host_keys_of(home_->operations(), "2026-09-01");
  EXPECT_EQ(same[0].fingerprint, before[0].fingerprint);
  ASSERT_FALSE(announce_host_keys(home_->operations(), hub().key, "2026-10-01", anna));
  EXPECT_EQ(host_keys_of(home_->operations(), "2026-09-30")[0].fingerprint, before[0].fingerprint);
  auto const coming = coming_host_keys(home_->operations(), "2026-09-30");
  ASSERT_EQ(coming.size(), 2u);
  EXPECT_EQ(host_keys_of(home_->operations(), "2026-10-01")[0].fingerprint, coming[0].fingerprint);
  EXPECT_NE(coming[0].fingerprint, before[0].fingerprint);
  auto const events = store::untold_events(home_->operations(), 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, store::EventKind::HostKey);
}

TEST_P(SftpDoor, WhoIsSilentIsSentAway) {
  login_seconds_ = 1;
  start();
  int const silent = connected(server_->port());
  ASSERT_GE(silent, 0);
  for (int i = 0; i < 200 && server_->connections() == 0; ++i) ::usleep(10'000);
  for (int i = 0; i < 1000 && server_->connections() > 0; ++i) ::usleep(10'000);
  EXPECT_EQ(server_->connections(), 0u);
  ::close(silent);
  EXPECT_EQ(sftp("ls\n").status, 0);
}

TEST_P(SftpDoor, WhatIsCutOffIsToldAndNeverRun) {
  auto const zip = zipped(two_schools(1500).files());
  ASSERT_GT(zip.size(), 20'000u);
  EXPECT_EQ(sftp("put " + a_file("roster.zip", zip) + "\n").status, 0);
  ASSERT_EQ(take().size(), 1u);
  auto const port = server_->port();
  {
    Relay relay(port, 1'000, 5'000 + zip.size() / 2);  // every connection breaks half-way
    auto const line = "timeout 30 sftp -q -b " + folder() +
                      "/commands -F none -oBatchMode=yes -oIdentitiesOnly=yes -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -i " + folder() +
                      "/sis.key -P " + std::to_string(relay.port) + " " + account_of(home_->operations(), source().id)->name + "@127.0.0.1 >/dev/null 2>&1";
    std::ofstream(folder() + "/commands") << "put " + folder() + "/roster.zip next.zip\n";
    EXPECT_NE(std::system(line.c_str()), 0);
  }
  for (int i = 0; i < 1000 && server_->connections() > 0; ++i) ::usleep(10'000);
  ASSERT_EQ(arrived().size(), 1u);
  EXPECT_TRUE(arrived()[0].unfinished);
  EXPECT_TRUE(take(86'400).empty()) << "a day later";
  auto const incomplete = incomplete_of(home_->operations(), source().id);
  ASSERT_EQ(incomplete.size(), 1u);
  EXPECT_EQ(incomplete[0].name, "next.zip");
  auto const events = store::untold_events(home_->operations(), 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, store::EventKind::DeliveryIncomplete);
  EXPECT_EQ(sftp("reput " + folder() + "/roster.zip next.zip\n").status, 0) << "it goes on where it broke off";
  EXPECT_EQ(take().size(), 1u);
  EXPECT_TRUE(take().empty());
  EXPECT_TRUE(incomplete_of(home_->operations(), source().id).empty());
}

TEST_P(SftpDoor, OneProcessHasALandingFolder) {
  auto const second = Zones::open(folder() + "/landing");
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.trouble().text.find("Another process has the landing folder"), std::string::npos);
}

TEST(PublicKeys, AreReadAsPeoplePasteThemAndRefusedWithAReason) {
  auto const why = [](std::string const& line) {
    auto const key = read_public_key(line);
    return key ? "" : key.trouble().text;
  };
  auto const good = read_public_key("  ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvcnR5IHR3byBieXRlcyBvZiBub3RoaW5nIGF0IGFs sis export\n");
  ASSERT_TRUE(good.ok()) << good.trouble().text;
  EXPECT_EQ(good->comment, "sis export");
  EXPECT_TRUE(good->fingerprint.starts_with("SHA256:"));
  EXPECT_NE(why("").find("There is no key."), std::string::npos);
  EXPECT_NE(why("-----BEGIN OPENSSH PRIVATE KEY-----\nabc").find("This is a private key"), std::string::npos);
  EXPECT_NE(why("ssh-dss AAAA x").find("too weak"), std::string::npos);
  EXPECT_NE(why("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZv").find("damaged"), std::string::npos);
  EXPECT_NE(why("ssh-ed25519 ???").find("damaged"), std::string::npos);
  EXPECT_NE(why("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGZvcnR5IHR3byBieXRlcyBvZiBub3RoaW5nIGF0IGFs").find("damaged"), std::string::npos) << "another kind inside";
  EXPECT_NE(why("hello").find("no Ed25519, RSA or ECDSA"), std::string::npos);
}

}  // namespace
}  // namespace rollbook::test
