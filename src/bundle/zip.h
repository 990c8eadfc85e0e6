// Zip archives from people we do not know: names judged, headers cross-checked, sizes bounded before a byte is inflated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arrival.h"
#include "base/large_array.h"

namespace rollbook {

struct ZipLimits {
  std::uint64_t entries = 100;
  std::uint64_t total_bytes = 8ull << 30;  // all entries together, inflated
  std::uint64_t ratio = 200;               // inflated : compressed, beyond the first ratio_free bytes of inflated data
  std::uint64_t ratio_free = 100ull << 20;
};

// What is wrong with an archive, for the rule that tells it. One kind, one rule.
enum class ZipFault {
  NotAZip,
  Truncated,
  Traversal,
  AbsoluteName,
  BadName,
  DuplicateName,
  Overlap,
  LyingHeader,
  Encrypted,
  Method,
  TooManyEntries,
  TooLarge,
  RatioTooHigh,
  Link,
  BadChecksum,
  BadDeflate,
  MultiDisk,
};

struct ZipEntry {
  std::string name;  // as stored; separators '/'
  std::uint64_t compressed = 0, size = 0;
  std::string_view data;             // inflated; empty for directories. Followed by at least 64 readable zero bytes.
  Arrival const* arrival = nullptr;  // how much of the data is there; null when there is nothing to wait for
  bool directory = false;
};

struct ZipProblem {
  ZipFault fault;
  std::string entry;   // "" when it concerns the archive
  std::string detail;  // a short phrase for a person: "says 12 bytes, holds 4096"; never content
};

// An opened archive; owns the inflated bytes that the entries look at, and the threads that still fill them.
class ZipArchive {
 public:
  ZipArchive();
  ZipArchive(ZipArchive&&) noexcept;
  ZipArchive& operator=(ZipArchive&&) noexcept;
  ~ZipArchive();

  std::vector<ZipEntry> entries;
  std::vector<ZipProblem> problems;  // not empty: nothing was inflated, or what was inflated is not to be trusted; entries' data are empty

  // True as soon as something is found that `finish` will tell: what was read of the entries is then worth nothing.
  bool failed() const;

  // Waits until all is inflated and tells what was wrong. Bytes that were shown before stay as long as the archive does.
  void finish();

  class Inflation;
  std::unique_ptr<Inflation> inflation;
};

// How somebody who knows the system helps with memory: large pages for what is inflated, and letting go of what was. Both may be empty.
struct ZipHelp {
  WillFill will_fill = nullptr;
  std::function<void(char const* packed, std::size_t size)> did_inflate;
};

// True when the bytes begin like a zip archive (also an empty one).
bool looks_like_zip(std::string_view bytes);

// Reads the central directory, refuses what is hostile (all problems are listed, not only the first), then begins to inflate all
// entries on `workers` threads. Stored and deflate, zip64. Every CRC is checked. Readers wait for what they need by the entries'
// arrivals, and believe nothing before `finish` found no problems.
ZipArchive begin_zip(std::string_view bytes, ZipLimits const& limits, unsigned workers, ZipHelp const& help = {});

// The same, with everything inflated.
ZipArchive open_zip(std::string_view bytes, ZipLimits const& limits, unsigned workers, ZipHelp const& help = {});

}  // namespace rollbook
