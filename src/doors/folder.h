// Folders of the system by their descriptors, so that nothing is looked up twice by a path that somebody may exchange meanwhile.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rollbook::doors {

// A descriptor of the system, closed at its end.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int take() { return std::exchange(number_, -1); }  // somebody else closes it

 private:
  int number_;
};

// Makes it when it is not there, for its owner alone.
Result<Descriptor> open_folder(std::string const& path);
Descriptor folder_in(int folder, std::string const& name);  // not open when there is none; no link is followed
std::vector<std::string> names_in(int folder);              // sorted; "." and ".." are left out

}  // namespace rollbook::doors
