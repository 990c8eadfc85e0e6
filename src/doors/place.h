// Where deliveries lie until they are taken: a landing zone, or a folder that somebody else's server fills.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "doors/folder.h"

namespace rollbook::doors {

// What a zone says to what was asked of it.
enum class ZoneSays : std::uint8_t { Ok, NotThere, BadName, IsThere, InUse, TooMuch, TooManyFiles, DiskFull, Failed };

struct ZoneEntry {
  std::string name;
  std::uint64_t size = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
  bool unfinished = false;    // somebody writes it, or went away while writing it
};

class Place {
 public:
  virtual ~Place() = default;
  virtual std::vector<ZoneEntry> list() = 0;  // by name; hidden ones too

  // A file to look into, which nobody shortens meanwhile.
  class Held {
   public:
    virtual ~Held() = default;
    virtual std::string path() const = 0;
  };
  virtual std::unique_ptr<Held> hold(ZoneEntry const& entry) = 0;  // nullptr: it is not there any more, or not as it was

  // Moves files, as they were looked at, into a folder beside the place, all or none of them. Nobody writes them meanwhile, nor afterwards. "" when that
  // cannot be now.
  virtual std::string take_out(std::vector<ZoneEntry> const& files) = 0;
  // What was taken out and is there yet: names of such folders, and their paths.
  virtual std::vector<std::string> taken_out();
  std::string path_of_taken(std::string const& taken) const;
  // It has landed for good: nothing of it is needed any more.
  ZoneSays forget_taken(std::string const& taken);

  // Why nothing can be taken from here, until it can again.
  virtual std::optional<Trouble> trouble() const { return std::nullopt; }

 protected:
  explicit Place(std::string beside) : beside_(std::move(beside)) {}
  std::optional<Trouble> open_taken();

  // A folder that is being filled has a name under which it does not count. Who dies meanwhile leaves it so.
  static std::string half_of(std::string const& taken);
  std::vector<std::string> halves() const;

  std::string const beside_;
  Descriptor taken_;
};

}  // namespace rollbook::doors
