// A folder of this machine that somebody else's server fills, and from which deliveries are taken as from a landing zone. Its files are theirs until they are
// taken: then they are set aside in it, copied, and removed. Nothing of it is trusted: no link is followed, hard ones neither, and what is looked into is a
// copy.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>

#include "doors/zone.h"

namespace rollbook::doors {

class WatchedFolder : public Place {
 public:
  // `beside` is a folder of Rollbook's own, made when it is not there. A folder of "" is watched no more: what was taken from it before is brought to its end.
  // `now` tells the seconds since 1970.
  static Result<std::shared_ptr<WatchedFolder>> open(std::string const& folder, std::string const& beside, std::function<std::int64_t()> now);

  std::vector<ZoneEntry> list() override;
  std::unique_ptr<Held> hold(ZoneEntry const& entry) override;
  std::string take_out(std::vector<ZoneEntry> const& files) override;
  std::vector<std::string> taken_out() override;
  std::optional<Trouble> trouble() const override { return trouble_; }

  static constexpr std::int64_t settles = 10;  // seconds without a change before a file is looked into

 private:
  // By what a file is known to be the same, whatever it is called meanwhile.
  struct Stamp {
    std::uint64_t number = 0, size = 0;
    std::int64_t modified = 0;
    bool operator==(Stamp const&) const = default;
  };
  WatchedFolder(std::string folder, std::string beside, std::function<std::int64_t()> now)
      : Place(std::move(beside)), folder_path_(std::move(folder)), now_(std::move(now)) {}
  static Stamp stamp_of(struct stat const& what);
  std::optional<Trouble> reach();
  bool copy(int from_folder, std::string const& name, Stamp const& stamp, int to_folder);
  bool gather(std::vector<ZoneEntry> const& files, int aside, int half);
  bool clear_away(std::string const& aside, std::string const& token);
  std::string fails(std::string const& what);

  std::string const folder_path_;
  std::function<std::int64_t()> const now_;
  Descriptor folder_, copies_;
  std::map<std::string, Stamp> seen_, copied_;
  std::optional<Trouble> trouble_;
};

}  // namespace rollbook::doors
