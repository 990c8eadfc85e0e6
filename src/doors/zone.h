// A landing zone: one flat folder that an account sees, and nothing else. Names are looked at before the system sees them; no link is followed.
//
// What is begun and not closed is *unfinished*, also when the process dies: a mark beside the zone says so until somebody closes the file.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "doors/place.h"

namespace rollbook::doors {

struct Quota {
  std::uint64_t bytes = std::uint64_t{20} << 30;
  std::size_t files = 200;
};

// True for a name that may stand in a zone.
bool is_zone_name(std::string_view name);

enum class Writing : std::uint8_t { Anew, GoOn };

class Zone : public Place {
 public:
  // `folder` holds the files, `beside` what Rollbook notes of them; both are made when they are not there.
  static Result<std::shared_ptr<Zone>> open(std::string const& folder, std::string const& beside, Quota quota);

  class File;
  struct Opened {
    ZoneSays said = ZoneSays::Ok;
    std::unique_ptr<File> file;
  };
  Opened read(std::string_view name);
  // `fresh`: it must not be there yet. `create`: it may have to be made.
  struct Wish {
    bool create = true, fresh = false;
    Writing how = Writing::Anew;
  };
  Opened write(std::string_view name, Wish wish);

  ZoneSays rename(std::string_view from, std::string_view to, bool may_replace);
  ZoneSays remove(std::string_view name);
  std::optional<ZoneEntry> look(std::string_view name);
  std::vector<ZoneEntry> list() override;

  ZoneSays may_grow(std::uint64_t by);  // whether there is room for so many bytes more

  std::unique_ptr<Held> hold(ZoneEntry const& entry) override;
  std::string take_out(std::vector<ZoneEntry> const& files) override;
  std::string path_of(std::string const& name) const { return path_ + "/" + name; }

 private:
  struct Use {
    int readers = 0;
    bool written = false;
  };
  Zone(Descriptor folder, Descriptor marks, std::string path, std::string beside, Quota quota);
  std::optional<ZoneEntry> entry(std::string const& name);
  std::uint64_t bytes_used();
  bool has_room_for_a_file();
  bool mark(std::string const& name);
  void unmark(std::string const& name);
  bool is_marked(std::string const& name);
  void give_back_half_taken();
  void done_with(File const& file);

  Descriptor folder_, marks_;
  std::string path_;
  Quota const quota_;
  std::mutex door_;  // one thing at a time, bytes of files excepted
  std::map<std::string, Use, std::less<>> in_use_;
  std::multiset<std::uint64_t> read_;  // files that are being read, by what the system knows them by, whatever they are called meanwhile
  std::weak_ptr<Zone> self_;
};

// An open file of a zone. One that is written and not closed stays unfinished.
class Zone::File {
 public:
  ~File();
  // Bytes from there; "" at the end.
  std::optional<std::string> read(std::uint64_t at, std::size_t most) const;
  ZoneSays write(std::uint64_t at, std::string_view bytes);
  ZoneSays cut(std::uint64_t size);  // shorter; never longer
  std::uint64_t size() const;
  std::int64_t modified() const;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_.number()); }  // of this very file, as long as it is open
  bool is_written() const { return writes_; }
  // All that was to be written is written, and on the disk.
  ZoneSays close();

 private:
  friend class Zone;
  File(std::shared_ptr<Zone> zone, std::string name, Descriptor descriptor, bool writes)
      : zone_(std::move(zone)), name_(std::move(name)), descriptor_(std::move(descriptor)), writes_(writes) {}

  ZoneSays write_all(std::uint64_t at, std::string_view bytes);

  std::shared_ptr<Zone> zone_;
  std::string name_;
  Descriptor descriptor_;
  bool writes_, closed_ = false, failed_ = false;
  std::uint64_t known_by_ = 0;
  std::uint64_t end_ = 0, room_ = 0;  // how far it may grow before the zone is asked again
};

}  // namespace rollbook::doors
