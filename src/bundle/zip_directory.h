// The list of files at the end of a zip archive (its "central directory"), read but not yet believed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bundle/zip.h"

namespace rollbook {

inline constexpr std::uint16_t zip_stored = 0, zip_deflated = 8, zip_aes = 99;

// A file may be larger than this, but not its deflated form: the inflater counts what it is given in 32 bits.
inline constexpr std::uint64_t most_deflated = 0xffff'ffff;

// One file as the directory describes it. The names look into the archive's bytes.
struct ZipListing {
  std::string_view name;
  std::uint16_t made_by = 0, flags = 0, method = 0;
  std::uint32_t crc = 0, attributes = 0;
  std::uint64_t compressed = 0, size = 0;
  std::uint64_t offset = 0;  // of the local header
  std::uint64_t disk = 0;
};

struct ZipDirectory {
  std::uint64_t begin = 0;  // where the directory itself begins; all files must lie before it
  std::vector<ZipListing> files;
};

// Finds the end of the archive and reads the list of files, at most `most_files` of them.
ZipDirectory read_zip_directory(std::string_view bytes, std::uint64_t most_files, std::vector<ZipProblem>& problems);

}  // namespace rollbook
