#include "doors/watched.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "access/secrets.h"
#include "doors/folder.h"

namespace rollbook::doors {
namespace {

// Files that are being taken, in the folder itself: to move them there shows that they can be removed, and takes them from whoever would replace them.
constexpr std::string_view aside_start = ".rollbook-";
constexpr int for_owner = 0600, folder_for_owner = 0700;

std::int64_t nanoseconds(timespec const& moment) { return std::int64_t{moment.tv_sec} * 1'000'000'000 + moment.tv_nsec; }

// A plain file with one name. A second name would be in a place that we know nothing of.
bool is_plain(struct stat const& what) { return S_ISREG(what.st_mode) && what.st_nlink == 1; }

bool remove_with_files(int folder, std::string const& name) {
  auto const inside = folder_in(folder, name);
  if (inside.is_open())
    for (auto const& file : names_in(inside.number())) ::unlinkat(inside.number(), file.c_str(), 0);
  return ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

bool copy_bytes(int from, int to, std::uint64_t most) {
  std::string piece(std::size_t{1} << 20, '\0');
  for (std::uint64_t all = 0;;) {
    auto const got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0 && ::fsync(to) == 0;
    if ((all += static_cast<std::uint64_t>(got)) > most) return false;
    for (ssize_t done = 0; done < got;) {
      auto const wrote = ::write(to, piece.data() + done, static_cast<std::size_t>(got - done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return false;
      done += wrote;
    }
  }
}

}  // namespace

Result<std::shared_ptr<WatchedFolder>> WatchedFolder::open(std::string const& folder, std::string const& beside, std::function<std::int64_t()> now) {
  std::shared_ptr<WatchedFolder> watched(new WatchedFolder(folder, beside, std::move(now)));
  if (auto trouble = watched->open_taken()) return *trouble;
  auto copies = open_folder(beside + "/copies");
  if (!copies) return copies.trouble();
  watched->copies_ = std::move(*copies);
  // Copies of whoever died; what they are of is in the folder yet.
  for (auto const& name : watched->halves()) remove_with_files(watched->taken_.number(), name);
  for (auto const& name : names_in(watched->copies_.number())) ::unlinkat(watched->copies_.number(), name.c_str(), 0);
  return watched;
}

WatchedFolder::Stamp WatchedFolder::stamp_of(struct stat const& what) {
  return {what.st_ino, static_cast<std::uint64_t>(what.st_size), nanoseconds(what.st_mtim)};
}

// It may come and go, as what is mounted does.
std::optional<Trouble> WatchedFolder::reach() {
  trouble_.reset();
  if (folder_path_.empty()) return std::nullopt;
  folder_ = folder_in(AT_FDCWD, folder_path_);
  if (!folder_.is_open()) trouble_ = Trouble{"The watched folder " + folder_path_ + " cannot be read: " + std::strerror(errno) + "."};
  return trouble_;
}

std::vector<ZoneEntry> WatchedFolder::list() {
  std::vector<ZoneEntry> all;
  seen_.clear();
  if (!folder_.is_open()) reach();
  if (!folder_.is_open()) return all;
  auto const still_since = (now_() - settles) * 1'000'000'000;
  for (auto const& name : names_in(folder_.number())) {
    struct stat what {};
    if (!is_zone_name(name) || ::fstatat(folder_.number(), name.c_str(), &what, AT_SYMLINK_NOFOLLOW) != 0 || !is_plain(what)) continue;
    // When it changed here, not what its sender says of its age.
    auto const changed = nanoseconds(what.st_ctim);
    seen_[name] = stamp_of(what);
    all.push_back({name, static_cast<std::uint64_t>(what.st_size), changed, changed > still_since});
  }
  for (auto copied = copied_.begin(); copied != copied_.end();) {
    auto const seen = seen_.find(copied->first);
    if (seen != seen_.end() && seen->second == copied->second) {
      ++copied;
      continue;
    }
    ::unlinkat(copies_.number(), copied->first.c_str(), 0);
    copied = copied_.erase(copied);
  }
  return all;
}

// True when this very file was copied from its beginning to its end, and nobody changed it meanwhile.
bool WatchedFolder::copy(int from_folder, std::string const& name, Stamp const& stamp, int to_folder) {
  Descriptor const from(::openat(from_folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  auto const is_it = [&] {
    struct stat what {};
    return from.is_open() && ::fstat(from.number(), &what) == 0 && is_plain(what) && stamp == stamp_of(what);
  };
  if (!from.is_open() && errno == EACCES) fails("the user of this server may not read its files");
  if (!is_it()) return false;
  ::unlinkat(to_folder, name.c_str(), 0);
  Descriptor const to(::openat(to_folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, for_owner));
  // Its room is asked for first: without it, the disk would be filled at every look. Not every file system can tell.
  bool const fits = to.is_open() && (::fallocate(to.number(), 0, 0, static_cast<off_t>(stamp.size)) == 0 || (errno != ENOSPC && errno != EDQUOT));
  if (fits && copy_bytes(from.number(), to.number(), stamp.size) && is_it()) return true;
  if (errno == ENOSPC || errno == EDQUOT) fails("a copy of what lies there has no room on the disk of the server");
  ::unlinkat(to_folder, name.c_str(), 0);
  return false;
}

std::unique_ptr<Place::Held> WatchedFolder::hold(ZoneEntry const& entry) {
  struct HeldCopy : Held {
    std::string where;
    std::string path() const override { return where; }
  };
  auto const seen = seen_.find(entry.name);
  if (seen == seen_.end() || entry.size > Quota{}.bytes || !copy(folder_.number(), entry.name, seen->second, copies_.number())) return nullptr;
  copied_[entry.name] = seen->second;
  auto held = std::make_unique<HeldCopy>();
  held->where = beside_ + "/copies/" + entry.name;
  return held;
}

std::string WatchedFolder::fails(std::string const& what) {
  trouble_ = Trouble{"Nothing is taken from the watched folder " + folder_path_ + ": " + what + "."};
  return "";
}

// All of them, as they were seen, from where they were set aside.
bool WatchedFolder::gather(std::vector<ZoneEntry> const& files, int aside, int into) {
  for (auto const& file : files) {
    auto const& stamp = seen_[file.name];
    struct stat what {};
    if (::fstatat(aside, file.name.c_str(), &what, AT_SYMLINK_NOFOLLOW) != 0 || !is_plain(what) || stamp != stamp_of(what)) return false;
    auto const copied = copied_.find(file.name);
    bool const has_copy = copied != copied_.end() && copied->second == stamp && ::renameat(copies_.number(), file.name.c_str(), into, file.name.c_str()) == 0;
    if (!has_copy && !copy(aside, file.name, stamp, into)) return false;
    copied_.erase(file.name);
  }
  return ::fsync(into) == 0;
}

std::string WatchedFolder::take_out(std::vector<ZoneEntry> const& files) {
  if (!folder_.is_open()) return "";
  for (auto const& file : files)
    if (!seen_.contains(file.name)) return "";
  auto const token = access::random_token(), aside_name = std::string(aside_start) + token, half_name = half_of(token);
  if (::mkdirat(folder_.number(), aside_name.c_str(), folder_for_owner) != 0) return fails("it cannot be written to, so what is taken could not be removed");
  auto const aside = folder_in(folder_.number(), aside_name);
  bool moved = aside.is_open() && ::mkdirat(taken_.number(), half_name.c_str(), folder_for_owner) == 0;
  for (auto const& file : files) {
    if (moved && ::renameat(folder_.number(), file.name.c_str(), aside.number(), file.name.c_str()) != 0) {
      moved = false;
      if (errno == EACCES || errno == EPERM) fails("its files may not be moved, so what is taken could not be removed");
    }
  }
  auto const into = folder_in(taken_.number(), half_name);
  bool const all = moved && into.is_open() && gather(files, aside.number(), into.number()) &&
                   ::renameat(taken_.number(), half_name.c_str(), taken_.number(), token.c_str()) == 0;
  if (all) ::fsync(taken_.number());
  else remove_with_files(taken_.number(), half_name);
  return clear_away(aside_name, token) && all ? token : "";
}

// What was set aside goes when it was taken, and goes back when it was not. False when it stays.
bool WatchedFolder::clear_away(std::string const& aside_name, std::string const& token) {
  bool const taken = is_zone_name(token) && folder_in(taken_.number(), token).is_open();
  auto const aside = folder_in(folder_.number(), aside_name);
  if (!aside.is_open()) return false;
  bool clear = true;
  for (auto const& name : names_in(aside.number())) {
    // What has been sent again meanwhile is newer.
    bool const back = !taken && ::renameat2(aside.number(), name.c_str(), folder_.number(), name.c_str(), RENAME_NOREPLACE) == 0;
    bool const goes = back || ((taken || errno == EEXIST) && ::unlinkat(aside.number(), name.c_str(), 0) == 0);
    clear = clear && goes;
  }
  ::fsync(folder_.number());
  clear = ::unlinkat(folder_.number(), aside_name.c_str(), AT_REMOVEDIR) == 0 && clear;
  if (!clear && taken) fails("what was taken cannot be removed from it");
  return clear;
}

std::vector<std::string> WatchedFolder::taken_out() {
  auto names = Place::taken_out();
  if (reach()) return {};  // whether what was set aside is removed cannot be known now
  if (!folder_.is_open()) return names;
  for (auto const& name : names_in(folder_.number())) {
    if (!name.starts_with(aside_start)) continue;
    auto const token = name.substr(aside_start.size());
    if (!clear_away(name, token)) std::erase(names, token);
  }
  return names;
}

}  // namespace rollbook::doors
