#include "export/zip_stream.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/demand.h"

namespace rollbook {
namespace {

constexpr std::uint32_t most_in_32 = 0xffffffff;
constexpr std::uint16_t sizes_follow = 1U << 3, name_is_utf8 = 1U << 11, deflated = 8;
constexpr std::uint16_t always_day = (2026 - 1980) << 9 | 9 << 5 | 1;  // 2026-09-01, whenever it is written

// Numbers of a zip are little-endian.
class Fields {
 public:
  Fields& u16(std::uint64_t value) { return put(value, 2); }
  Fields& u32(std::uint64_t value) { return put(value, 4); }
  Fields& u64(std::uint64_t value) { return put(value, 8); }
  Fields& text(std::string_view value) { return bytes_ += value, *this; }
  std::string const& bytes() const { return bytes_; }

 private:
  Fields& put(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
    return *this;
  }
  std::string bytes_;
};

std::uint64_t in_32(std::uint64_t value) { return std::min<std::uint64_t>(value, most_in_32); }

}  // namespace

struct ZipStream::Packer {
  z_stream zlib{};
  std::array<Bytef, 1 << 16> room{};

  Packer() { demand(::deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK); }
  Packer(Packer const&) = delete;
  ~Packer() { ::deflateEnd(&zlib); }
};

ZipStream::ZipStream(std::function<void(std::string_view)> out) : out_(std::move(out)), packer_(std::make_unique<Packer>()) {}
ZipStream::~ZipStream() = default;

void ZipStream::put(std::string_view bytes) {
  written_ += bytes.size();
  out_(bytes);
}

void ZipStream::begin(std::string_view file) {
  entries_.push_back({std::string(file), written_, 0, 0, static_cast<std::uint32_t>(::crc32(0, nullptr, 0))});
  ::deflateReset(&packer_->zlib);
  put(Fields()
          .u32(0x04034b50)
          .u16(20)
          .u16(sizes_follow | name_is_utf8)
          .u16(deflated)
          .u16(0)
          .u16(always_day)
          .u32(0)
          .u32(0)
          .u32(0)
          .u16(file.size())
          .u16(0)
          .text(file)
          .bytes());
}

void ZipStream::pack(std::string_view piece, bool last) {
  auto& z = packer_->zlib;
  auto& entry = entries_.back();
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));  // it only reads there
  z.avail_in = static_cast<uInt>(piece.size());
  do {
    z.next_out = packer_->room.data();
    z.avail_out = static_cast<uInt>(packer_->room.size());
    ::deflate(&z, last ? Z_FINISH : Z_NO_FLUSH);
    auto const made = packer_->room.size() - z.avail_out;
    if (made > 0) put({reinterpret_cast<char const*>(packer_->room.data()), made});
    entry.packed += made;
  } while (z.avail_out == 0);
}

void ZipStream::write(std::string_view piece) {
  constexpr std::size_t most = std::size_t{1} << 30;  // zlib counts in 32 bits
  for (; !piece.empty(); piece.remove_prefix(std::min(most, piece.size()))) {
    auto const part = piece.substr(0, most);
    auto& entry = entries_.back();
    entry.crc = static_cast<std::uint32_t>(::crc32(entry.crc, reinterpret_cast<Bytef const*>(part.data()), static_cast<uInt>(part.size())));
    entry.size += part.size();
    pack(part, false);
  }
}

void ZipStream::end() {
  pack({}, true);
  auto const& entry = entries_.back();
  Fields sizes;
  sizes.u32(0x08074b50).u32(entry.crc);
  if (std::max(entry.size, entry.packed) >= most_in_32) sizes.u64(entry.packed).u64(entry.size);
  else sizes.u32(entry.packed).u32(entry.size);
  put(sizes.bytes());
}

void ZipStream::finish() {
  auto const start = written_;
  for (auto const& entry : entries_) {
    bool const large = std::max({entry.size, entry.packed, entry.start}) >= most_in_32;
    Fields more;
    if (large) more.u16(1).u16(24).u64(entry.size).u64(entry.packed).u64(entry.start);
    auto const in = [&](std::uint64_t value) { return large ? most_in_32 : value; };
    put(Fields()
            .u32(0x02014b50)
            .u16(large ? 45 : 20)
            .u16(large ? 45 : 20)
            .u16(sizes_follow | name_is_utf8)
            .u16(deflated)
            .u16(0)
            .u16(always_day)
            .u32(entry.crc)
            .u32(in(entry.packed))
            .u32(in(entry.size))
            .u16(entry.name.size())
            .u16(more.bytes().size())
            .u16(0)
            .u16(0)
            .u16(0)
            .u32(0)
            .u32(in(entry.start))
            .text(entry.name)
            .text(more.bytes())
            .bytes());
  }
  auto const size = written_ - start;
  if (start >= most_in_32) {
    auto const at = written_;
    put(Fields()
            .u32(0x06064b50)
            .u64(44)
            .u16(45)
            .u16(45)
            .u32(0)
            .u32(0)
            .u64(entries_.size())
            .u64(entries_.size())
            .u64(size)
            .u64(start)
            .u32(0x07064b50)
            .u32(0)
            .u64(at)
            .u32(1)
            .bytes());
  }
  put(Fields().u32(0x06054b50).u16(0).u16(0).u16(entries_.size()).u16(entries_.size()).u32(in_32(size)).u32(in_32(start)).u16(0).bytes());
}

}  // namespace rollbook
