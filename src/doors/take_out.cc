// Files leave a zone as one: gathered in a folder that is not whole yet, which then gets the name under which it counts. Who dies in between finds
// either all of them taken or, at the next start, all of them back.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "access/secrets.h"
#include "doors/folder.h"
#include "store/folders.h"

namespace rollbook::doors {
namespace {

constexpr std::string_view half = ".half";
constexpr int for_owner = 0700;

bool is_half(std::string const& name) { return name.ends_with(half); }

}  // namespace

Result<Descriptor> open_folder(std::string const& path) {
  if (auto trouble = store::make_folder(path)) return *trouble;
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) return Trouble{"The folder " + path + " cannot be used: " + std::strerror(errno) + "."};
  return folder;
}

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

std::string Zone::take_out(std::vector<ZoneEntry> const& files) {
  std::lock_guard const one(door_);
  for (auto const& file : files) {
    auto const there = entry(file.name);
    if (!there || there->unfinished || there->size != file.size || there->modified != file.modified || in_use_.contains(file.name)) return "";
  }
  auto const taken = access::random_token(), gathered = taken + std::string(half);
  if (::mkdirat(taken_.number(), gathered.c_str(), for_owner) != 0) return "";
  Descriptor const folder(::openat(taken_.number(), gathered.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  bool all = folder.is_open();
  for (auto const& file : files) all = all && ::renameat(folder_.number(), file.name.c_str(), folder.number(), file.name.c_str()) == 0;
  all = all && ::fsync(folder.number()) == 0 && ::renameat(taken_.number(), gathered.c_str(), taken_.number(), taken.c_str()) == 0;
  if (!all) return give_back_half_taken(), "";
  ::fsync(taken_.number());
  ::fsync(folder_.number());
  return taken;
}

void Zone::give_back_half_taken() {
  for (auto const& gathered : names_in(taken_.number())) {
    if (!is_half(gathered)) continue;
    Descriptor const folder(::openat(taken_.number(), gathered.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.is_open()) continue;
    // What has been sent again meanwhile is newer.
    for (auto const& name : names_in(folder.number()))
      if (::renameat2(folder.number(), name.c_str(), folder_.number(), name.c_str(), RENAME_NOREPLACE) != 0 && errno == EEXIST)
        ::unlinkat(folder.number(), name.c_str(), 0);
    ::unlinkat(taken_.number(), gathered.c_str(), AT_REMOVEDIR);
  }
}

std::vector<std::string> Zone::taken_out() {
  auto names = names_in(taken_.number());
  std::erase_if(names, is_half);
  return names;
}

std::string Zone::path_of_taken(std::string const& taken) const { return beside_ + "/taken/" + taken; }

ZoneSays Zone::forget_taken(std::string const& taken) {
  std::error_code error;
  std::filesystem::remove_all(path_of_taken(taken), error);
  return error ? ZoneSays::Failed : ZoneSays::Ok;
}

}  // namespace rollbook::doors
