#include "doors/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "store/folders.h"

namespace rollbook::doors {
namespace {

constexpr int to_look = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<Descriptor> open_folder(std::string const& path) {
  if (auto trouble = store::make_folder(path)) return *trouble;
  Descriptor folder(::open(path.c_str(), to_look));
  if (!folder.is_open()) return Trouble{"The folder " + path + " cannot be used: " + std::strerror(errno) + "."};
  return folder;
}

Descriptor folder_in(int folder, std::string const& name) { return Descriptor(::openat(folder, name.c_str(), to_look)); }

std::vector<std::string> names_in(int folder) {
  std::vector<std::string> names;
  int const again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return names;
  auto* const list = ::fdopendir(again);
  if (list == nullptr) return ::close(again), names;
  while (auto const* const entry = ::readdir(list))
    if (std::string name = entry->d_name; name != "." && name != "..") names.push_back(std::move(name));
  ::closedir(list);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace rollbook::doors
