// What a session of SFTP does to its zone, packet by packet; and what a client that goes away leaves behind.
#include "doors/session.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "doors/packets.h"

namespace rollbook::test {
namespace {
namespace fs = std::filesystem;
using namespace doors;

constexpr std::uint32_t put_flags = open_write | open_create | open_truncate;

class SessionTest : public testing::Test {
 protected:
  void SetUp() override {
    char made[] = "/tmp/rollbook-test-XXXXXX";
    folder_ = ::mkdtemp(made);
    open_zone();
  }
  void TearDown() override { fs::remove_all(folder_); }

  // As after a restart: nothing is remembered but what is on the disk.
  void open_zone(Quota quota = {}) {
    session_.reset();
    zone_.reset();
    auto zone = Zone::open(folder_ + "/files", folder_ + "/beside", quota);
    ASSERT_TRUE(zone.ok()) << (zone ? "" : zone.trouble().text);
    zone_ = *zone;
    connect();
  }
  void connect() {
    session_ = std::make_unique<Session>(zone_);
    session_->take(hello());
    std::string out;
    while (session_->answer_next(out)) {
    }
  }
  std::vector<Reply> all(std::string_view packets) {
    std::string out;
    session_->take(packets);
    while (session_->answer_next(out)) {
    }
    return replies_in(out);
  }
  Reply one(std::string_view packet) {
    auto const replies = all(packet);
    EXPECT_EQ(replies.size(), 1u);
    return replies.empty() ? Reply{} : replies.front();
  }
  Status status(std::string_view packet) {
    auto const reply = one(packet);
    EXPECT_EQ(reply.kind, 101);
    return static_cast<Status>(reply.code);
  }
  std::string opened(std::string_view name, std::uint32_t flags) { return one(asks_open(1, name, flags)).body; }
  Status put(std::string_view name, std::string_view bytes) {
    auto const handle = opened(name, put_flags);
    if (handle.empty()) return Status::Failure;
    for (std::size_t at = 0; at < bytes.size(); at += 1000)
      if (auto const said = status(asks_write(2, handle, at, bytes.substr(at, 1000))); said != Status::Ok) return said;
    return status(asks_close(3, handle));
  }
  std::string content(std::string const& name) {
    std::ifstream in(folder_ + "/files/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string take_out(std::vector<std::string> const& names) {
    std::vector<ZoneEntry> files;
    for (auto const& name : names) files.push_back(zone_->look(name).value_or(ZoneEntry{name, 1, 1, false}));
    return zone_->take_out(files);
  }
  bool unfinished(std::string_view name) {
    auto const entry = zone_->look(name);
    return entry && entry->unfinished;
  }

  std::string folder_;
  std::shared_ptr<Zone> zone_;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionTest, AFileIsPutListedReadRenamedAndRemoved) {
  EXPECT_EQ(put("roster.zip.part", "hello"), Status::Ok);
  EXPECT_EQ(status(asks_rename(1, "roster.zip.part", "/roster.zip")), Status::Ok);
  EXPECT_EQ(content("roster.zip"), "hello");
  auto const handle = opened("./roster.zip", open_read);
  EXPECT_EQ(one(asks_read(2, handle, 1, 3)).body, "ell");
  EXPECT_EQ(status(asks_read(2, handle, 5, 3)), Status::End);
  EXPECT_EQ(status(asks_close(3, handle)), Status::Ok);
  auto const folder = one(asks_of(11, 4, "/")).body;
  auto const names = one(packet(12, number(5) + text(folder)));
  EXPECT_EQ(names.code, 1u);
  EXPECT_NE(names.body.find("roster.zip"), std::string::npos);
  EXPECT_EQ(status(packet(12, number(6) + text(folder))), Status::End);
  EXPECT_EQ(status(asks_of(13, 7, "roster.zip")), Status::Ok);
  EXPECT_EQ(status(asks_of(17, 8, "roster.zip")), Status::NotThere);
}

TEST_F(SessionTest, RequestsThatDoNotWaitAreDoneInTheirOrder) {
  std::string packets = asks_open(1, "users.csv", put_flags), wanted;
  for (std::uint32_t i = 0; i < 200; ++i) {
    auto const piece = std::string(500, static_cast<char>('a' + i % 26));
    packets += asks_write(2 + i, "h1", wanted.size(), piece);
    wanted += piece;
  }
  auto const replies = all(packets + asks_close(999, "h1"));
  ASSERT_EQ(replies.size(), 202u);
  for (std::uint32_t i = 1; i < 202; ++i) EXPECT_EQ(replies[i].code, 0u);
  EXPECT_EQ(content("users.csv"), wanted);
}

TEST_F(SessionTest, AnUploadGoesOnWhereItBroke) {
  auto const first = opened("a.zip", put_flags);
  EXPECT_EQ(status(asks_write(1, first, 0, "hello ")), Status::Ok);
  connect();
  EXPECT_TRUE(unfinished("a.zip"));
  auto const second = opened("a.zip", open_write | open_create | open_append);
  EXPECT_EQ(status(asks_write(1, second, 0, "world")), Status::Ok);  // appended, whatever offset a client believes in
  EXPECT_EQ(status(asks_close(2, second)), Status::Ok);
  EXPECT_FALSE(unfinished("a.zip"));
  EXPECT_EQ(content("a.zip"), "hello world");
}

TEST_F(SessionTest, WhatWasNotClosedIsUnfinishedAlsoAfterARestartAndARename) {
  auto const handle = opened("users.csv", put_flags);
  EXPECT_EQ(status(asks_write(1, handle, 0, "sourcedId")), Status::Ok);
  EXPECT_TRUE(unfinished("users.csv"));
  open_zone();
  EXPECT_TRUE(unfinished("users.csv"));
  EXPECT_EQ(status(asks_rename(1, "users.csv", "people.csv")), Status::Ok);
  EXPECT_TRUE(unfinished("people.csv"));
  EXPECT_EQ(put("users.csv", "sourcedId"), Status::Ok);
  EXPECT_FALSE(unfinished("users.csv"));
  EXPECT_EQ(put("people.csv", "sourcedId"), Status::Ok);
  EXPECT_FALSE(unfinished("people.csv"));
}

TEST_F(SessionTest, ARefusedOpenLeavesAnUnfinishedFileUnfinished) {
  opened("a.zip", put_flags);
  connect();
  EXPECT_EQ(one(asks_open(1, "a.zip", open_write | open_create | open_exclusive)).kind, 101);
  EXPECT_TRUE(unfinished("a.zip"));
}

TEST_F(SessionTest, NoPathLeadsOut) {
  std::ofstream(folder_ + "/secret") << "of others";
  fs::create_symlink(folder_ + "/secret", folder_ + "/files/link");
  fs::create_directory_symlink("/etc", folder_ + "/files/etc");
  ASSERT_EQ(::mkfifo((folder_ + "/files/pipe").c_str(), 0600), 0);
  for (std::string const path : {"../secret", "/../secret", "..", "a/../../secret", "etc/passwd", "/etc/passwd", "//..//secret", ".\\..\\secret", "a\nb",
                                 "link", "etc", "pipe", "", "./..", "../beside/unfinished/x"}) {
    for (auto const flags : {open_read, put_flags, open_write | open_append}) EXPECT_EQ(one(asks_open(1, path, flags)).kind, 101) << path;
    EXPECT_NE(status(asks_of(13, 2, path)), Status::Ok) << path;
    EXPECT_NE(status(asks_rename(3, path, "mine")), Status::Ok) << path;
  }
  EXPECT_EQ(one(asks_open(1, std::string("a\0b", 3), put_flags)).kind, 101);
  EXPECT_EQ(put(std::string(255, 'n'), "x"), Status::Ok);
  EXPECT_NE(put(std::string(256, 'n'), "x"), Status::Ok);
  EXPECT_NE(status(asks_rename(1, std::string(255, 'n'), "../mine")), Status::Ok);
  EXPECT_EQ(status(asks_of(14, 1, "folder")), Status::BadMessage);  // mkdir without its attributes
  EXPECT_EQ(status(packet(14, number(1) + text("folder") + number(0))), Status::Denied);
  EXPECT_EQ(status(packet(20, number(1) + text("/etc/passwd") + text("mine"))), Status::Denied);
  std::ifstream in(folder_ + "/secret");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "of others");
  EXPECT_FALSE(fs::exists("/tmp/mine"));
  auto const listed = zone_->list();
  ASSERT_EQ(listed.size(), 1u);  // neither links nor pipes
  EXPECT_EQ(listed[0].name.size(), 255u);
}

TEST_F(SessionTest, RenameReplacesOnlyWhenAskedTo) {
  EXPECT_EQ(put("a", "new"), Status::Ok);
  EXPECT_EQ(put("b", "old"), Status::Ok);
  EXPECT_EQ(status(asks_rename(1, "a", "b")), Status::Failure);
  EXPECT_EQ(content("b"), "old");
  EXPECT_EQ(status(asks_rename(1, "a", "b", true)), Status::Ok);
  EXPECT_EQ(content("b"), "new");
}

TEST_F(SessionTest, AQuotaHoldsInBytesAndFiles) {
  open_zone({.bytes = 10'000, .files = 3});
  EXPECT_EQ(put("a", std::string(6'000, 'a')), Status::Ok);
  EXPECT_EQ(put("b", std::string(6'000, 'b')), Status::Failure);
  EXPECT_LE(fs::file_size(folder_ + "/files/b"), 4'000u);
  connect();  // the client has gone, and comes again
  EXPECT_EQ(put("b", std::string(4'000, 'b')), Status::Ok);
  EXPECT_EQ(put("c", ""), Status::Ok);
  EXPECT_EQ(put("d", ""), Status::Failure);
  auto const handle = opened("c", open_write);
  EXPECT_EQ(status(asks_write(1, handle, std::uint64_t{1} << 62, "x")), Status::Failure);  // holes weigh what they pretend to
  EXPECT_EQ(status(asks_write(1, handle, ~std::uint64_t{0}, "x")), Status::Failure);
  EXPECT_EQ(status(asks_close(2, handle)), Status::Failure);
  EXPECT_TRUE(unfinished("c"));  // something of it was refused
}

TEST_F(SessionTest, TimesAreToleratedAndNotBelieved) {
  EXPECT_EQ(put("a", "abc"), Status::Ok);
  auto const before = zone_->look("a")->modified;
  EXPECT_EQ(status(packet(9, number(1) + text("a") + number(12) + number(0100644) + number(1) + number(1))), Status::Ok);
  EXPECT_EQ(zone_->look("a")->modified, before);
  EXPECT_EQ(status(packet(9, number(1) + text("a") + number(1) + long_number(1))), Status::Ok);
  EXPECT_EQ(content("a"), "a");
  EXPECT_EQ(status(packet(9, number(1) + text("a") + number(1) + long_number(1 << 30))), Status::Failure);
}

TEST_F(SessionTest, HandlesAreFewAndForgotten) {
  for (std::size_t i = 0; i < Session::most_handles; ++i) EXPECT_EQ(one(asks_of(11, 1, "/")).kind, 102);
  EXPECT_EQ(one(asks_of(11, 1, "/")).kind, 101);
  EXPECT_EQ(one(asks_open(1, "a", put_flags)).kind, 101);
  EXPECT_EQ(status(asks_close(1, "h1")), Status::Ok);
  EXPECT_EQ(status(asks_close(1, "h1")), Status::Failure);
  EXPECT_EQ(status(asks_write(1, "h1", 0, "x")), Status::Failure);
  EXPECT_EQ(status(asks_read(1, "h2", 0, 9)), Status::Failure);  // a folder is no file
}

TEST_F(SessionTest, AFileHasOneWriter) {
  opened("a", put_flags);
  EXPECT_EQ(one(asks_open(1, "a", put_flags)).kind, 101);
  EXPECT_EQ(status(asks_of(13, 1, "a")), Status::Failure);
  EXPECT_EQ(status(asks_rename(1, "a", "b")), Status::Failure);
}

TEST_F(SessionTest, WhoeverDoesNotSpeakSftpIsNotListenedTo) {
  Session stranger(zone_);
  std::string out;
  stranger.take("GET / HTTP/1.1\r\n\r\n");
  EXPECT_FALSE(stranger.answer_next(out));
  EXPECT_TRUE(stranger.is_broken());
  Session hasty(zone_);
  hasty.take(asks_open(1, "a", put_flags));
  EXPECT_FALSE(hasty.answer_next(out));
  EXPECT_TRUE(hasty.is_broken());
  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(zone_->list().empty());
}

// A zip is mapped while it is looked at; whoever could shorten it then would end the server.
TEST_F(SessionTest, WhatIsBeingReadIsNotShortened) {
  EXPECT_EQ(put("a.zip", "a whole file"), Status::Ok);
  auto const held = zone_->hold(*zone_->look("a.zip"));
  ASSERT_TRUE(held);
  auto const content_held = [&] {
    std::ifstream in(held->path());
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_EQ(put("a.zip", "new"), Status::Ok);
  EXPECT_EQ(content("a.zip"), "new");
  EXPECT_EQ(content_held(), "a whole file");
  auto const again = zone_->hold(*zone_->look("a.zip"));
  EXPECT_EQ(zone_->rename("a.zip", "b.zip", true), ZoneSays::Ok);
  auto opened = zone_->write("b.zip", {.create = false, .fresh = false, .how = Writing::GoOn});
  ASSERT_EQ(opened.said, ZoneSays::Ok);
  EXPECT_EQ(opened.file->cut(0), ZoneSays::InUse) << "under another name, too";
}

TEST_F(SessionTest, FilesAreTakenOutTogetherOrNotAtAll) {
  EXPECT_EQ(put("a", "1"), Status::Ok);
  EXPECT_EQ(put("b", "2"), Status::Ok);
  opened("c", put_flags);
  EXPECT_EQ(take_out({"a", "b", "c"}), "");
  EXPECT_EQ(take_out({"a", "gone"}), "");
  auto old = *zone_->look("a");
  ++old.modified;
  EXPECT_EQ(zone_->take_out({old}), "");  // it is not what was looked at
  auto const taken = take_out({"a", "b"});
  ASSERT_NE(taken, "");
  EXPECT_EQ(zone_->taken_out(), std::vector<std::string>{taken});
  EXPECT_TRUE(fs::exists(zone_->path_of_taken(taken) + "/a"));
  EXPECT_EQ(zone_->list().size(), 1u);
  EXPECT_EQ(zone_->forget_taken(taken), ZoneSays::Ok);
  EXPECT_TRUE(zone_->taken_out().empty());
}

TEST_F(SessionTest, WhoDiesWhileTakingGivesBackWhatWasTaken) {
  fs::create_directories(folder_ + "/beside/taken/xyz.half");
  std::ofstream(folder_ + "/beside/taken/xyz.half/a") << "old";
  std::ofstream(folder_ + "/beside/taken/xyz.half/b") << "old";
  EXPECT_EQ(put("a", "new"), Status::Ok);
  open_zone();
  EXPECT_EQ(content("a"), "new");  // sent again meanwhile
  EXPECT_EQ(content("b"), "old");
  EXPECT_TRUE(zone_->taken_out().empty());
  EXPECT_TRUE(fs::is_empty(folder_ + "/beside/taken"));
}

// Whatever bytes come, nothing outside the zone changes, and memory stays flat.
TEST_F(SessionTest, NoiseDoesNoHarm) {
  std::mt19937 random(11);
  for (int i = 0; i < 300; ++i) {
    connect();
    for (int k = 0; k < 50; ++k) {
      std::string body;
      for (auto n = random() % 60; n > 0; --n) body += static_cast<char>(random() % 3 ? random() % 8 : random());
      all(packet(static_cast<int>(random() % 22), body));
    }
  }
  std::size_t things = 0;
  for (auto const& entry : fs::directory_iterator(folder_)) things += entry.path() != folder_ + "/files" && entry.path() != folder_ + "/beside";
  EXPECT_EQ(things, 0u);
}

}  // namespace
}  // namespace rollbook::test
