// Builds zip archives for tests, honest ones by default. Every field of every header can be changed afterwards, so that a hostile
// archive is a few lines in the test that needs it, and no strange file has to lie in the repository.
#pragma once

#include <libdeflate.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rollbook::test {

inline void put(std::string& out, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

inline std::string deflated(std::string_view text) {
  auto* const compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_deflate_compress_bound(compressor, text.size()), '\0');
  out.resize(libdeflate_deflate_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

inline std::uint32_t crc_of(std::string_view text) { return libdeflate_crc32(0, text.data(), text.size()); }

struct ZipBuilder {
  // What a header says. The local header and the directory each have their own.
  struct Header {
    std::string name;
    std::uint16_t flags = 0, method = 0;
    std::uint32_t crc = 0;
    std::uint64_t compressed = 0, size = 0;
    std::string extra;
    bool zip64 = false;  // sizes (and in the directory the offset) stand in the zip64 field

    // In the directory only.
    std::uint16_t made_by = 0, disk = 0;
    std::uint32_t attributes = 0;
    std::string comment;
    std::optional<std::uint64_t> offset;
  };

  struct File {
    Header local, listed;
    std::string data;          // as it lies in the archive
    std::string after;         // behind the data, such as a data descriptor
    std::string before;        // before the local header
    bool only_listed = false;  // the directory speaks of it, but it is not written

    void both(auto&& change) { change(local), change(listed); }
  };

  struct End {
    bool zip64 = false;
    std::uint16_t disk = 0, list_disk = 0;
    std::optional<std::uint64_t> files_here, files, length, begin;  // of the zip64 record when there is one
    std::optional<std::uint16_t> classic_files;                     // with zip64, instead of 0xFFFF
    std::optional<std::uint64_t> end64_at;
    std::uint32_t locator_disk = 0, locator_disks = 1;
    std::string before;  // between the list and the end
    std::string comment;
    std::optional<std::uint16_t> comment_length;
    std::string junk;  // behind everything
  };

  std::string prefix;
  std::uint64_t prefix_counted = 0;  // how much of the prefix the offsets know of
  std::deque<File> files;            // a deque, so that references to files stay good
  End end;

  File& add_packed(std::string name, std::uint16_t method, std::string packed, std::string_view content) {
    Header header{.name = std::move(name),
                  .method = method,
                  .crc = crc_of(content),
                  .compressed = packed.size(),
                  .size = content.size(),
                  .extra = {},
                  .comment = {},
                  .offset = {}};
    return files.emplace_back(File{.local = header, .listed = header, .data = std::move(packed), .after = {}, .before = {}});
  }
  File& stored(std::string name, std::string_view content) { return add_packed(std::move(name), 0, std::string(content), content); }
  File& deflate(std::string name, std::string_view content) { return add_packed(std::move(name), 8, deflated(content), content); }
  File& folder(std::string name) { return stored(std::move(name), ""); }

  // As a writer does that cannot seek back: sizes and checksum unknown at first, and written behind the data.
  File& streamed(std::string name, std::string_view content, bool signature = true) {
    auto& file = deflate(std::move(name), content);
    file.both([](Header& header) { header.flags |= 1 << 3; });
    file.local.crc = 0, file.local.compressed = 0, file.local.size = 0;
    if (signature) file.after = "PK\x07\x08";
    put(file.after, file.listed.crc, 4), put(file.after, file.listed.compressed, 4), put(file.after, file.listed.size, 4);
    return file;
  }

  std::string build() const {
    std::string out = prefix, list;
    auto const here = [&] { return out.size() - prefix.size() + prefix_counted; };
    for (auto const& file : files) {
      out += file.before;
      auto const offset = here();
      if (!file.only_listed) out += local_header(file.local) + file.data + file.after;
      list += listing(file.listed, file.listed.offset.value_or(offset));
    }
    auto const begin = end.begin.value_or(here());
    auto const length = end.length.value_or(list.size());
    auto const count = end.files.value_or(files.size()), count_here = end.files_here.value_or(count);
    out += list + end.before;

    if (end.zip64) {
      auto const at = end.end64_at.value_or(here());
      out += "PK\x06\x06";
      put(out, 44, 8), put(out, 45, 2), put(out, 45, 2), put(out, end.disk, 4), put(out, end.list_disk, 4);
      put(out, count_here, 8), put(out, count, 8), put(out, length, 8), put(out, begin, 8);
      out += "PK\x06\x07";
      put(out, end.locator_disk, 4), put(out, at, 8), put(out, end.locator_disks, 4);
    }
    out += "PK\x05\x06";
    put(out, end.disk, 2), put(out, end.list_disk, 2);
    put(out, end.zip64 ? end.classic_files.value_or(0xFFFF) : count_here, 2);
    put(out, end.zip64 ? end.classic_files.value_or(0xFFFF) : count, 2);
    put(out, end.zip64 ? 0xFFFF'FFFF : length, 4), put(out, end.zip64 ? 0xFFFF'FFFF : begin, 4);
    put(out, end.comment_length.value_or(static_cast<std::uint16_t>(end.comment.size())), 2);
    return out + end.comment + end.junk;
  }

  static std::string local_header(Header const& header) {
    std::string extra;
    if (header.zip64) put(extra, 1, 2), put(extra, 16, 2), put(extra, header.size, 8), put(extra, header.compressed, 8);
    extra += header.extra;
    std::string out = "PK\x03\x04";
    put(out, 20, 2), put(out, header.flags, 2), put(out, header.method, 2), put(out, 0x5AC1'6000, 4), put(out, header.crc, 4);
    put(out, header.zip64 ? 0xFFFF'FFFF : header.compressed, 4), put(out, header.zip64 ? 0xFFFF'FFFF : header.size, 4);
    put(out, header.name.size(), 2), put(out, extra.size(), 2);
    return out + header.name + extra;
  }

  static std::string listing(Header const& header, std::uint64_t offset) {
    std::string extra;
    if (header.zip64) put(extra, 1, 2), put(extra, 24, 2), put(extra, header.size, 8), put(extra, header.compressed, 8), put(extra, offset, 8);
    extra += header.extra;
    std::string out = "PK\x01\x02";
    put(out, header.made_by, 2), put(out, 20, 2), put(out, header.flags, 2), put(out, header.method, 2), put(out, 0x5AC1'6000, 4);
    put(out, header.crc, 4);
    put(out, header.zip64 ? 0xFFFF'FFFF : header.compressed, 4), put(out, header.zip64 ? 0xFFFF'FFFF : header.size, 4);
    put(out, header.name.size(), 2), put(out, extra.size(), 2), put(out, header.comment.size(), 2), put(out, header.disk, 2);
    put(out, 0, 2), put(out, header.attributes, 4), put(out, header.zip64 ? 0xFFFF'FFFF : offset, 4);
    return out + header.name + extra + header.comment;
  }
};

inline std::string zipped(std::map<std::string, std::string> const& files) {
  ZipBuilder zip;
  for (auto const& [name, bytes] : files) zip.deflate(name, bytes);
  return zip.build();
}

}  // namespace rollbook::test
