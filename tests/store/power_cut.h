// A disk for SQLite that loses its power, or has no room left, at a chosen moment.
//
// Everything that SQLite does to its files goes through here and on to the real disk. What is written stands in memory until it is synced. When the power
// is cut, nothing works any more; afterwards the files are made anew: all that was synced, and of what was not, some writes, some not, and some in part, in
// sectors of 512 bytes. The name of a new file, and the deletion of one, are as uncertain until their folder is synced.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace rollbook::test {

// As long as it lives, it is where SQLite keeps its files.
class PowerCut {
 public:
  PowerCut();
  PowerCut(PowerCut const&) = delete;
  PowerCut& operator=(PowerCut const&) = delete;
  ~PowerCut();

  // The n-th write, truncation, sync or deletion from now on is the last that begins.
  void cut_at(int n);
  // From the n-th write on there is no room.
  void full_at(int n);
  bool happened() const { return happened_; }
  // There is power, and room, again. Nothing may have a file open.
  void come_back(std::uint64_t seed);
  void make_room();

  struct Change {
    std::int64_t at = 0;  // of bytes, or the new size
    std::string bytes;
    bool truncates = false;
  };
  struct File {
    std::string synced;
    std::vector<Change> since;
    bool sqlite_syncs_its_folder = false;  // journals and logs, with their first sync
  };
  enum class Step { GoesOn, IsTheLast, CannotBe, HasNoRoom };

  Step step(bool needs_room);
  std::shared_ptr<File> open(std::string const& path, bool is_journal);
  void changed(File& file, Change change);
  void synced(File& file);
  void deleted(std::string const& path, bool sync_folder);
  bool is_off();

 private:
  void sync_folder_of(std::string const& path);
  std::string what_is_left(File const& file, std::mt19937_64& random) const;

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<File>> now_, durable_;  // by path
  int steps_ = 0, cut_at_ = 0, writes_ = 0, full_at_ = 0;
  bool happened_ = false, off_ = false;
};

}  // namespace rollbook::test
