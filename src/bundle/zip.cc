#include "bundle/zip.h"

#include <new>

#include "bundle/zip_directory.h"
#include "bundle/zip_inflate.h"
#include "bundle/zip_judge.h"
#include "bundle/zip_names.h"
#include "bundle/zip_part.h"

namespace rollbook {

ZipArchive::ZipArchive() = default;
ZipArchive::ZipArchive(ZipArchive&&) noexcept = default;
ZipArchive& ZipArchive::operator=(ZipArchive&&) noexcept = default;
ZipArchive::~ZipArchive() = default;

bool looks_like_zip(std::string_view bytes) {
  // A file; the end of an empty archive, also in zip64; a split archive, which we can then refuse by its right name.
  for (std::string_view const beginning : {"PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "PK\x07\x08"})
    if (bytes.starts_with(beginning)) return true;
  return false;
}

ZipArchive begin_zip(std::string_view bytes, ZipLimits const& limits, unsigned workers, ZipHelp const& help) try {
  ZipArchive archive;
  auto const directory = read_zip_directory(bytes, limits.entries, archive.problems);
  for (auto const& file : directory.files)
    archive.entries.push_back({.name = with_slashes(file.name), .compressed = file.compressed, .size = file.size, .data = {}, .directory = is_folder(file)});

  auto const packed = judge_files(bytes, directory, limits, archive.problems);
  judge_duplicates(archive.entries, archive.problems);
  if (archive.problems.empty()) {
    archive.inflation = std::make_unique<ZipArchive::Inflation>(directory, packed, help);
    archive.inflation->start(workers);
    archive.inflation->show(archive.entries);
  }
  return archive;
} catch (std::bad_alloc const&) {
  ZipArchive archive;
  archive.problems.push_back({ZipFault::TooLarge, "", "needs more memory than there is"});
  return archive;
}

bool ZipArchive::failed() const { return inflation && inflation->failed(); }

void ZipArchive::finish() {
  if (!inflation || !problems.empty()) return;
  inflation->finish(problems);
  for (auto& entry : entries) {
    entry.arrival = nullptr;
    if (!problems.empty()) entry.data = {};
  }
}

ZipArchive open_zip(std::string_view bytes, ZipLimits const& limits, unsigned workers, ZipHelp const& help) {
  auto archive = begin_zip(bytes, limits, workers, help);
  archive.finish();
  if (!archive.problems.empty()) archive.inflation.reset();
  return archive;
}

ZipParts parts_of_zip(std::string_view bytes, ZipLimits const& limits) {
  std::vector<ZipProblem> problems;
  auto const directory = read_zip_directory(bytes, limits.entries, problems);
  auto const packed = judge_files(bytes, directory, limits, problems);
  ZipParts out;
  if (!problems.empty()) return out;
  for (std::size_t i = 0; i < packed.size(); ++i)
    if (auto const& file = directory.files[i]; !is_folder(file)) out.parts.push_back({with_slashes(file.name), file.method, packed[i]});
  return out;
}

}  // namespace rollbook
