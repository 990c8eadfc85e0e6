// The landing zones of a server: one for each source, below one folder, which one process at a time has. Its lock is given back by the system, however the
// process ends.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "doors/watched.h"

namespace rollbook::doors {

class Zones {
 public:
  // Trouble when another process has the folder, or it cannot be made.
  static Result<std::shared_ptr<Zones>> open(std::string const& folder);
  Result<std::shared_ptr<Zone>> of(std::int64_t source);
  // The watched folder of a source; of "" what is left of one that was watched before, or nothing.
  Result<std::shared_ptr<WatchedFolder>> watched(std::int64_t source, std::string const& folder, std::function<std::int64_t()> const& now);
  // Removes those of sources that are no more.
  void keep_only(std::vector<std::int64_t> const& sources);

 private:
  Zones(std::string folder, Descriptor lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}
  std::string folder_;
  Descriptor lock_;
  std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<Zone>> open_;
  std::map<std::int64_t, std::pair<std::string, std::shared_ptr<WatchedFolder>>> watched_;
};

}  // namespace rollbook::doors
