// A folder that somebody else's server fills: the same is taken as by SFTP, once, and nothing that lies elsewhere.
#include "doors/watched.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "bundle/zip_builder.h"
#include "doors/folders.h"
#include "doors/takers.h"
#include "runs/school.h"
#include "store/events.h"

namespace rollbook::test {
namespace {
namespace fs = std::filesystem;
using namespace doors;

store::Actor const olga{"olga", "2026-09-01T08:00:00Z", "a test"};

class WatchedFolders : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source();
    watched_ = folder() + "/incoming";
    fs::create_directory(watched_);
    auto const trouble = watch_folder(home_->operations(), source(), watched_, "", olga);
    ASSERT_FALSE(trouble) << trouble->text;
    restart();
  }
  // As another process: nothing is remembered but what is on the disk and in the database.
  void restart() {
    takings_.clear();
    zones_.reset();
    zones_ = *Zones::open(folder() + "/landing");
  }
  store::Source source() { return *store::find_source(home_->operations(), district_, "sis"); }
  void put(std::string const& name, std::string_view bytes) const { std::ofstream(watched_ + "/" + name, std::ios::binary) << bytes; }
  // `later`: seconds from now.
  std::vector<std::int64_t> take(std::int64_t later = 20) {
    TakersOptions options{.place = place_, .key = hub().key, .zones = zones_};
    options.watch_folders = true;
    options.now = [this] { return static_cast<std::int64_t>(std::time(nullptr)) + later_; };
    later_ = later;
    options.day_in = [](std::string const&, std::int64_t) { return 20260901; };
    complaints_.clear();
    return Takers::look(options, *home_, takings_, [this](std::string const& what) { complaints_ += what + "\n"; });
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (auto const& entry : fs::directory_iterator(watched_)) all.push_back(entry.path().filename().string());
    std::sort(all.begin(), all.end());
    return all;
  }
  std::size_t runs() { return store::list_runs(home_->operations(), district_.id).size(); }
  std::string work_one() {
    auto h = hub();
    auto const answer = runs::work_one(h, district_);
    return answer && *answer ? (*answer)->outcome : "none";
  }

  std::string watched_, complaints_;
  std::shared_ptr<Zones> zones_;
  std::map<std::int64_t, Taking> takings_;
  std::atomic<std::int64_t> later_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, WatchedFolders, both_databases(), name_of_database);

TEST_P(WatchedFolders, AWholeZipBecomesARunAndLeavesTheFolder) {
  put("roster.zip", zipped(two_schools(3).files()));
  EXPECT_TRUE(take(0).empty()) << "it came a moment ago";
  EXPECT_EQ(take().size(), 1u) << complaints_;
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(take().empty());
  EXPECT_EQ(runs(), 1u);
  EXPECT_EQ(work_one(), "applied");
}

TEST_P(WatchedFolders, LooseFilesWaitForQuietWhateverTheirSenderSaysOfTheirAge) {
  for (auto const& [name, bytes] : two_schools(3).files()) {
    put(name, bytes);
    fs::last_write_time(watched_ + "/" + name, fs::file_time_type::clock::now() - std::chrono::hours(48));
  }
  EXPECT_TRUE(take().empty());
  EXPECT_EQ(take(320).size(), 1u);
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(work_one(), "applied");
}

TEST_P(WatchedFolders, AMarkerEndsTheWaiting) {
  set("sis", {{"landing-marker", "done.txt"}});
  for (auto const& [name, bytes] : two_schools(3).files()) put(name, bytes);
  EXPECT_TRUE(take(86'400).empty());
  put("done.txt", "");
  EXPECT_EQ(take().size(), 1u);
  EXPECT_TRUE(names().empty());
}

TEST_P(WatchedFolders, WhatHasStoppedHalfWayIsToldAndStaysUntilTheRestComes) {
  auto const zip = zipped(two_schools(300).files());
  put("roster.zip", std::string_view(zip).substr(0, zip.size() / 2));
  put("other.zip.part", "half");
  put("notes.txt", "no delivery");
  EXPECT_TRUE(take(400).empty());
  auto const incomplete = incomplete_of(home_->operations(), source().id);
  ASSERT_EQ(incomplete.size(), 2u);
  EXPECT_EQ(incomplete[1].name, "roster.zip");
  EXPECT_EQ(incomplete[1].bytes, zip.size() / 2);
  EXPECT_FALSE(store::untold_events(home_->operations(), 10).empty());
  EXPECT_EQ(names().size(), 3u);
  std::ofstream(watched_ + "/roster.zip", std::ios::binary | std::ios::app) << zip.substr(zip.size() / 2);
  EXPECT_EQ(take().size(), 1u);
  EXPECT_EQ(names(), (std::vector<std::string>{"notes.txt", "other.zip.part"}));
}

TEST_P(WatchedFolders, NoLinkIsFollowedAndNoPipeWaitedFor) {
  auto const outside = folder() + "/outside.zip";
  std::ofstream(outside, std::ios::binary) << zipped(two_schools(3).files());
  fs::create_symlink(outside, watched_ + "/soft.zip");
  fs::create_hard_link(outside, watched_ + "/hard.zip");
  fs::create_directory(watched_ + "/folder.zip");
  ASSERT_EQ(::mkfifo((watched_ + "/pipe.zip").c_str(), 0600), 0);
  fs::create_directory_symlink(folder(), watched_ + "/.rollbook-x");
  EXPECT_TRUE(take(86'400).empty());
  EXPECT_TRUE(fs::exists(outside));
  EXPECT_TRUE(fs::exists(folder() + "/landing"));
  EXPECT_EQ(names().size(), 5u);
}

TEST_P(WatchedFolders, WhatCannotBeRemovedIsNotTakenAndThatIsTold) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  put("roster.zip", zipped(two_schools(3).files()));
  ::chmod(watched_.c_str(), 0500);
  EXPECT_TRUE(take().empty());
  EXPECT_NE(complaints_.find("cannot be written to"), std::string::npos);
  EXPECT_NE(folder_of(home_->operations(), source().id)->trouble.find("cannot be written to"), std::string::npos);
  ::chmod(watched_.c_str(), 0700);
  EXPECT_EQ(take().size(), 1u);
  EXPECT_EQ(folder_of(home_->operations(), source().id)->trouble, "");
}

TEST_P(WatchedFolders, AFolderThatIsGoneIsToldAndTakenFromWhenItIsBack) {
  fs::rename(watched_, watched_ + "-away");
  EXPECT_TRUE(take().empty());
  EXPECT_NE(folder_of(home_->operations(), source().id)->trouble.find("cannot be read"), std::string::npos);
  fs::rename(watched_ + "-away", watched_);
  put("roster.zip", zipped(two_schools(3).files()));
  EXPECT_EQ(take().size(), 1u);
  EXPECT_EQ(folder_of(home_->operations(), source().id)->trouble, "");
}

// Whoever dies leaves the delivery set aside in the folder: it goes back when it was not taken, and goes when it was.
TEST_P(WatchedFolders, WhoDiesWhileTakingNeitherLosesItNorTakesItTwice) {
  auto const zip = zipped(two_schools(3).files());
  auto const taken = folder() + "/landing/beside/" + std::to_string(source().id) + "/folder/taken";
  EXPECT_TRUE(take().empty());
  fs::create_directories(watched_ + "/.rollbook-early");
  std::ofstream(watched_ + "/.rollbook-early/roster.zip", std::ios::binary) << zip;
  fs::create_directories(taken + "/early.half");
  std::ofstream(taken + "/early.half/roster.zip", std::ios::binary) << zip.substr(0, 100);
  restart();
  EXPECT_EQ(take().size(), 1u);
  EXPECT_TRUE(names().empty());

  fs::create_directories(watched_ + "/.rollbook-late");
  std::ofstream(watched_ + "/.rollbook-late/roster.zip", std::ios::binary) << zip;
  fs::create_directories(taken + "/late");
  std::ofstream(taken + "/late/roster.zip", std::ios::binary) << zip;
  restart();
  EXPECT_EQ(take().size(), 1u);
  EXPECT_TRUE(take().empty());
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(fs::is_empty(taken));
}

TEST_P(WatchedFolders, WhereverTheDatabaseFailsADeliveryIsTakenOnce) {
  auto const zip = zipped(two_schools(3).files());
  EXPECT_TRUE(take().empty());
  for (int nth = 1;; ++nth) {
    ASSERT_LT(nth, 300);
    put("roster.zip", zip);
    auto const before = runs();
    int left = nth;
    home_->operations().fault = [&]() -> std::optional<Trouble> {
      if (--left == 0) return Trouble{"a fault"};
      return std::nullopt;
    };
    take();
    home_->operations().fault = {};
    reopen();
    restart();
    take();
    EXPECT_EQ(runs(), before + 1) << "statement " << nth;
    EXPECT_TRUE(names().empty()) << "statement " << nth;
    if (left > 0) break;
  }
}

TEST_P(WatchedFolders, AreNamedByTheirOwnPathOutsideOfRollbooksFolderAndForOneSource) {
  add_source("hr");
  auto const hr = *store::find_source(home_->operations(), district_, "hr");
  auto const why = [&](std::string const& path) {
    auto const trouble = watch_folder(home_->operations(), hr, path, folder() + "/landing", olga);
    return trouble ? trouble->text : "";
  };
  fs::create_directory_symlink(watched_, folder() + "/link");
  fs::create_directory(folder() + "/second");
  EXPECT_NE(why("incoming").find("begins with a slash"), std::string::npos);
  EXPECT_NE(why(folder() + "/nowhere").find("There is no folder"), std::string::npos);
  EXPECT_NE(why(folder() + "/link").find("No link is followed"), std::string::npos);
  EXPECT_NE(why(folder() + "/second/../second").find("No link is followed"), std::string::npos);
  EXPECT_NE(why(folder() + "/landing").find("Rollbook's own folder"), std::string::npos);
  EXPECT_NE(why(folder() + "/landing/files").find("Rollbook's own folder"), std::string::npos);
  EXPECT_NE(why("/").find("is not watched"), std::string::npos);
  EXPECT_NE(why(watched_).find("for another source"), std::string::npos);
  EXPECT_EQ(why(folder() + "/second/"), "");
  EXPECT_EQ(folder_of(home_->operations(), hr.id)->path, folder() + "/second");
  ASSERT_FALSE(watch_no_folder(home_->operations(), source(), olga));
  EXPECT_TRUE(watch_no_folder(home_->operations(), source(), olga));
  put("roster.zip", zipped(two_schools(3).files()));
  EXPECT_TRUE(take(86'400).empty());
  EXPECT_EQ(names().size(), 1u);
}

}  // namespace
}  // namespace rollbook::test
