// How long zlib alone needs for files, at the level of exports: deflate FILE … [--threads N]. Nothing is read or written meanwhile.
//
// One thread deflates each file as one stream. Several take pieces of a mebibyte, each with the 32 KiB before it as its dictionary, as pigz does.
#include <time.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t piece = std::size_t{1} << 20, window = std::size_t{1} << 15;

std::string read(char const* path) {
  std::string bytes;
  auto* const file = std::fopen(path, "rb");
  if (file == nullptr) std::perror(path), std::exit(2);
  std::fseek(file, 0, SEEK_END);
  bytes.resize(static_cast<std::size_t>(std::ftell(file)));
  std::rewind(file);
  if (std::fread(bytes.data(), 1, bytes.size(), file) != bytes.size()) std::exit(2);
  std::fclose(file);
  return bytes;
}

// Bytes that come out, which are forgotten at once.
std::size_t deflated(z_stream& z, std::string const& bytes, std::size_t from, std::size_t to, std::vector<Bytef>& room) {
  deflateReset(&z);
  if (from > 0) {
    auto const before = from < window ? from : window;
    deflateSetDictionary(&z, reinterpret_cast<Bytef const*>(bytes.data() + from - before), static_cast<uInt>(before));
  }
  std::size_t out = 0;
  for (auto at = from; at < to || to == from;) {
    auto const next = to - at < piece ? to : at + piece;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + at));
    z.avail_in = static_cast<uInt>(next - at);
    do {
      z.next_out = room.data(), z.avail_out = static_cast<uInt>(room.size());
      deflate(&z, next < to ? Z_NO_FLUSH : to == bytes.size() ? Z_FINISH : Z_SYNC_FLUSH);
      out += room.size() - z.avail_out;
    } while (z.avail_out == 0);
    at = next;
    if (to == from) break;
  }
  return out;
}

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  unsigned threads = 1;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--threads") == 0 && i + 1 < argc) threads = static_cast<unsigned>(std::atoi(argv[++i]));
    else files.push_back(read(argv[i]));
  struct Part {
    std::string const* file;
    std::size_t from, to;
  };
  std::vector<Part> parts;
  std::size_t bytes = 0;
  for (auto const& file : files) {
    bytes += file.size();
    if (threads == 1) parts.push_back({&file, 0, file.size()});
    else
      for (std::size_t at = 0; at < file.size(); at += piece) parts.push_back({&file, at, file.size() - at < piece ? file.size() : at + piece});
  }
  std::atomic<std::size_t> next{0}, out{0};
  auto const processor_before = processor_seconds();
  auto const begun = std::chrono::steady_clock::now();
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.emplace_back([&] {
      z_stream z{};
      if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
      std::vector<Bytef> room(1 << 16);
      for (std::size_t i = 0; (i = next++) < parts.size();) out += deflated(z, *parts[i].file, parts[i].from, parts[i].to, room);
      deflateEnd(&z);
    });
  for (auto& worker : workers) worker.join();
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - begun;
  std::printf("%.6f %.6f %zu %zu\n", seconds.count(), processor_seconds() - processor_before, bytes, out.load());
}
