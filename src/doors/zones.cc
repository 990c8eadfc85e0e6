#include "doors/zones.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "doors/folder.h"

namespace rollbook::doors {

Result<std::shared_ptr<Zones>> Zones::open(std::string const& folder) {
  for (auto const& path : {folder, folder + "/files", folder + "/beside"})
    if (auto opened = open_folder(path); !opened) return opened.trouble();
  Descriptor lock(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.is_open()) return Trouble{"The landing folder " + folder + " cannot be written to."};
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
    return Trouble{"Another process has the landing folder " + folder + ": on one machine one server takes what arrives. Name another folder with --landing."};
  return std::shared_ptr<Zones>(new Zones(folder, std::move(lock)));
}

Result<std::shared_ptr<Zone>> Zones::of(std::int64_t source) {
  std::lock_guard const lock(mutex_);
  auto& zone = open_[source];
  if (zone) return zone;
  auto opened = Zone::open(folder_ + "/files/" + std::to_string(source), folder_ + "/beside/" + std::to_string(source), {});
  if (!opened) return open_.erase(source), opened.trouble();
  return zone = std::move(*opened);
}

Result<std::shared_ptr<WatchedFolder>> Zones::watched(std::int64_t source, std::string const& folder, std::function<std::int64_t()> const& now) {
  auto const beside = folder_ + "/beside/" + std::to_string(source) + "/folder";
  std::lock_guard const lock(mutex_);
  if (auto const known = watched_.find(source); known != watched_.end() && known->second.first == folder) return known->second.second;
  std::error_code error;
  if (folder.empty() && !std::filesystem::exists(beside, error)) return std::shared_ptr<WatchedFolder>();
  watched_.erase(source);
  auto opened = WatchedFolder::open(folder, beside, now);
  if (opened) watched_[source] = {folder, *opened};
  return opened;
}

void Zones::keep_only(std::vector<std::int64_t> const& sources) {
  namespace fs = std::filesystem;
  std::lock_guard const lock(mutex_);
  for (auto const* const part : {"/files", "/beside"}) {
    std::error_code error;
    for (auto const& entry : fs::directory_iterator(folder_ + part, error)) {
      auto const name = entry.path().filename().string();
      std::int64_t number = 0;
      auto const read = std::from_chars(name.data(), name.data() + name.size(), number);
      bool const is_number = read.ec == std::errc() && read.ptr == name.data() + name.size();
      if (!is_number || std::find(sources.begin(), sources.end(), number) != sources.end()) continue;
      open_.erase(number);
      watched_.erase(number);
      fs::remove_all(entry.path(), error);
    }
  }
}

}  // namespace rollbook::doors
