// Opens anything as a zip archive. Nothing may crash, and what is handed out must keep the promises of the header.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bundle/zip.h"

namespace {

void promise(bool kept) {
  if (!kept) std::abort();
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  using namespace rollbook;
  ZipLimits const limits{.entries = 16, .total_bytes = 1 << 20, .ratio = 200, .ratio_free = 64 << 10};
  auto const archive = open_zip({reinterpret_cast<char const*>(bytes), length}, limits, 1);

  promise(archive.entries.size() <= limits.entries);
  for (auto const& problem : archive.problems) promise(is_printable(problem.entry) && !problem.detail.empty());
  if (!archive.problems.empty()) {
    for (auto const& entry : archive.entries) promise(entry.data.empty());
    return 0;
  }

  std::uint64_t total = 0;
  for (auto const& entry : archive.entries) {
    total += entry.size;
    promise(entry.data.size() == entry.size && entry.compressed <= length);
    promise(!entry.directory || entry.size == 0);
    promise(!entry.name.empty() && is_printable(entry.name));
    promise(entry.name[0] != '/' && entry.name.find('\\') == entry.name.npos && entry.name != ".." && !entry.name.starts_with("../"));
    promise(entry.name.find("/../") == entry.name.npos && !entry.name.ends_with("/.."));
    auto const* const after = entry.data.data() + entry.data.size();
    promise(std::all_of(after, after + 64, [](char c) { return c == 0; }));
  }
  promise(total <= limits.total_bytes);
  return 0;
}
