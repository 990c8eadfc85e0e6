// A district whose nights were long ago, for tests of what is let go when it is old.
#pragma once

#include <fstream>
#include <iterator>

#include "runs/retention.h"
#include "runs/school.h"

namespace rollbook::test {

class OldRuns : public Runs {
 protected:
  void keep(store::Kept what, std::int64_t days) { ASSERT_FALSE(store::set_days_kept(home_->operations(), district_, what, days, {"anna", at_})); }
  // The nights before today were so long ago; files that lie there have lain there as long.
  void grow_old(std::string const& moment = "2025-01-01T02:00:00Z") {
    home_->operations().run("UPDATE runs SET created = ?", moment);
    (*home_->roster(district_.id))->run("UPDATE revisions SET at = ?", moment);
    std::error_code error;
    if (!data_folder_.empty())
      for (auto const& entry : std::filesystem::recursive_directory_iterator(data_folder_))
        if (entry.is_regular_file())
          std::filesystem::last_write_time(entry.path(), std::filesystem::file_time_type::clock::now() - std::chrono::hours(48), error);
  }
  std::vector<runs::LetGo> let_go() {
    auto h = hub();
    h.actor.at = at_;
    auto gone = runs::let_go_what_is_old(h, district_, true);
    EXPECT_TRUE(gone.ok()) << gone.trouble().text;
    return gone ? *gone : std::vector<runs::LetGo>();
  }
  std::size_t vault_files() {
    if (data_folder_.empty()) {
      auto const roster = home_->roster(district_.id);
      auto row = (*roster)->prepare("SELECT count(DISTINCT name) FROM vault_pieces");
      return row->step() ? static_cast<std::size_t>(row->integer(0)) : 99;
    }
    std::size_t files = 0;
    for (std::string const shelf : {"vault", "unpacked"})
      if (std::filesystem::exists(std::filesystem::path(data_folder_) / "districts" / "1" / shelf))
        for (auto const& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(data_folder_) / "districts" / "1" / shelf))
          files += entry.is_regular_file();
    return files;
  }
  std::int64_t rows(std::string const& table) {
    auto const roster = home_->roster(district_.id);
    auto row = (*roster)->prepare("SELECT count(*) FROM " + table);
    return row->step() ? row->integer(0) : -1;
  }
  // Files of the data folder with these bytes in them.
  std::vector<std::string> files_with(std::string const& canary) {
    std::vector<std::string> found;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(data_folder_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::string const bytes((std::istreambuf_iterator<char>(in)), {});
      if (bytes.find(canary) != std::string::npos) found.push_back(entry.path().filename().string());
    }
    return found;
  }
  std::string at_ = "2026-09-01T03:00:00Z";
};

}  // namespace rollbook::test
