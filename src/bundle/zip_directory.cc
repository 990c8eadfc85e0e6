#include "bundle/zip_directory.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bundle/zip_record.h"

namespace rollbook {
namespace {

constexpr std::uint32_t end_signature = 0x06054b50, end64_signature = 0x06064b50, locator_signature = 0x07064b50, listing_signature = 0x02014b50;
constexpr std::size_t end_length = 22, end64_length = 56, locator_length = 20, listing_length = 46;

// A comment is at most this long, and we tolerate no more junk behind an archive than that.
constexpr std::size_t longest_comment = 0xFFFF;

// What the end of the archive says about the list of files.
struct End {
  std::uint64_t files = 0, begin = 0, length = 0;
  std::uint64_t limit = 0;  // where the list must stop, because the end records begin there
  std::optional<ZipProblem> problem;
};

End wrong(ZipFault fault, std::string detail) { return End{.problem = ZipProblem{fault, "", std::move(detail)}}; }

// The zip64 records stand before the classic end record and hold the numbers that are too large for it. Numbers the classic
// record does have must be the same: two readers must not see two archives.
End read_end64(std::string_view bytes, ZipRecord const& end, ZipRecord const& locator, std::uint64_t locator_at) {
  auto const at = locator.u64(8);
  if (locator.u32(4) != 0 || locator.u32(16) > 1) return wrong(ZipFault::MultiDisk, "is a part of a split archive");
  if (at > locator_at) return wrong(ZipFault::Truncated, "its zip64 end record lies beyond its end");
  auto const record = zip_record(bytes, at, end64_length, end64_signature);
  if (!record || record->u64(4) != locator_at - at - 12) return wrong(ZipFault::LyingHeader, "its zip64 end record is not where it says");
  if (record->u32(16) != 0 || record->u32(20) != 0 || record->u64(24) != record->u64(32)) return wrong(ZipFault::MultiDisk, "is a part of a split archive");

  auto const agrees = [](std::uint64_t classic, std::uint64_t full, std::uint64_t wide) { return classic == full || classic == wide; };
  if (!agrees(end.u16(10), 0xFFFF, record->u64(32)) || !agrees(end.u32(12), 0xFFFF'FFFF, record->u64(40)) || !agrees(end.u32(16), 0xFFFF'FFFF, record->u64(48)))
    return wrong(ZipFault::LyingHeader, "its two end records disagree");
  return {.files = record->u64(32), .begin = record->u64(48), .length = record->u64(40), .limit = at, .problem = {}};
}

End read_numbers(std::string_view bytes, std::size_t at) {
  auto const end = ZipRecord(bytes.substr(at, end_length));
  if (end.u16(20) > bytes.size() - at - end_length) return wrong(ZipFault::Truncated, "its comment is cut off");
  if (at >= locator_length)
    if (auto const locator = zip_record(bytes, at - locator_length, locator_length, locator_signature))
      return read_end64(bytes, end, *locator, at - locator_length);
  if (end.u16(4) != 0 || end.u16(6) != 0 || end.u16(8) != end.u16(10)) return wrong(ZipFault::MultiDisk, "is a part of a split archive");
  return {.files = end.u16(10), .begin = end.u32(16), .length = end.u32(12), .limit = at, .problem = {}};
}

End read_end(std::string_view bytes, std::size_t at) {
  auto end = read_numbers(bytes, at);
  if (end.problem) return end;
  if (end.begin > end.limit || end.length > end.limit - end.begin) return wrong(ZipFault::Truncated, "its list of files lies beyond its end");
  if (end.begin + end.length != end.limit)
    return wrong(ZipFault::LyingHeader, "its list of files is not where it says; is something written before the archive?");
  if (end.files == 0 ? end.length != 0 : !zip_record(bytes.substr(0, end.limit), end.begin, listing_length, listing_signature))
    return wrong(ZipFault::LyingHeader, "its list of files is not where it says");
  return end;
}

// The end is found by looking for it from behind, since a comment or junk may follow. A comment can hold a second "end" that
// other programs would take for the real one; of several, the one whose offsets are right counts, and two right ones are a trick.
End find_end(std::string_view bytes) {
  std::optional<End> right, first;
  if (bytes.size() >= end_length) {
    auto const last = bytes.size() - end_length;
    auto const stop = last - std::min(last, longest_comment);
    for (auto at = last + 1; at-- > stop;) {
      if (!zip_record(bytes, at, end_length, end_signature)) continue;
      auto end = read_end(bytes, at);
      if (end.problem) {
        if (!first) first = std::move(end);
        continue;
      }
      if (right) return wrong(ZipFault::LyingHeader, "has two ends, and so two lists of files");
      right = std::move(end);
    }
  }
  if (right) return *std::move(right);
  if (first) return *std::move(first);
  if (bytes.starts_with("PK\x07\x08")) return wrong(ZipFault::MultiDisk, "is the first part of a split archive");
  if (looks_like_zip(bytes)) return wrong(ZipFault::Truncated, "its end is missing");
  return wrong(ZipFault::NotAZip, "is not a zip archive");
}

}  // namespace

ZipDirectory read_zip_directory(std::string_view bytes, std::uint64_t most_files, std::vector<ZipProblem>& problems) {
  auto end = find_end(bytes);
  if (end.problem) {
    problems.push_back(*std::move(end.problem));
    return {};
  }
  auto const too_many = end.files > most_files;
  if (too_many)
    problems.push_back({ZipFault::TooManyEntries, "", "holds " + std::to_string(end.files) + " files, at most " + std::to_string(most_files) + " are allowed"});

  ZipDirectory directory{.begin = end.begin, .files = {}};
  auto const list = bytes.substr(static_cast<std::size_t>(end.begin), static_cast<std::size_t>(end.length));
  auto const files = std::min(end.files, most_files);
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < files; ++i) {
    auto const record = zip_record(list, at, listing_length, listing_signature);
    auto const lengths = record ? std::size_t{record->u16(28)} + record->u16(30) + record->u16(32) : 0;
    if (!record || lengths > list.size() - at - listing_length) {
      problems.push_back({ZipFault::LyingHeader, "", "its list of files ends after " + std::to_string(i) + " of " + std::to_string(end.files) + " files"});
      return directory;
    }
    auto const name = list.substr(at + listing_length, record->u16(28));
    Zip64Numbers numbers(list.substr(at + listing_length + name.size(), record->u16(30)));
    // The order is the order in the zip64 field.
    auto const size = numbers.widened(record->u32(24));
    auto const compressed = numbers.widened(record->u32(20));
    auto const offset = numbers.widened(record->u32(42));
    auto const disk = numbers.widened_disk(record->u16(34));
    at += listing_length + lengths;
    if (!size || !compressed || !offset || !disk) {
      problems.push_back({ZipFault::LyingHeader, "", "file " + std::to_string(i + 1) + " of its list lacks its zip64 sizes"});
      continue;
    }
    directory.files.push_back({.name = name,
                               .made_by = record->u16(4),
                               .flags = record->u16(8),
                               .method = record->u16(10),
                               .crc = record->u32(16),
                               .attributes = record->u32(38),
                               .compressed = *compressed,
                               .size = *size,
                               .offset = *offset,
                               .disk = *disk});
  }
  if (!too_many && at != list.size()) problems.push_back({ZipFault::LyingHeader, "", "its list of files goes on after the last file"});
  return directory;
}

}  // namespace rollbook
