#include "doors/zone.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "doors/folder.h"

namespace rollbook::doors {
namespace {

constexpr int for_owner = 0600;

ZoneSays why_not(int error) {
  switch (error) {
    case ENOENT:
      return ZoneSays::NotThere;
    case EEXIST:
      return ZoneSays::IsThere;
    case ENOSPC:
    case EDQUOT:
      return ZoneSays::DiskFull;
    case ENAMETOOLONG:
    case ELOOP:
      return ZoneSays::BadName;
    default:
      return ZoneSays::Failed;
  }
}

}  // namespace

bool is_zone_name(std::string_view name) {
  constexpr std::size_t longest = 255;
  if (name.empty() || name.size() > longest || name == "." || name == "..") return false;
  return std::none_of(name.begin(), name.end(), [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Zone::Zone(Descriptor folder, Descriptor marks, std::string path, std::string beside, Quota quota)
    : Place(std::move(beside)), folder_(std::move(folder)), marks_(std::move(marks)), path_(std::move(path)), quota_(quota) {}

Result<std::shared_ptr<Zone>> Zone::open(std::string const& folder, std::string const& beside, Quota quota) {
  Descriptor opened[2];
  std::string const paths[] = {folder, beside + "/unfinished"};
  for (int i = 0; i < 2; ++i) {
    auto one = open_folder(paths[i]);
    if (!one) return one.trouble();
    opened[i] = std::move(*one);
  }
  auto zone = std::shared_ptr<Zone>(new Zone(std::move(opened[0]), std::move(opened[1]), folder, beside, quota));
  if (auto trouble = zone->open_taken()) return *trouble;
  zone->self_ = zone;
  zone->give_back_half_taken();
  return zone;
}

Zone::Opened Zone::read(std::string_view asked) {
  if (!is_zone_name(asked)) return {ZoneSays::BadName, nullptr};
  std::string name(asked);
  std::lock_guard const one(door_);
  // A pipe or a device that somebody put there would keep us waiting; O_NONBLOCK does not.
  Descriptor descriptor(::openat(folder_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor.is_open()) return {why_not(errno), nullptr};
  struct stat what {};
  if (::fstat(descriptor.number(), &what) != 0 || !S_ISREG(what.st_mode)) return {ZoneSays::BadName, nullptr};
  ++in_use_[name].readers;
  read_.insert(what.st_ino);
  auto file = std::unique_ptr<File>(new File(self_.lock(), std::move(name), std::move(descriptor), false));
  file->known_by_ = what.st_ino;
  return {ZoneSays::Ok, std::move(file)};
}

Zone::Opened Zone::write(std::string_view asked, Wish wish) {
  if (!is_zone_name(asked)) return {ZoneSays::BadName, nullptr};
  std::string name(asked);
  std::lock_guard const one(door_);
  auto const there = entry(name);
  if (there && wish.fresh) return {ZoneSays::IsThere, nullptr};
  if (!there && !wish.create) return {ZoneSays::NotThere, nullptr};
  if (!there && !has_room_for_a_file()) return {ZoneSays::TooManyFiles, nullptr};
  if (auto const use = in_use_.find(name); use != in_use_.end() && use->second.written) return {ZoneSays::InUse, nullptr};
  // The mark comes before the first byte is lost or written.
  bool const was_unfinished = is_marked(name);
  if (!mark(name)) return {why_not(errno), nullptr};
  // Begun anew it is another file: whoever reads the one before, or looks whether it is whole, has it to its end.
  bool const makes = !there || wish.how == Writing::Anew;
  if (there && makes && ::unlinkat(folder_.number(), name.c_str(), 0) != 0 && errno != ENOENT) return {why_not(errno), nullptr};
  int const flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (makes ? O_CREAT | O_EXCL : 0);
  Descriptor descriptor(::openat(folder_.number(), name.c_str(), flags, for_owner));
  struct stat what {};
  if (!descriptor.is_open() || ::fstat(descriptor.number(), &what) != 0 || !S_ISREG(what.st_mode)) {
    auto const said = descriptor.is_open() ? ZoneSays::BadName : why_not(errno);
    if (!was_unfinished) unmark(name);
    return {said, nullptr};
  }
  in_use_[name].written = true;
  auto file = std::unique_ptr<File>(new File(self_.lock(), std::move(name), std::move(descriptor), true));
  file->end_ = static_cast<std::uint64_t>(what.st_size);
  file->known_by_ = what.st_ino;
  return {ZoneSays::Ok, std::move(file)};
}

ZoneSays Zone::rename(std::string_view old_name, std::string_view new_name, bool may_replace) {
  if (!is_zone_name(old_name) || !is_zone_name(new_name)) return ZoneSays::BadName;
  std::string const from(old_name), to(new_name);
  std::lock_guard const one(door_);
  if (!entry(from)) return ZoneSays::NotThere;
  if (from == to) return ZoneSays::Ok;
  for (auto const& name : {from, to})
    if (in_use_.contains(name) && in_use_[name].written) return ZoneSays::InUse;
  if (!may_replace && entry(to)) return ZoneSays::IsThere;
  // In an order in which a file is rather unfinished for too long than for too short.
  bool const unfinished = is_marked(from), replaces_unfinished = is_marked(to);
  if (unfinished && !mark(to)) return why_not(errno);
  if (::renameat(folder_.number(), from.c_str(), folder_.number(), to.c_str()) != 0) {
    auto const said = why_not(errno);
    if (!replaces_unfinished) unmark(to);
    return said;
  }
  unmark(from);
  if (!unfinished) unmark(to);
  ::fsync(folder_.number());
  return ZoneSays::Ok;
}

ZoneSays Zone::remove(std::string_view asked) {
  if (!is_zone_name(asked)) return ZoneSays::BadName;
  std::string const name(asked);
  std::lock_guard const one(door_);
  if (!entry(name)) return ZoneSays::NotThere;
  if (in_use_.contains(name) && in_use_[name].written) return ZoneSays::InUse;
  if (::unlinkat(folder_.number(), name.c_str(), 0) != 0) return why_not(errno);
  unmark(name);
  return ZoneSays::Ok;
}

std::optional<ZoneEntry> Zone::look(std::string_view name) {
  if (!is_zone_name(name)) return std::nullopt;
  std::lock_guard const one(door_);
  return entry(std::string(name));
}

std::vector<ZoneEntry> Zone::list() {
  std::lock_guard const one(door_);
  std::vector<ZoneEntry> all;
  for (auto const& name : names_in(folder_.number()))
    if (is_zone_name(name))
      if (auto one_entry = entry(name)) all.push_back(std::move(*one_entry));
  return all;
}

std::optional<ZoneEntry> Zone::entry(std::string const& name) {
  struct stat what {};
  if (::fstatat(folder_.number(), name.c_str(), &what, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(what.st_mode)) return std::nullopt;
  auto const use = in_use_.find(name);
  bool const written = use != in_use_.end() && use->second.written;
  return ZoneEntry{name, static_cast<std::uint64_t>(what.st_size), std::int64_t{what.st_mtim.tv_sec} * 1'000'000'000 + what.st_mtim.tv_nsec,
                   written || is_marked(name)};
}

std::uint64_t Zone::bytes_used() {
  std::uint64_t used = 0;
  for (auto const& name : names_in(folder_.number())) {
    struct stat what {};
    if (::fstatat(folder_.number(), name.c_str(), &what, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(what.st_mode)) used += static_cast<std::uint64_t>(what.st_size);
  }
  return used;
}

bool Zone::has_room_for_a_file() { return names_in(folder_.number()).size() < quota_.files; }

ZoneSays Zone::may_grow(std::uint64_t by) {
  std::lock_guard const one(door_);
  auto const used = bytes_used();
  return used <= quota_.bytes && by <= quota_.bytes - used ? ZoneSays::Ok : ZoneSays::TooMuch;
}

bool Zone::mark(std::string const& name) {
  Descriptor const made(::openat(marks_.number(), name.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, for_owner));
  return made.is_open() && ::fsync(marks_.number()) == 0;
}

void Zone::unmark(std::string const& name) { ::unlinkat(marks_.number(), name.c_str(), 0); }

bool Zone::is_marked(std::string const& name) { return ::faccessat(marks_.number(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0; }

std::unique_ptr<Place::Held> Zone::hold(ZoneEntry const& looked_at) {
  struct HeldFile : Held {
    std::unique_ptr<File> file;
    std::string path() const override { return file->path(); }
  };
  auto held = std::make_unique<HeldFile>();
  held->file = read(looked_at.name).file;
  return held->file && held->file->size() == looked_at.size ? std::move(held) : nullptr;
}

void Zone::done_with(File const& file) {
  std::lock_guard const one(door_);
  auto const use = in_use_.find(file.name_);
  if (use == in_use_.end()) return;
  if (file.writes_) {
    use->second.written = false;
    if (file.closed_) unmark(file.name_);
  } else {
    --use->second.readers;
    read_.erase(read_.find(file.known_by_));
  }
  if (!use->second.written && use->second.readers == 0) in_use_.erase(use);
}

Zone::File::~File() { zone_->done_with(*this); }

std::optional<std::string> Zone::File::read(std::uint64_t at, std::size_t most) const {
  std::string bytes(most, '\0');
  auto const got = ::pread(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(at));
  if (got < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

ZoneSays Zone::File::write(std::uint64_t at, std::string_view bytes) {
  if (!writes_ || closed_) return ZoneSays::Failed;
  auto const said = write_all(at, bytes);
  failed_ = failed_ || said != ZoneSays::Ok;
  return said;
}

ZoneSays Zone::File::write_all(std::uint64_t at, std::string_view bytes) {
  constexpr std::uint64_t step = 1 << 20;  // asking the zone lists it
  if (at > zone_->quota_.bytes || bytes.size() > zone_->quota_.bytes - at) return ZoneSays::TooMuch;
  auto const end = at + bytes.size();
  auto const grows = end > end_ ? end - end_ : 0;
  if (grows > room_) {
    room_ = 0;
    if (zone_->may_grow(grows + step) == ZoneSays::Ok) room_ = grows + step;
    else if (auto const said = zone_->may_grow(grows); said != ZoneSays::Ok) return said;
    else room_ = grows;
  }
  for (std::size_t done = 0; done < bytes.size();) {
    auto const wrote = ::pwrite(descriptor_.number(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return why_not(errno);
    done += static_cast<std::size_t>(wrote);
  }
  room_ -= grows;
  end_ = std::max(end_, end);
  return ZoneSays::Ok;
}

ZoneSays Zone::File::cut(std::uint64_t size) {
  if (!writes_ || closed_ || size > end_) return ZoneSays::Failed;
  std::lock_guard const one(zone_->door_);
  if (zone_->read_.contains(known_by_)) return ZoneSays::InUse;  // who has it mapped would fall into the hole
  if (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0) return why_not(errno);
  end_ = size;
  room_ = 0;
  return ZoneSays::Ok;
}

std::uint64_t Zone::File::size() const {
  struct stat what {};
  return ::fstat(descriptor_.number(), &what) == 0 ? static_cast<std::uint64_t>(what.st_size) : 0;
}

std::int64_t Zone::File::modified() const {
  struct stat what {};
  return ::fstat(descriptor_.number(), &what) == 0 ? what.st_mtim.tv_sec : 0;
}

ZoneSays Zone::File::close() {
  if (failed_) return ZoneSays::Failed;  // a client that does not look at answers closes what has holes
  if (writes_ && ::fsync(descriptor_.number()) != 0) return why_not(errno);
  closed_ = true;
  return ZoneSays::Ok;
}

}  // namespace rollbook::doors
