#include "store/only_synced.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

namespace rollbook::test {
namespace {
namespace fs = std::filesystem;

struct Entry {
  ino_t node = 0;
  bool is_folder = false;
};

std::mutex mutex;
bool noting = false;
std::map<ino_t, std::string> contents;
std::map<ino_t, std::map<std::string, Entry>> folders;
std::map<ino_t, int> held;  // open, so that no other file gets the same number

void note_synced(int file) {
  std::lock_guard const lock(mutex);
  struct stat about {};
  if (!noting || ::fstat(file, &about) != 0) return;
  if (held.count(about.st_ino) == 0) held[about.st_ino] = ::dup(file);
  auto const path = "/proc/self/fd/" + std::to_string(file);
  if (S_ISDIR(about.st_mode)) {
    auto& entries = folders[about.st_ino];
    entries.clear();
    for (auto const& one : fs::directory_iterator(path)) {
      struct stat of_entry {};
      if (::lstat(one.path().c_str(), &of_entry) == 0) entries[one.path().filename().string()] = {of_entry.st_ino, S_ISDIR(of_entry.st_mode)};
    }
    return;
  }
  auto& bytes = contents[about.st_ino];
  bytes.resize(static_cast<std::size_t>(about.st_size));
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void rebuild(ino_t folder, fs::path const& to) {
  fs::create_directories(to);
  for (auto const& [name, entry] : folders[folder]) {
    if (entry.is_folder) {
      rebuild(entry.node, to / name);
      continue;
    }
    std::ofstream(to / name, std::ios::binary) << contents[entry.node];
    fs::permissions(to / name, fs::perms::owner_read | fs::perms::owner_write);
  }
}

}  // namespace

void note_what_is_synced() {
  std::lock_guard const lock(mutex);
  noting = true;
}

void stop_noting() {
  std::lock_guard const lock(mutex);
  noting = false;
  for (auto const& [node, file] : held) ::close(file);
  held.clear(), contents.clear(), folders.clear();
}

void rebuild_what_was_synced(std::string const& folder, std::string const& to) {
  std::lock_guard const lock(mutex);
  struct stat about {};
  if (::stat(folder.c_str(), &about) == 0) rebuild(about.st_ino, to);
}

}  // namespace rollbook::test

extern "C" {
int __real_fsync(int file);
int __real_fdatasync(int file);
int __wrap_fsync(int file) {
  rollbook::test::note_synced(file);
  return __real_fsync(file);
}
int __wrap_fdatasync(int file) {
  rollbook::test::note_synced(file);
  return __real_fdatasync(file);
}
}
