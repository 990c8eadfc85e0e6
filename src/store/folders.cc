#include "store/folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>

namespace rollbook::store {

std::optional<Trouble> make_folder(std::string const& path) {
  std::error_code error;
  if (path.empty() || std::filesystem::is_directory(path, error)) return std::nullopt;
  auto const folder = std::filesystem::path(path), above = folder.parent_path();
  if (folder.filename().empty()) return make_folder(above.string());  // a slash at the end
  if (auto trouble = make_folder(above.string())) return trouble;
  if ((::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) || !sync_folder(above.string()))
    return Trouble{"Cannot make the folder " + path + ": " + std::strerror(errno) + "."};
  return std::nullopt;
}

void remove_left_behind(std::string const& folder, std::string_view prefix) {
  namespace fs = std::filesystem;
  auto const day_ago = std::time(nullptr) - 24 * 60 * 60;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    struct stat about {};
    auto const& path = at->path();
    if (!path.filename().string().starts_with(prefix) || ::lstat(path.c_str(), &about) != 0) continue;
    std::error_code ignored;
    if (about.st_uid == ::geteuid() && about.st_mtime < day_ago) fs::remove_all(path, ignored);
  }
}

bool sync_folder(std::string const& path) {
  int const file = ::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  bool const synced = ::fsync(file) == 0;
  auto const why = errno;
  ::close(file);
  errno = why;
  return synced;
}

}  // namespace rollbook::store
