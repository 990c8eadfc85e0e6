// Inflates anything, in an archive that is honest about everything else, and asks zlib what it should have been.
#include <zlib.h>

#include <algorithm>
#include <string>

#include "bundle/zip.h"
#include "fuzz.h"

namespace {

using namespace rollbook;

constexpr std::size_t most = 1u << 20;

void put(std::string& out, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

// One file "a", deflated.
std::string archive_of(std::string_view packed, std::size_t size, std::uint32_t crc) {
  auto const numbers = [&](std::string& to) {
    put(to, 20, 2), put(to, 0, 2), put(to, 8, 2), put(to, 0, 4), put(to, crc, 4);
    put(to, packed.size(), 4), put(to, size, 4), put(to, 1, 2), put(to, 0, 2);
  };
  std::string zip;
  put(zip, 0x04034b50, 4), numbers(zip);
  zip += 'a';
  zip += packed;
  auto const begin = zip.size();
  put(zip, 0x02014b50, 4), put(zip, 20, 2), numbers(zip);
  put(zip, 0, 2), put(zip, 0, 2), put(zip, 0, 2), put(zip, 0, 4), put(zip, 0, 4);
  zip += 'a';
  auto const length = zip.size() - begin;
  put(zip, 0x06054b50, 4), put(zip, 0, 4), put(zip, 1, 2), put(zip, 1, 2), put(zip, length, 4), put(zip, begin, 4), put(zip, 0, 2);
  return zip;
}

// What zlib, the strictest, makes of it.
struct Inflated {
  bool good = false;  // one whole stream and nothing behind it
  std::string bytes;
};

Inflated by_zlib(std::string_view packed) {
  Inflated inflated;
  inflated.bytes.resize(most);
  z_stream stream{};
  fuzz::promise(inflateInit2(&stream, -15) == Z_OK);
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<unsigned>(packed.size());
  stream.next_out = reinterpret_cast<unsigned char*>(inflated.bytes.data());
  stream.avail_out = most;
  inflated.good = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
  inflated.bytes.resize(most - stream.avail_out);
  inflateEnd(&stream);
  return inflated;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  auto const packed = fuzz::as_text(bytes, length);
  auto const expected = by_zlib(packed);
  auto const size = expected.bytes.size();
  auto const crc = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<unsigned char const*>(expected.bytes.data()), static_cast<unsigned>(size)));
  if (length == 0 || size > length * 1032) return 0;  // the archive would be refused before anything is inflated

  auto const zip = archive_of(packed, size, crc);
  auto const archive = open_zip(zip, ZipLimits{.ratio = 2000}, 1);
  fuzz::promise(archive.problems.empty() == expected.good);
  if (!expected.good) return 0;
  auto const data = archive.entries[0].data;
  fuzz::promise(data == expected.bytes);
  fuzz::promise(std::all_of(data.data() + data.size(), data.data() + data.size() + 64, [](char c) { return c == 0; }));
  return 0;
}
