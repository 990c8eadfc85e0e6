#include "delivery/load.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace rollbook::delivery {
namespace fs = std::filesystem;

struct Delivery::Held {
  struct Mapping {
    char* at;
    std::size_t size;
    int file;
  };
  std::vector<Mapping> mappings;
  std::vector<std::pair<std::string, std::string>> texts;  // path, bytes with padding behind them
  ZipArchive archive;

  Held() = default;
  Held(Held const&) = delete;
  Held& operator=(Held const&) = delete;
  ~Held() {
    for (auto const& m : mappings) ::munmap(m.at, m.size), ::close(m.file);
  }
};

namespace {

// A mapped file that somebody shortens while it is read ends in SIGBUS; say so instead of dying without a word.
void on_bus_error(int) {
  constexpr char text[] = "rollbook: a file became shorter while it was being read. Wait until the export has finished, then check again.\n";
  [[maybe_unused]] auto const ignored = ::write(2, text, sizeof text - 1);
  ::_exit(2);
}

Result<std::string_view> map_file(std::string const& path, Delivery::Held& held) {
  auto const wrong = [&] { return Trouble{"Cannot read " + path + ": " + std::strerror(errno) + "."}; };
  int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return wrong();
  struct stat about {};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    ::close(file);
    return Trouble{path + " is no regular file."};
  }
  if (about.st_size == 0) {
    ::close(file);
    return std::string_view("", 0);
  }
  auto const size = static_cast<std::size_t>(about.st_size);
  auto* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  auto const failed = at == MAP_FAILED;
  auto const trouble = failed ? wrong() : Trouble{};
  if (failed) {
    ::close(file);
    return trouble;
  }
  held.mappings.push_back({static_cast<char*>(at), size, file});
  return std::string_view(static_cast<char const*>(at), size);
}

Result<Delivery> load_zip(std::string_view bytes, Delivery delivery, unsigned workers) {
  delivery.zipped = true;
  delivery.held->archive = begin_zip(bytes, ZipLimits{}, workers, {use_large_pages, let_go});
  auto const& archive = delivery.held->archive;
  delivery.problems = describe(archive.problems);
  if (delivery.problems.empty())
    for (auto const& entry : archive.entries)
      if (!entry.directory) {
        delivery.files.push_back({entry.name, entry.data, true, entry.arrival});
        delivery.bytes += entry.size;
      }
  return delivery;
}

Result<Delivery> load_folder(std::string const& folder, Delivery delivery) {
  constexpr std::size_t most_files = 1000;
  constexpr int deepest = 4;
  std::error_code error;
  auto walk = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  if (error) return Trouble{"Cannot read the folder " + folder + ": " + error.message() + "."};
  for (auto const end = fs::recursive_directory_iterator(); walk != end; walk.increment(error)) {
    if (error) return Trouble{"Cannot read the folder " + folder + ": " + error.message() + "."};
    if (walk.depth() >= deepest) walk.disable_recursion_pending();
    if (!walk->is_regular_file(error) || walk->is_symlink(error)) continue;
    if (delivery.files.size() >= most_files)
      return Trouble{folder + " holds more than " + std::to_string(most_files) + " files; name the folder of one delivery."};
    auto const bytes = map_file(walk->path().string(), *delivery.held);
    if (!bytes) return bytes.trouble();
    auto const path_below = walk->path().lexically_relative(folder).generic_string();
    delivery.files.push_back({path_below, *bytes, false});
    delivery.received.emplace_back(path_below, *bytes);
    delivery.bytes += (*bytes).size();
  }
  return delivery;
}

}  // namespace

void populate(char const* bytes, std::size_t size) {
#ifndef MADV_POPULATE_READ
  constexpr int MADV_POPULATE_READ = 22;  // Linux 5.14; older kernels say no, and pages come one by one
#endif
  auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto const start = reinterpret_cast<std::uintptr_t>(bytes) & ~(page - 1);
  auto const end = reinterpret_cast<std::uintptr_t>(bytes) + size;
  ::madvise(reinterpret_cast<void*>(start), end - start, MADV_POPULATE_READ);
}

bool arrived_whole(Delivery& delivery) {
  delivery.held->archive.finish();
  delivery.problems = describe(delivery.held->archive.problems);
  return delivery.problems.empty();
}

bool failed(Delivery const& delivery) { return delivery.held->archive.failed(); }

namespace {

// Advice holds for whole pages: those at the edges belong to the neighbours too.
void advise_inside(void const* memory, std::size_t size, int advice) {
  auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto const start = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) & ~(page - 1);
  auto const end = (reinterpret_cast<std::uintptr_t>(memory) + size) & ~(page - 1);
  if (start < end) ::madvise(reinterpret_cast<void*>(start), end - start, advice);
}

}  // namespace

void use_large_pages(void* memory, std::size_t size) { advise_inside(memory, size, MADV_HUGEPAGE); }

void let_go(char const* bytes, std::size_t size) { advise_inside(bytes, size, MADV_DONTNEED); }

Fetch fetcher(Delivery const& delivery) {
  return [held = delivery.held](char const* bytes, std::size_t size, char* to) {
    for (auto const& m : held->mappings) {
      if (bytes < m.at || bytes + size > m.at + m.size) continue;
      for (std::size_t done = 0; done < size;) {
        auto const got = ::pread(m.file, to + done, size - done, bytes - m.at + static_cast<off_t>(done));
        if (got <= 0) return false;
        done += static_cast<std::size_t>(got);
      }
      return true;
    }
    return false;
  };
}

Result<Delivery> load_delivery(std::vector<std::string> const& paths, unsigned workers) {
  struct sigaction action {};
  action.sa_handler = on_bus_error;
  ::sigaction(SIGBUS, &action, nullptr);

  Delivery delivery;
  delivery.held = std::make_shared<Delivery::Held>();
  delivery.name = paths.empty() ? "" : paths.size() == 1 ? paths[0] : paths[0] + " and " + std::to_string(paths.size() - 1) + " more";
  if (paths.empty()) return Trouble{"Nothing to check: name a zip, a folder or CSV files."};
  std::error_code error;
  if (paths.size() == 1 && fs::is_directory(paths[0], error)) return load_folder(paths[0], std::move(delivery));
  for (auto const& path : paths) {
    if (fs::is_directory(path, error)) return Trouble{path + " is a folder; name one folder, or files."};
    auto const bytes = map_file(path, *delivery.held);
    if (!bytes) return bytes.trouble();
    auto extension = fs::path(path).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (paths.size() == 1 && (looks_like_zip(*bytes) || extension == ".zip")) {
      delivery.received.emplace_back(fs::path(path).filename().string(), *bytes);
      return load_zip(*bytes, std::move(delivery), workers);
    }
    if (looks_like_zip(*bytes)) return Trouble{path + " is a zip; check one zip at a time."};
    delivery.files.push_back({fs::path(path).filename().string(), *bytes, false});
    delivery.received.emplace_back(fs::path(path).filename().string(), *bytes);
    delivery.bytes += (*bytes).size();
  }
  return delivery;
}

Result<Delivery> load_received(std::string name, std::vector<std::pair<std::string, std::string>> files, bool zipped, unsigned workers) {
  Delivery delivery;
  delivery.held = std::make_shared<Delivery::Held>();
  delivery.name = std::move(name);
  delivery.held->texts = std::move(files);
  for (auto& [path, text] : delivery.held->texts) {
    auto const size = text.size();
    text.resize(size + csv::padding);
    std::string_view const bytes(text.data(), size);
    delivery.received.emplace_back(path, bytes);
    if (zipped) return load_zip(bytes, std::move(delivery), workers);
    delivery.files.push_back({path, bytes, true});
    delivery.bytes += size;
  }
  return delivery;
}

}  // namespace rollbook::delivery
