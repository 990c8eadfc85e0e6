// Files leave a zone as one: gathered in a folder that is not whole yet, which then gets the name under which it counts. Who dies in between finds
// either all of them taken or, at the next start, all of them back.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "access/secrets.h"
#include "doors/zone.h"

namespace rollbook::doors {
namespace {

constexpr int for_owner = 0700;

}  // namespace

std::string Zone::take_out(std::vector<ZoneEntry> const& files) {
  std::lock_guard const one(door_);
  for (auto const& file : files) {
    auto const there = entry(file.name);
    if (!there || there->unfinished || there->size != file.size || there->modified != file.modified || in_use_.contains(file.name)) return "";
  }
  auto const taken = access::random_token(), gathered = half_of(taken);
  if (::mkdirat(taken_.number(), gathered.c_str(), for_owner) != 0) return "";
  auto const folder = folder_in(taken_.number(), gathered);
  bool all = folder.is_open();
  for (auto const& file : files) all = all && ::renameat(folder_.number(), file.name.c_str(), folder.number(), file.name.c_str()) == 0;
  all = all && ::fsync(folder.number()) == 0 && ::renameat(taken_.number(), gathered.c_str(), taken_.number(), taken.c_str()) == 0;
  if (!all) return give_back_half_taken(), "";
  ::fsync(taken_.number());
  ::fsync(folder_.number());
  return taken;
}

void Zone::give_back_half_taken() {
  for (auto const& gathered : halves()) {
    auto const folder = folder_in(taken_.number(), gathered);
    if (!folder.is_open()) continue;
    // What has been sent again meanwhile is newer.
    for (auto const& name : names_in(folder.number()))
      if (::renameat2(folder.number(), name.c_str(), folder_.number(), name.c_str(), RENAME_NOREPLACE) != 0 && errno == EEXIST)
        ::unlinkat(folder.number(), name.c_str(), 0);
    ::unlinkat(taken_.number(), gathered.c_str(), AT_REMOVEDIR);
  }
}

}  // namespace rollbook::doors
