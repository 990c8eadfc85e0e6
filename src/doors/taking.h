// What is whole in a zone becomes a run, as a delivery that was uploaded does. It leaves the zone before it lands, and is forgotten behind it: whoever dies in
// between takes it up again at the next start, and a token in the transaction that makes the run keeps it from being taken twice.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "doors/zone.h"
#include "runs/work.h"

namespace rollbook::doors {

// What came in part and stopped.
struct Incomplete {
  std::string name;
  std::uint64_t bytes = 0, usual = 0;  // usual: what the last delivery weighed; 0 when there was none
  std::int64_t since = 0;              // seconds since 1970: when the last byte came

  int per_cent() const { return usual == 0 ? 0 : static_cast<int>(std::min<std::uint64_t>(99, bytes * 100 / usual)); }
};

struct Took {
  std::vector<std::int64_t> runs;
  std::vector<Incomplete> incomplete;
  std::vector<std::string> complaints;  // of places from which nothing can be taken
};

// The taking of one source from its places, again and again.
class Taking {
 public:
  using Places = std::vector<std::shared_ptr<Place>>;
  explicit Taking(std::shared_ptr<Place> place) : places_{std::move(place)} {}
  explicit Taking(Places places) : places_(std::move(places)) {}
  void set_places(Places places) { places_ = std::move(places); }

  // Trouble leaves what is not taken for the next time.
  Result<Took> take(runs::Hub& hub, store::District const& district, store::Source const& source, std::int64_t now);

 private:
  struct From;
  bool is_sound(runs::Hub const& hub, Place& place, ZoneEntry const& entry);
  std::optional<Trouble> take_from(Place& place, From const& from, Took& took);
  std::optional<Trouble> finish(Place& place, From const& from, std::string const& taken, Took& took);

  struct Judged {
    std::uint64_t size;
    std::int64_t modified;
    bool sound;
  };
  Places places_;
  std::map<std::pair<Place const*, std::string>, Judged> judged_;  // zips, as they were when they were looked at
};

// As it was noted last, for pages and commands.
std::vector<Incomplete> incomplete_of(store::Database& operations, std::int64_t source);

}  // namespace rollbook::doors
