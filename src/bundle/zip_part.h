// One file of an archive that has been taken before, read from its beginning for as long as somebody wants: nothing else is inflated, and nothing is kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/zip_directory.h"

namespace rollbook {

struct ZipParts {
  struct Part {
    std::string name;  // separators '/'
    std::uint16_t method = 0;
    std::string_view packed;  // looks into the archive's bytes
  };
  std::vector<Part> parts;  // without folders
};

// Empty when the archive is not one that would be taken now.
ZipParts parts_of_zip(std::string_view bytes, ZipLimits const& limits);

// Gives the bytes of a part piece by piece, until `take` returns false. False: they are damaged. Its checksum is not looked at: it was when it was taken.
bool read_part(ZipParts::Part const& part, std::function<bool(std::string_view piece)> const& take);

}  // namespace rollbook
