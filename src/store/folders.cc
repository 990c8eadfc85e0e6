#include "store/folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
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
